"""What the large card of home says: the first of these that is true decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from console.live.live_words import door, start_time
from console.live.schedule import on_demand
from console.suggestions import first_ride, for_you
from console.wording import clock, minutes, when_in_sentence
from console.words import _
from sync.records import FitnessClass


@dataclass(frozen=True, slots=True)
class HeroWords:
    """The words of the card, and what its buttons do (called with the app)."""

    eyebrow: str
    eyebrow_icon: str
    title: str
    second: str
    action: str
    act: Callable[[Any], object]
    other: str = ""
    act_other: Callable[[Any], object] | None = None
    motif: str = "lines"
    palette: int = 1
    left_share: float = 0.0


def hero_words(
    cache: Any,
    rider: Any,
    rides: Sequence[Any],
    classes: Sequence[FitnessClass],
    now: float,
    live: FitnessClass | None = None,
) -> HeroWords:
    """A class left off, else the ``live`` class that can be joined, else a first ride, else the next suggestion, else
    Just ride. ``classes`` are those that can be ridden at any time."""
    left = cache.left_off(rider.id) if rider else None
    if left is not None:
        ride, class_s = left
        one = cache.fitness_class(ride.header.class_id)
        if one is not None and on_demand([one]):
            return _left_off(one, class_s, ride.header.started_at, now)
    if live is not None:
        return _live(live, now)
    if not rides and (one := first_ride(classes)) is not None:
        return _suggestion(one, _("A first ride"), "flag")
    if classes:
        return _suggestion(for_you(classes, rides)[0], _("Next for you"), "bike")
    return HeroWords(
        _("No classes on this tablet yet"),
        "bike",
        _("Just ride"),
        _("Your own pace, no plan"),
        _("Start"),
        lambda app: app.start_just_ride(),
    )


def riding_words(session: Any) -> HeroWords:
    """While a ride is on there is one thing to do."""
    one = session.fitness_class
    title = one.title if one else _("Just ride")
    second, back = _("It goes on while you look around"), _("Back to the ride")
    words = HeroWords(_("Your ride is on"), "bike", title, second, back, lambda app: app.show_ride())
    return replace(words, motif=one.motif, palette=one.palette) if one else words


def _left_off(one: FitnessClass, class_s: float, at: float, now: float) -> HeroWords:
    left_s = max(one.duration_s - class_s, 0)
    return HeroWords(
        _("Left off at {time}, {day}").format(time=clock(class_s), day=when_in_sentence(at, now)),
        "history",
        one.title,
        _("{coach} · {length} · {left} left").format(
            coach=one.coach, length=minutes(one.duration_s), left=clock(left_s)
        ),
        _("Continue"),
        lambda app: app.start_class(one.id, at_s=class_s),
        _("Start over"),
        lambda app: app.start_class(one.id),
        one.motif,
        one.palette,
        class_s / one.duration_s if one.duration_s else 0.0,
    )


def _live(one: FitnessClass, now: float) -> HeroWords:
    assert one.live is not None
    start = start_time(one.live.starts_at, now)
    since = _("Live since {time}") if now >= one.live.starts_at else _("Live at {time}")
    return replace(_suggestion(one, since.format(time=start), "antenna"), action=door(one, now).words)


def _suggestion(one: FitnessClass, why: str, icon: str) -> HeroWords:
    return HeroWords(
        why,
        icon,
        one.title,
        " · ".join(part for part in (one.coach, one.kind, minutes(one.duration_s)) if part),
        _("Start"),
        lambda app: app.start_class(one.id),
        _("See the plan"),
        lambda app: app.go("class", class_id=one.id),
        one.motif,
        one.palette,
    )
