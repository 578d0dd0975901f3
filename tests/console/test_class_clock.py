import pytest

from console.class_clock import ClassClock, Picture


def run(clock, seconds, picture, video=None, start=0.0, step=0.1, running=True):
    """Let ``seconds`` pass in steps; ``video`` gives the picture's position for a moment. Returns jumps asked for."""
    jumps = []
    for i in range(round(seconds / step) + 1):
        now = start + i * step
        clock.advance(now, running, picture, video(now) if video else 0.0)
        if clock.catch_up is not None:
            jumps.append(clock.catch_up)
    return jumps


def test_follows_the_video():
    clock = ClassClock(300)
    run(clock, 10, Picture.MOVING, lambda now: now * 0.99)
    assert clock.position_s == pytest.approx(9.9)


def test_waits_for_the_first_picture_but_not_for_ever():
    clock = ClassClock(300)
    run(clock, 2.9, Picture.OPENING)
    assert clock.waiting and clock.position_s == 0
    run(clock, 2, Picture.OPENING, start=2.9)
    assert not clock.waiting and clock.position_s == pytest.approx(1.9, abs=0.2)


def test_a_class_without_video_runs_at_once():
    clock = ClassClock(300, start_s=40)
    run(clock, 5, Picture.NONE)
    assert clock.position_s == pytest.approx(45)


def test_a_stall_neither_loses_nor_invents_seconds():
    clock = ClassClock(300)
    run(clock, 10, Picture.MOVING, lambda now: now)
    run(clock, 4, Picture.STALLED, lambda now: 10.0, start=10)
    assert clock.position_s == pytest.approx(14, abs=0.2)
    jumps = run(clock, 1, Picture.MOVING, lambda now: now - 4, start=14)
    assert jumps == [pytest.approx(14, abs=0.2)], "the picture is asked once to catch up"
    run(clock, 5, Picture.MOVING, lambda now: now, start=15)
    assert clock.position_s == pytest.approx(20, abs=0.2)


def test_a_pause_holds_the_clock():
    clock = ClassClock(300)
    run(clock, 10, Picture.MOVING, lambda now: now)
    run(clock, 60, Picture.MOVING, lambda now: 10.0, start=10, running=False)
    assert clock.position_s == pytest.approx(10)
    run(clock, 1, Picture.MOVING, lambda now: now - 60, start=70)
    assert clock.position_s == pytest.approx(11)


def test_never_runs_backwards_nor_past_the_end():
    clock = ClassClock(12)
    run(clock, 10, Picture.MOVING, lambda now: now)
    before = clock.position_s
    clock.advance(10.1, True, Picture.MOVING, 9.2)
    assert clock.position_s == before
    run(clock, 20, Picture.MOVING, lambda now: now, start=10.2)
    assert clock.position_s == 12 and clock.over
