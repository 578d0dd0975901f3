"""WebVTT, as encoders write it and as people do."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.captions import CaptionsError, Cue, parse_webvtt


def stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def test_reads_identifiers_settings_tags_notes_and_entities():
    text = (
        "\ufeffWEBVTT - a class\r\nKind: captions\r\n\r\nNOTE not for reading\r\n\r\nSTYLE\r\n::cue {}\r\n\r\n"
        "1\r\n00:01.000 --> 00:02.500 align:start line:0\r\n<v Sam>Up <b>10</b> &amp; hold\r\n\r\n"
        "01:00:00.000 --> 01:00:01.000\r\nTwo\r\nlines\r\n"
    )
    assert parse_webvtt(text).cues == (Cue(1.0, 2.5, "Up 10 & hold"), Cue(3600.0, 3601.0, "Two\nlines"))


def test_says_nothing_between_cues_and_both_where_they_overlap():
    captions = parse_webvtt("WEBVTT\n\n00:01.000 --> 00:05.000\nA\n\n00:02.000 --> 00:03.000\nB\n")
    said = {second: captions.at(second) for second in (0.9, 1.0, 2.5, 3.0, 4.9, 5.0)}
    assert said == {0.9: "", 1.0: "A", 2.5: "A\nB", 3.0: "A", 4.9: "A", 5.0: ""}


@pytest.mark.parametrize("text", ["", "1\n00:00:01,000 --> 00:00:02,000\nSubRip", "<html></html>", "WEBVTTX"])
def test_refuses_what_is_not_webvtt(text):
    with pytest.raises(CaptionsError, match="WEBVTT"):
        parse_webvtt(text)


@pytest.mark.parametrize(
    "cue", ["00:02.000 --> 00:01.000\nback", "00:xx --> 00:01.000\nbad", "00:01.000 --> 00:02.000"]
)
def test_leaves_out_damaged_cues_and_keeps_the_others(cue):
    captions = parse_webvtt(f"WEBVTT\n\n{cue}\n\n00:03.000 --> 00:04.000\ngood\n")
    assert [one.text for one in captions.cues] == ["good"]


@example(spans=[(54_716, 60_000)], at_ms=114_716)  # 54.716 + 60 is a little more than 114.716
@given(st.lists(st.tuples(st.integers(0, 7_200_000), st.integers(1, 60_000)), max_size=20), st.integers(0, 7_300_000))
def test_finds_every_cue_at_every_moment(spans, at_ms):
    blocks = [f"{stamp(start)} --> {stamp(start + length)}\ncue {i}" for i, (start, length) in enumerate(spans)]
    captions = parse_webvtt("WEBVTT\n\n" + "\n\n".join(blocks) + "\n")
    expected = {f"cue {i}" for i, (start, length) in enumerate(spans) if start <= at_ms < start + length}
    assert set(captions.at(at_ms / 1000).split("\n")) - {""} == expected


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    for whole in (text, "WEBVTT\n\n" + text):
        try:
            parse_webvtt(whole).at(1.0)
        except CaptionsError:
            assert not whole.startswith("WEBVTT\n")
