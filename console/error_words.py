"""What the drivers, the player and the uplink say went wrong, in the rider's language. No Kivy.

Those rooms know no gettext: their sentences are English, with what they are about in them. A sentence is looked up
with a ``{}`` in place of each path, address, quoted word and number: ``there is no port {}``.
"""

from __future__ import annotations

import re

from console.words import _

_VALUES = r"(?<!\S)/\S*[^\s.,;:)]|\w+://\S*[^\s.,;:)]|'[^']*'|\"[^\"]*\"|\b\d+(?:[.:]\d+)*\b"


def sentence(text: object, *names: str) -> str:
    """A sentence in the rider's language, begun with a capital.

    ``names`` are other words in it that are nobody's to translate, such as a sensor's name. What the catalogue does
    not have stays as it is.
    """
    said, values = str(text or "").strip(), list[str]()

    def hold(found: re.Match[str]) -> str:
        values.append(found[0])
        return "{}"

    known = "|".join([re.escape(name) for name in names if name] + [_VALUES])
    pattern = re.sub(known, hold, said)
    translated = _(pattern) if pattern else ""
    if translated != pattern:
        said = translated.format(*values)
    return said[:1].upper() + said[1:]


def what_and_remedy(error: Exception, *names: str) -> tuple[str, str]:
    """What happened, without a stop, and what to do, of an error that has a ``remedy``."""
    return sentence(error, *names).rstrip("."), sentence(getattr(error, "remedy", ""), *names)


def told(error: Exception, *names: str) -> str:
    """Both in one line."""
    return ". ".join(part for part in what_and_remedy(error, *names) if part)
