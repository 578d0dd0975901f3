"""What the maker tells people about how far it is."""

from __future__ import annotations

import io

from sync.cloud.classes.progress import Progress, clock, part


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_and_the_time_left():
    now, screen = [0.0], Screen()
    progress = Progress(screen, lambda: now[0])
    progress.begin("First Spin, 720p")
    now[0] = 30.0
    progress.at(0.25)
    assert "First Spin, 720p" in screen.getvalue() and " 25% 1:30 left" in screen.getvalue()
    assert screen.getvalue().count("█") == 7 and "\n" not in screen.getvalue()
    progress.end()
    assert screen.getvalue().rstrip().endswith("done in 0:30") and screen.getvalue().endswith("\n")


def test_a_log_gets_a_line_now_and_then():
    now, log = [0.0], io.StringIO()
    progress = Progress(log, lambda: now[0])
    progress.begin("First Spin, 720p")
    for step in range(1, 200):
        now[0] = step / 10
        progress.at(step / 200)
    progress.end()
    assert log.getvalue().splitlines() == [
        "First Spin, 720p ...",
        "First Spin, 720p: 75%, 0:05 left",
        "First Spin, 720p: done in 0:20",
    ]


def test_what_was_done_before_does_not_shorten_the_time_left():
    """Sixty percent were there already; a tenth took thirty seconds, so three tenths take ninety."""
    now, screen = [0.0], Screen()
    progress = Progress(screen, lambda: now[0])
    progress.title = "First Spin, "
    with progress.step("encoding", 0.6) as tell:
        now[0] = 30.0
        part(tell, 0.6, 0.2)(0.5)
        assert "First Spin, encoding" in screen.getvalue() and " 70% 1:30 left" in screen.getvalue()
    assert screen.getvalue().rstrip().endswith("First Spin, encoding: done in 0:30")


def test_silence_when_nobody_listens():
    progress = Progress(None)
    progress.begin("x")
    progress.at(0.5)
    progress.end()
    progress.say("y")


def test_lengths_are_read_as_minutes_and_seconds():
    assert [clock(seconds) for seconds in (0, 59.6, 75, 3600)] == ["0:00", "1:00", "1:15", "60:00"]
