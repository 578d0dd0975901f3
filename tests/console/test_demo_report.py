"""The last line of a demo, also of one from which nothing came."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from console.demo_report import FIGURES, is_report, report

ASKED_FOR = {"points", "acknowledged", "rank", "frames_shown", "frames_dropped", "lost_points", "p50_ms", "p99_ms"}


def test_a_report_has_every_figure_and_what_broke() -> None:
    said = json.loads(report({"points": 60}, ["the ride did not reach the cloud"]))
    assert set(said) >= ASKED_FOR and said["points"] == 60 and said["rank"] is None
    assert said["failed"] == ["the ride did not reach the cloud"]
    assert "failed" not in json.loads(report({"points": 60}))


def test_only_a_report_passes_for_one() -> None:
    assert is_report(report({}))
    assert not any(is_report(line) for line in ("", "Starting the console.", "[]", '{"points": 3}', "null"))
    assert set(FIGURES) >= ASKED_FOR


def test_a_demo_that_cannot_start_fails_and_still_ends_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    command = [sys.executable, "-m", "console.standalone", "--demo", "5", "--data", str(tmp_path / "taken")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "Choose a folder" in ended.stderr
    assert json.loads(ended.stdout.splitlines()[-1])["failed"] == [ended.stderr.strip().removeprefix("breakaway: ")]
