"""What is known of a film before its first picture, and the error of everything that cannot be had."""

from __future__ import annotations

from dataclasses import dataclass

WAIT = "Check the network; the picture comes back by itself."


@dataclass(frozen=True, slots=True)
class Outline:
    """``sizes`` (width, height) of the pictures, as far as named; ``length_s`` where the class has an end."""

    sizes: tuple[tuple[int, int], ...] = ()
    length_s: float | None = None


class Unavailable(OSError):
    """Something the class needs cannot be had; ``remedy`` says what to do."""

    def __init__(self, reason: str, remedy: str = WAIT) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def refused(status: int) -> Unavailable:
    """A server's refusal in words."""
    if status in (404, 410):
        return Unavailable(
            "This class is not on the server.", "Choose another class, or load the list of classes anew."
        )
    if status in (401, 403):
        return Unavailable("The server does not let this tablet see the class.", "Enrol the tablet again in Settings.")
    return Unavailable(f"The server answered with error {status}.", "Wait; the picture comes back by itself.")
