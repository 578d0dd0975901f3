"""The exchange of pictures between libVLC's threads and the screen's, and the sizes of pictures."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.frames import Frames, visible_size

LADDER = ((1920, 1080), (1280, 720), (640, 360))


def write(frames: Frames, value: int) -> None:
    """One picture, all of one value, from libVLC's side."""
    number, buffer = frames.begin()
    for plane in (buffer.luma, buffer.chroma):
        plane[:] = bytes([value]) * len(plane)
    frames.show(number)


def test_only_the_newest_picture_is_taken_and_only_once():
    frames = Frames()
    frames.resize(64, 32)
    assert frames.take() is None and frames.empty
    write(frames, 1)
    write(frames, 2)
    frame = frames.take()
    assert frame is not None and frame.luma[0] == 2
    assert frames.take() is None and not frames.empty
    assert (frames.shown, frames.overtaken) == (1, 1)


@given(st.lists(st.booleans(), max_size=50))
def test_what_the_screen_reads_is_never_written_to(turns):
    frames = Frames()
    frames.resize(32, 2)
    held, value = None, 0
    for is_write in turns:
        if is_write:
            value = value % 255 + 1
            write(frames, value)
        else:
            held = frames.take() or held
            before = bytes(held.luma) if held else b""
            write(frames, 0)
            assert not held or bytes(held.luma) == before


def test_pictures_are_whole_while_both_sides_run():
    frames, torn = Frames(), []
    frames.resize(640, 360)
    done = threading.Event()

    def screen() -> None:
        while not done.is_set():
            frame = frames.take()
            if frame is not None and len({frame.luma[0], frame.luma[-1], frame.chroma[-1]}) > 1:
                torn.append(frame)

    reader = threading.Thread(target=screen)
    reader.start()
    for value in range(300):
        write(frames, value % 256)
    done.set()
    reader.join()
    assert not torn and frames.shown


def test_the_same_picture_again_is_known():
    frames = Frames()
    frames.resize(64, 32)
    write(frames, 7)
    number, buffer = frames.begin()
    buffer.luma[:] = bytes([7]) * len(buffer.luma)
    assert frames.repeats(number)
    buffer.luma[-1] = 8
    assert not frames.repeats(number)


def test_another_size_keeps_the_last_picture_until_a_new_one_comes():
    frames = Frames()
    frames.resize(64, 32)
    write(frames, 5)
    assert frames.resize(128, 64).width == 128
    frame = frames.take()
    assert frame is not None and frame.width == 64
    write(frames, 6)
    again = frames.take()
    assert again is not None and (again.width, again.height) == (128, 64)


@pytest.mark.parametrize(
    ("padded", "known", "visible"),
    [
        ((1920, 1090), LADDER, (1920, 1080)),
        ((1280, 738), LADDER, (1280, 720)),
        ((640, 386), LADDER, (640, 360)),
        ((1920, 1088), (), (1920, 1080)),
        ((864, 498), (), (854, 480)),
        ((640, 368), (), (640, 360)),
        ((1000, 618), ((1000, 600),), (1000, 600)),
        ((1000, 1000), (), (1000, 1000)),
        ((3, 2), (), (3, 2)),
    ],
)
def test_the_picture_is_found_within_its_padding(padded, known, visible):
    assert visible_size(*padded, known) == visible
