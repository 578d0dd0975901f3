"""How the download of a class reads: on its card, on its button, in a sentence. No Kivy."""

from __future__ import annotations

from dataclasses import dataclass

from console.error_words import sentence, told
from console.gateway.downloads import Download, State
from console.wording import megabytes
from console.words import _


@dataclass(frozen=True, slots=True)
class Mark:
    """A word with its icon; ``good`` for what is as the rider wants it."""

    words: str
    icon: str
    good: bool = False


def is_here(download: Download | None) -> bool:
    """Whether a class can be ridden, with its picture, without a network."""
    return download is not None and download.state is State.READY


def card_mark(download: Download | None, online: bool) -> Mark | None:
    """What a class's card says of where its picture is."""
    if download is not None:
        return _standing(download)
    return None if online else Mark(_("Needs network"), "wifi-off")


def button_mark(download: Download | None, size_bytes: int | None) -> Mark:
    """What the button says: what it would take, then how far it is, then that it is there."""
    if download is not None:
        return _standing(download)
    return Mark(megabytes(size_bytes) if size_bytes else _("Download"), "download")


def choices(download: Download) -> list[tuple[str, str]]:
    """What can be done with a download: (verb, words)."""
    verbs = {
        State.WAITING: [("pause", _("Pause"))],
        State.DOWNLOADING: [("pause", _("Pause"))],
        State.PAUSED: [("want", _("Go on"))],
        State.FAILED: [("want", _("Try again"))],
        State.READY: [],
    }[download.state]
    last = _("Remove from tablet") if download.state is State.READY else _("Do not download")
    return [*verbs, ("remove", last)]


def trouble(download: Download | None) -> str:
    """Why it does not go on, and what to do; empty when nothing is wrong."""
    if download is None or download.trouble is None or download.state in (State.READY, State.PAUSED):
        return ""
    if download.state is State.WAITING:
        return f"{sentence(download.trouble.reason)} {_('The download goes on by itself.')}"
    return told(download.trouble)


def _standing(download: Download) -> Mark:
    per_cent = f"{int(download.share * 100)} %"
    return {
        State.READY: Mark(_("On tablet"), "device-tablet-check", good=True),
        State.DOWNLOADING: Mark(per_cent, "download"),
        State.WAITING: Mark(per_cent if download.share else _("Waiting"), "clock-pause"),
        State.PAUSED: Mark(per_cent, "player-pause"),
        State.FAILED: Mark(_("Not downloaded"), "alert-triangle"),
    }[download.state]
