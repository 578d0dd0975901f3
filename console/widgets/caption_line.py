"""What the coach says, written over the picture."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty

from console import theme as T
from console.widgets.digits import Phrase
from console.widgets.panel import Panel

SIZE, LEADING, MOST_LINES = 30, 44, 2


def broken(text: str, letters: int) -> list[str]:
    """A caption on at most two lines of about equal length; the lines given in it stay when they fit."""
    given = [line for line in text.splitlines() if line.strip()]
    if len(given) <= MOST_LINES and all(len(line) <= letters for line in given):
        return given
    words = " ".join(given).split()
    if len(" ".join(words)) <= letters:
        return [" ".join(words)]
    halves = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words) + 1)]
    return [line for line in min(halves, key=lambda pair: max(len(pair[0]), len(pair[1]))) if line]


class CaptionLine(Panel):
    """One or two lines at the foot of the place it has; without text it shows nothing. A tap on it is a tap on the
    picture."""

    keeps_touches = False

    text = StringProperty("")
    natural = NumericProperty(120)
    letters = NumericProperty(62)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(ground=T.CLEAR, **kwargs)
        self.lines = [Phrase(font_name="TextBold") for _line in range(MOST_LINES)]
        for line in self.lines:
            self.add_widget(line)
        self.bind(text=self.repaint)

    def paint(self) -> None:
        """Each line on its own dark ground, no wider than its words."""
        shown = broken(self.text, int(self.letters)) if self.text else []
        for index, line in enumerate(self.lines):
            line.text = shown[index] if index < len(shown) else ""
            line.font_size, line.limit = SIZE * self.u, self.width - 48 * self.u
            line.x = self.center_x - line.width / 2
            y = self.y + (len(shown) - 1 - index) * LEADING * self.u
            line.y = y + (LEADING * self.u - line.height) / 2
            if line.text:
                box = (line.x - 24 * self.u, round(y), line.width + 48 * self.u, round(LEADING * self.u))
                self.still.box(*box, 10 * self.u, T.SCRIM)
