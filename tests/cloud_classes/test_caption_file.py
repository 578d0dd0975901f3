"""Captions that are given: good ones are taken, bad ones get every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cloud.classes.caption_file import read_captions
from sync.cloud.classes.captions import Cue
from sync.cloud.classes.errors import PlanError

VTT = """\
WEBVTT - some title

NOTE made by hand

STYLE
::cue { color: red }

intro
00:01.000 --> 00:00:02.500 line:80%
<v Ines>Find &amp; keep
your <b>legs</b>.

01:00:00.000 --> 01:00:01.000
Far on.
"""
SRT = "\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\nFind your legs.\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nGo.\r\n"


def read(tmp_path: Path, name: str, content: str | bytes, duration_s: int = 60) -> list[Cue]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, duration_s)


def test_webvtt_is_read_with_its_notes_styles_names_and_markup_put_aside(tmp_path):
    found = read(tmp_path, "a.vtt", VTT, 3700)
    assert found == [Cue(1.0, 2.5, "Find & keep\nyour legs."), Cue(3600.0, 3601.0, "Far on.")]


def test_subrip_is_read_as_windows_writes_it(tmp_path):
    assert read(tmp_path, "a.srt", SRT) == [Cue(1.0, 2.5, "Find your legs."), Cue(3.0, 4.0, "Go.")]


@pytest.mark.parametrize(
    ("content", "row", "told"),
    [
        ("1\n00:00:01,000 -> 00:00:02,000\nGo.\n", 1, "expected a time like 00:01:02.500 --> 00:01:04.000"),
        ("1\n00:00:01 --> 00:00:02,000\nGo.\n", 2, "got '00:00:01 --> 00:00:02,000'"),
        ("1\n00:00:75,000 --> 00:00:80,000\nGo.\n", 2, "expected a time"),
        ("\n\n1\n00:00:03,000 --> 00:00:02,000\nGo.\n", 4, "ends at 2 s, not after it begins (3 s)"),
        (SRT + "\n3\n00:00:02,900 --> 00:00:05,000\nLate.\n", 10, "begins at 2.9 s, before the one above it (3 s)"),
        ("1\n00:00:59,000 --> 00:01:10,000\nGo.\n", 2, "but the class at 60 s; is it for another video?"),
        ("1\n00:00:01,000 --> 00:00:02,000\n\n", 2, "has no words"),
        (f"1\n00:00:01,000 --> 00:00:02,000\n{'x' * 401}\n", 2, "has 401 letters, at most 400"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n\xff\xfe\n", 3, "is not UTF-8 text"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, content, row, told):
    with pytest.raises(PlanError) as caught:
        read(tmp_path, "a.srt", content)
    [line] = str(caught.value).splitlines()
    assert line.startswith(f"{tmp_path / 'a.srt'}:{row}: ") and told in line


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.vtt", SRT, ":1: is not WebVTT: the first line must be WEBVTT"),
        ("a.srt", "\n\n", ": has no captions in it"),
        ("a.srt", "x" * (4 << 20) + "x", "captions have at most"),
    ],
)
def test_a_file_of_another_kind(tmp_path, name, content, told):
    with pytest.raises(PlanError) as caught:
        read(tmp_path, name, content)
    assert told in str(caught.value)


def test_all_faults_come_at_once(tmp_path):
    bad = "1\n00:00:03,000 --> 00:00:02,000\nGo.\n\n2\nno time\nGo.\n\n3\n00:00:01,000 --> 00:00:02,000\n\n"
    with pytest.raises(PlanError) as caught:
        read(tmp_path, "a.srt", bad)
    assert [problem.row for problem in caught.value.problems] == [2, 5, 10]


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(PlanError, match="cannot be read: No such file or directory"):
        read_captions(tmp_path / "none.vtt", 60)
