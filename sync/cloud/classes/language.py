"""The language of a class: its tag (BCP 47), and its name as its speakers write it."""

from __future__ import annotations

import re

ENGLISH = "en"
EXPECTED = 'expected a language tag (BCP 47), like "en", "de" or "pt-BR"'
# Language, and perhaps script and region: what captions and voices differ by.
_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
_NAMES = {
    "ca": "Català",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "fi": "Suomi",
    "fr": "Français",
    "hu": "Magyar",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sv": "Svenska",
    "tr": "Türkçe",
    "uk": "Українська",
    "zh": "中文",
}


def tag(text: str) -> str | None:
    """``text`` as a tag in its usual form, such as ``pt-BR``; ``None`` for what is none."""
    found = _TAG.fullmatch(text.strip())
    if found is None:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)


def name_of(tag: str) -> str:
    """What the language of a tag is called in a player's menu, ``Português (BR)``; a rare one's is its tag."""
    language, _, rest = tag.partition("-")
    name = _NAMES.get(language)
    if name is None:
        return tag
    return f"{name} ({rest})" if rest else name
