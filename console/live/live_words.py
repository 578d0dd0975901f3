"""How live classes read on the screens. No Kivy; the cloud's clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.live.schedule import is_near, is_on
from console.wording import WEEKDAYS, short_date
from console.words import _
from sync.records import FitnessClass

PATHS = {"srt": "SRT", "hls": "HLS"}


@dataclass(frozen=True, slots=True)
class Door:
    """The button that leads into a class; ``open`` is whether it does now."""

    words: str
    icon: str
    open: bool = True


def door(one: FitnessClass, now: float) -> Door:
    """Into a class as it stands: live, to come, or on demand."""
    live = one.live
    if live is not None and is_near(live, now):
        return Door(_("Join"), "player-play") if is_on(live, now) else Door(_("Join the lobby"), "player-play")
    if live is not None and live.state != "ended" and now < live.starts_at:
        return Door(_("Starts at {time}").format(time=start_time(live.starts_at, now)), "clock", False)
    if one.playlist or live is None:
        return Door(_("Start"), "player-play")
    return Door(_("It is over; the recording comes soon"), "clock", False)


def on_words(here: int) -> str:
    """The tag of a class that is on, with how many ride it: ``LIVE · 318``."""
    return f"{_('LIVE')} · {here}" if here else _("LIVE")


def start_time(at: float, now: float) -> str:
    """``18:00``; of another day ``Sat 28 Nov, 18:00``."""
    moment = datetime.fromtimestamp(at)
    if moment.date() == datetime.fromtimestamp(now).date():
        return f"{moment:%H:%M}"
    return f"{_(WEEKDAYS[moment.weekday()])} {short_date(moment.date())}, {moment:%H:%M}"


def picture_words(path: str, delay_s: float | None) -> str:
    """The way of a live picture, and how late it is: ``Picture: SRT, 0.4 s behind``."""
    if delay_s is None:
        return _("Picture: {path}").format(path=PATHS.get(path, path))
    return _("Picture: {path}, {delay} s behind").format(path=PATHS.get(path, path), delay=f"{delay_s:.1f}")
