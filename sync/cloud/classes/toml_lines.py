"""Where in a TOML text each key and list item stands. The standard reader forgets it; messages need it."""

from __future__ import annotations

Step = str | int
Place = tuple[Step, ...]


def locate(text: str) -> dict[Place, int]:
    """The line (from 1) of every key, table and list item of a text that ``tomllib`` accepts.

    Places are paths into the parsed document: ``("segment", 2, "cadence", 0)``.
    """
    walker = _Walker(text)
    walker.document()
    return walker.rows


class _Walker:
    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._counts: dict[Place, int] = {}
        self.rows: dict[Place, int] = {}

    def document(self) -> None:
        table: Place = ()
        while self._skip_blank():
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> Place:
        """``[table]`` or ``[[list of tables]]``."""
        row = self._row()
        self._at += brackets
        place: Place = ()
        keys = self._dotted_key()
        for i, key in enumerate(keys):
            place += (key,)
            last = i == len(keys) - 1
            if last and brackets == 2:
                self.rows.setdefault(place, row)
                self._counts[place] = self._counts.get(place, 0) + 1
            if place in self._counts:
                place += (self._counts[place] - 1,)
        self.rows[place] = row
        self._at += brackets
        return place

    def _pair(self, table: Place) -> None:
        row, place = self._row(), table
        for key in self._dotted_key():
            place += (key,)
            self.rows.setdefault(place, row)
        self._at += 1  # the equals sign
        self._value(place)

    def _dotted_key(self) -> list[str]:
        """Keys up to an equals sign or a closing bracket, which is left standing."""
        keys = []
        while True:
            self._skip_spaces()
            keys.append(self._key())
            self._skip_spaces()
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _key(self) -> str:
        start = self._at
        if self._text[start] in "\"'":
            self._string()
            return self._text[start + 1 : self._at - 1]
        while self._text[self._at].isalnum() or self._text[self._at] in "-_":
            self._at += 1
        return self._text[start : self._at]

    def _value(self, place: Place) -> None:
        self._skip_spaces()
        mark = self._text[self._at]
        if mark in "\"'":
            self._string()
        elif mark == "[":
            self._list(place)
        elif mark == "{":
            self._inline_table(place)
        else:
            while self._at < len(self._text) and self._text[self._at] not in ",]}#\n":
                self._at += 1

    def _list(self, place: Place) -> None:
        self._at += 1
        index = 0
        while self._skip_blank() and self._text[self._at] != "]":
            self.rows[(*place, index)] = self._row()
            self._value((*place, index))
            index += 1
            self._skip_comma()
        self._at += 1

    def _inline_table(self, place: Place) -> None:
        self._at += 1
        while self._skip_blank() and self._text[self._at] != "}":
            self._pair(place)
            self._skip_comma()
        self._at += 1

    def _string(self) -> None:
        mark = self._text[self._at]
        fence = mark * 3 if self._text.startswith(mark * 3, self._at) else mark
        self._at += len(fence)
        while not self._text.startswith(fence, self._at):
            self._at += 2 if mark == '"' and self._text[self._at] == "\\" else 1
        self._at += len(fence)
        while len(fence) == 3 and self._text.startswith(mark, self._at):
            self._at += 1  # up to two more quotes may end the text itself

    def _skip_comma(self) -> None:
        self._skip_blank()
        if self._text.startswith(",", self._at):
            self._at += 1

    def _skip_blank(self) -> bool:
        """Past spaces, line ends and comments; false at the end of the text."""
        while self._at < len(self._text):
            if self._text[self._at] == "#":
                end = self._text.find("\n", self._at)
                self._at = len(self._text) if end < 0 else end
            elif self._text[self._at].isspace():
                self._at += 1
            else:
                return True
        return False

    def _skip_spaces(self) -> None:
        while self._text[self._at] in " \t":
            self._at += 1

    def _row(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
