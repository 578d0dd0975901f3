"""All words of the screens pass here: one gettext catalogue, English first."""

from __future__ import annotations

import gettext

from console.theme import ASSETS

_catalogue = gettext.translation("breakaway", localedir=ASSETS / "words", fallback=True)


def _(text: str) -> str:
    """The text in the rider's language."""
    return _catalogue.gettext(text)


def n_(one: str, many: str, count: int) -> str:
    """The form of a text that fits ``count``; ``{n}`` in it is replaced by the count."""
    return _catalogue.ngettext(one, many, count).format(n=count)
