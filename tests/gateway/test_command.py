"""``python -m console.gateway``: for who wants to look at a class without the console."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request

import pytest


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "console.gateway", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("as_json", [True, False])
def test_it_serves_until_it_is_stopped_and_then_tells_figures(origins, laddered, as_json):
    server = origins(laddered)
    running = start(f"{server.url}/master.m3u8", "--panel-height", "180", *(["--json"] if as_json else []))
    assert running.stdout is not None
    first = running.stdout.readline()
    url = json.loads(first)["url"] if as_json else first.strip()
    assert urllib.request.urlopen(url.replace("film.m3u8", "seg/0.m4s")).read()
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=20)
    assert running.returncode == 0
    if as_json:
        figures = json.loads(rest)
        assert figures["rungs"] == {"180": 2.0} and sum(figures["bytes_by_pathway"].values()) > 0
    else:
        assert "180p 2" in rest and "changes of rung: 0" in rest


def test_a_playlist_that_leads_to_the_tablets_own_files_is_refused(origins, tmp_path):
    (tmp_path / "film.m3u8").write_text("#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    running = start(f"{origins(tmp_path).url}/film.m3u8")
    out, said = running.communicate(timeout=20)
    assert (running.returncode, out) == (1, "")
    assert said.splitlines() == ["'file:///etc/passwd' is not on a web server.", "Tell the studio."]


def test_what_cannot_be_opened_is_told_with_what_to_do(origins, tmp_path):
    running = start(f"{origins(tmp_path).url}/master.m3u8")
    _, said = running.communicate(timeout=20)
    assert running.returncode == 1 and "not on the server" in said and len(said.splitlines()) == 2
