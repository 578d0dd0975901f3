"""A live origin when encoders, engines and origins die, or are not what they should be."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.live import media
from tests.live.origins import eventually, is_running, kill, schedule

COMMAND = [sys.executable, "-m", "sync.cloud", "live"]


def pieces(origin) -> list[tuple[float, bool]]:
    """When each piece on offer was on the air, and whether it breaks with the one before."""
    return [(one.program_date_time.timestamp(), one.discontinuity) for one in media.playlist(origin).segments]


def test_an_encoder_that_comes_back_goes_on_in_the_same_playlist(new_origin, new_encoder):
    origin = new_origin()
    encoder = new_encoder(origin.encoder_url)
    origin.await_state("live")
    first = origin.status()["mapping"]["run"]
    encoder.stop()
    assert eventually(lambda: (told := origin.status())["state"] == "waiting" and told)["feed"]["open"] is False
    back_at = time.time()
    encoder.start()
    eventually(lambda: any(breaks for _, breaks in pieces(origin)[1:]), within_s=20)
    found = pieces(origin)
    again = next(i for i, (_, breaks) in enumerate(found) if breaks and i)
    assert back_at - 1 < found[again][0] < time.time(), "and its time is that of the pictures, not the gap's"
    assert len({one.init_section.uri for one in media.playlist(origin).segments}) == 1
    assert origin.status()["mapping"]["run"] != first
    recordings = origin.data / "live" / "hour" / "recordings" / "a"
    assert len(list(recordings.glob("*.ts"))) == 2
    eventually(lambda: len(list(recordings.glob("*.json"))) == 2)


def test_a_ladder_and_a_feed_that_die_are_made_anew(new_origin, new_encoder):
    origin = new_origin()
    new_encoder(origin.encoder_url)
    told = origin.await_state("live")
    intake, ladder = sorted(origin.children("ffmpeg"))
    kill(ladder)
    eventually(lambda: any(breaks for _, breaks in pieces(origin)[1:]), within_s=20)
    assert intake in origin.children("ffmpeg"), "the encoder noticed nothing"
    assert origin.status()["mapping"]["run"] == told["mapping"]["run"]
    [feed] = eventually(lambda: origin.children("gst-launch"))
    kill(feed)
    eventually(lambda: (now := origin.children("gst-launch")) and now != [feed])
    assert eventually(lambda: media.watch(f"{origin.facts['feed']}?mode=caller", 1)) > 20


def test_a_killed_origin_starts_again_and_leaves_nothing_behind(new_origin, new_encoder):
    origin = new_origin()
    encoder = new_encoder(origin.encoder_url)
    origin.await_state("live")
    before, children = media.playlist(origin), origin.children("")
    assert len(children) == 3
    origin.stop(signal.SIGKILL)
    eventually(lambda: not any(is_running(pid) for pid in children))
    encoder.stop()
    origin.start()
    assert httpx.get(f"{origin.url}/master.m3u8").status_code == 503, "nothing old is offered as new"
    encoder.start()
    origin.await_state("live")
    after = media.playlist(origin)
    assert after.media_sequence >= before.media_sequence + len(before.segments)
    assert after.discontinuity_sequence >= before.discontinuity_sequence
    children = origin.children("")
    assert origin.stop() == 0
    assert not any(is_running(pid) for pid in children)
    with pytest.raises(httpx.ConnectError):
        origin.get("live.json")


def test_srt_with_its_passphrase(new_origin, new_encoder):
    origin = new_origin(wire="srt")
    new_encoder(origin.encoder_url.partition("?")[0] + "?passphrase=not-the-right-one")
    new_encoder(origin.encoder_url)
    told = origin.await_state("live")
    assert told["encoder"] == "SRT" and len(pieces(origin)) >= 1


def test_a_wrong_stream_key_and_an_unsuitable_picture_are_refused_with_a_remedy(new_origin, new_encoder):
    origin = new_origin()
    new_encoder(origin.encoder_url + "x")
    assert "stream key" in eventually(lambda: origin.status()["trouble"])
    source = ["-re", "-f", "lavfi", "-i", "testsrc=s=320x180:r=30", "-c:v", "flv1", "-f", "flv"]
    subprocess.run(["ffmpeg", "-v", "quiet", *source, origin.encoder_url], timeout=30)
    told = eventually(lambda: "flv1" in (told := origin.status()["trouble"] or "") and told)
    assert "H.264" in told and not origin.children("gst-launch"), "and nothing was decoded"


def test_nonsense_at_the_door_starts_nothing(new_origin):
    origin = new_origin()
    for said in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x03short", b""):
        with socket.create_connection(("127.0.0.1", int(httpx.URL(origin.encoder_url).port)), timeout=10) as door:
            door.sendall(said)
            door.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                assert door.recv(1) == b""
    assert origin.children("") == [] and origin.status()["trouble"] is None


def refused(*arguments: str | Path, status: int = 1, **env: str) -> str:
    """What an origin says that does not start."""
    done = subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, env=env or None, timeout=60)
    assert done.returncode == status and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_what_an_origin_cannot_start_with(tmp_path, on_air):
    schedule(tmp_path, "hour")
    assert "no live class 'none'" in refused("none", "--data", tmp_path, status=2)
    schedule(tmp_path, "cancelled")
    subprocess.run([*COMMAND, "cancel", "cancelled", "--data", str(tmp_path)], check=True, capture_output=True)
    assert "was cancelled" in refused("cancelled", "--data", tmp_path, status=2)
    taken = str(httpx.URL(on_air.a.url).port)
    told = refused("hour", "--data", tmp_path, "--http", taken, "--rtmp", "0", "--feed", "0")
    assert f"port {taken}" in told and "--http" in told
    feed = on_air.a.facts["feed"].rpartition(":")[2]
    told = refused("hour", "--data", tmp_path, "--http", "0", "--rtmp", "0", "--feed", feed)
    assert f"port {feed}, UDP" in told and "--feed" in told
    told = refused("hour", "--data", tmp_path, PATH="/nowhere", PYTHONPATH=":".join(sys.path))
    assert "ffmpeg is not installed" in told and "apt install ffmpeg" in told
