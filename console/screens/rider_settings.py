"""The settings of the rider who rides: name, goal, body, threshold power, PIN."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.widget import Widget

from console.pin import hash_pin
from console.screens.new_rider import Swatches
from console.screens.setting_rows import SettingRow, button_row, stepper_row
from console.threshold import change, forget
from console.widgets import pinpad  # noqa: F401 - the rules use it
from console.widgets.field import Field
from console.widgets.kv import load_rules
from console.widgets.overlay import Overlay, Question
from console.words import _
from sync.riders import Rider

KG_PER_LB = 0.45359237
YOUNGEST, OLDEST, LIKELY_AGE = 10, 100, 40


class NewPin(Overlay):
    """Asks for a new PIN, twice; ``done(pin)`` is called when both were the same."""

    title = StringProperty("")

    def __init__(self, done: Callable[[str], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._done, self._first = done, ""
        self.title = _("A new PIN")

    def take(self, pin: str) -> None:
        """Take the first, then compare the second."""
        pad = self.ids.pad
        if not self._first:
            self._first = pin
            self.title, pad.message = _("The same again"), ""
        elif pin == self._first:
            self.close()
            self._done(pin)
        else:
            self._first, self.title = "", _("A new PIN")
            pad.wrong, pad.message = True, _("The two were not the same. Once more.")


class RiderSettings:
    """Makes the rows, and keeps what the rider changes at once. ``refresh`` is called when rows must be made anew."""

    def __init__(self, refresh: Callable[[], None]) -> None:
        self._refresh = refresh
        self._app = App.get_running_app()

    def rows(self) -> list[Widget]:
        """One row for each value."""
        rider = self._app.rider
        if self._app.session is not None and (rider is None or rider.is_guest):
            words = _("Nothing is kept of a guest's rides")
            return [button_row(_("Guest"), words, _("Back to the ride"), self._app.show_ride)]
        if rider is None or rider.is_guest:
            return [button_row(_("Guest"), _("Nothing is kept of a guest's rides"), _("Choose a rider"), self._leave)]
        rows = [*self._who(rider), *self._body(rider), self._pin_row(rider)]
        return rows if self._app.session is not None else [*rows, self._remove_row(rider)]

    def _keep(self, **changes: Any) -> None:
        rider = replace(self._app.rider, **changes)
        self._app.cache.save_rider(rider)
        self._app.rider = rider

    def _who(self, rider: Rider) -> list[Widget]:
        name = Field(text=rider.name, most=24, size_hint_x=None, width=420)
        name.bind(focused=lambda field, focused: None if focused else self._rename(field))
        swatches = Swatches(chosen=rider.colour)
        swatches.bind(on_choose=lambda _swatches, index: self._keep(colour=index))
        goal = {"value": rider.weekly_goal, "low": 0, "high": 14, "unit": _("rides")}
        return [
            SettingRow(_("Name"), _("On this tablet, and for others in the leaderboard"), name),
            SettingRow(_("Colour"), "", swatches),
            stepper_row(_("Goal"), _("Rides a week; 0 for none"), lambda n: self._keep(weekly_goal=int(n)), **goal),
        ]

    def _rename(self, field: Field) -> None:
        name = " ".join(field.text.split())
        if name:
            self._keep(name=name)
        else:
            field.text = self._app.rider.name

    def _body(self, rider: Rider) -> list[Widget]:
        year = date.today().year
        born = {"value": rider.birth_year or year - LIKELY_AGE, "low": year - OLDEST, "high": year - YOUNGEST}
        power = {"value": rider.ftp_w, "low": 60, "high": 500, "step": 5, "unit": "W"}
        return [
            self._weight_row(rider),
            stepper_row(
                _("Year of birth"),
                _("Sets the heart zones"),
                lambda n: self._keep(birth_year=int(n)),
                unset=rider.birth_year is None,
                **born,
            ),
            stepper_row(
                _("Threshold power"),
                _("What you can hold for an hour; sets the power zones"),
                self._set_threshold,
                **power,
            ),
        ]

    def _set_threshold(self, ftp_w: float) -> None:
        change(self._app.cache, self._app.rider, float(ftp_w), time.time())
        self._keep(ftp_w=float(ftp_w))

    def _weight_row(self, rider: Rider) -> SettingRow:
        pounds = self._app.settings.units == "imperial"
        share, unit = (KG_PER_LB, "lb") if pounds else (1.0, "kg")
        limits = {"low": round(30 / share), "high": round(200 / share), "value": round(rider.weight_kg / share)}
        return stepper_row(
            _("Weight"),
            _("For the calories"),
            lambda n: self._keep(weight_kg=round(n * share, 1)),
            unit=unit,
            **limits,
        )

    def _pin_row(self, rider: Rider) -> SettingRow:
        if rider.pin_hash:
            return button_row(_("PIN"), _("Is asked for before you ride"), _("Remove PIN"), lambda: self._set_pin(None))
        ask = NewPin(lambda pin: self._set_pin(hash_pin(pin)))
        return button_row(_("PIN"), _("Four digits, so that nobody rides as you"), _("Set a PIN"), ask.open)

    def _set_pin(self, kept: str | None) -> None:
        self._keep(pin_hash=kept)
        self._refresh()

    def _remove_row(self, rider: Rider) -> SettingRow:
        question = Question(
            self._remove,
            title=_("Remove {name}?").format(name=rider.name),
            text=_("All rides kept on this tablet go too. What is in the cloud stays there."),
            keep=_("Keep {name}").format(name=rider.name.split()[0]),
            lose=_("Remove"),
        )
        return button_row(_("Remove this rider"), _("With all rides on this tablet"), _("Remove"), question.open)

    def _remove(self) -> None:
        self._app.cache.delete_rider(self._app.rider.id)
        forget(self._app.cache, self._app.rider.id)
        self._leave()

    def _leave(self) -> None:
        self._app.rider = None
        self._app.go("profiles")


load_rules(__file__)
