"""The brake on a riding screen: its button, its menu, and the words beside the resistance."""

from __future__ import annotations

from console.alerts import Alert
from console.brake import Mode, RideBrake
from console.brake_words import brake_alert, doing_words
from console.screens.parts import Parts


class BrakePart:
    """Of the ride's ``brake``, if it has one. Where the bike's cannot be set, nothing is shown."""

    def __init__(self, brake: RideBrake | None, parts: Parts) -> None:
        self._brake, self._parts = brake, parts

    @property
    def rows(self) -> int:
        """The rows of the menu; 0 where there is nothing to choose."""
        offered = len(self._brake.choices) if self._brake is not None else 0
        return offered + self.in_use if offered > 1 else 0

    @property
    def in_use(self) -> bool:
        """Whether the rider lets the brake be set."""
        return self._brake is not None and self._brake.in_use

    @property
    def alert(self) -> Alert | None:
        """What the rider has to be told of it."""
        return brake_alert(self._brake)

    def show(self) -> None:
        """Show what is true now."""
        self._parts["resistance"].brake = doing_words(self._brake)
        self._parts["brake"].on = self.in_use
        if self._brake is not None:
            self._parts["brake_menu"].show(self._brake)

    def choose(self, mode: Mode) -> None:
        """The rider's choice."""
        if self._brake is not None:
            self._brake.choose(mode)
            self.show()

    def nudge(self, steps: int) -> None:
        """More, or less."""
        if self._brake is not None:
            self._brake.nudge(steps)
