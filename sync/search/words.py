"""Words as they are compared: without case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe"})
LONGEST = 40  # letters of a word that are looked at
MOST = 12  # words of a question


def words(text: str) -> list[str]:
    """The words of a text, in order, each in its plainest form."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_LIGATURES)  # first NFKD: 𝑨 becomes A
    plain = unicodedata.normalize("NFKD", folded)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word[:LONGEST] for word in _WORD.findall(kept)]
