"""Where keys stand: checked against documents written so that each value is its own line number."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sync.cloud.classes.toml_lines import Place, locate

TRICKY = r"""# a comment with [[segment]] and key = 1
title = "a # no comment, no [table], \" = 2" # a comment
"quoted key" = 'it # [x]'
text = '''
zone = 7
[[segment]]'' '''
list = [
  1, # one ]
  [2, 3],

  {at = 1, say = "x, ] }"}, {at = 2, say = 'y'},
]
[a.b]
c.d = 5
[[segment]]
name = 1
[[segment]]
name = 2
[segment.more]
deep = 3
"""


def test_strings_comments_and_lists_do_not_deceive_it():
    assert tomllib.loads(TRICKY)["segment"] == [{"name": 1}, {"name": 2, "more": {"deep": 3}}]
    rows = locate(TRICKY)
    assert [rows[(key,)] for key in ("title", "quoted key", "text", "list")] == [2, 3, 4, 7]
    assert (rows[("list", 0)], rows[("list", 1)], rows[("list", 1, 1)]) == (8, 9, 9)
    assert (rows[("list", 2, "say")], rows[("list", 3, "at")], rows[("list", 3, "say")]) == (11, 11, 11)
    assert (rows[("a", "b", "c", "d")], rows[("segment", 0, "name")]) == (14, 16)
    assert (rows[("segment", 1)], rows[("segment", 1, "name")], rows[("segment", 1, "more", "deep")]) == (17, 18, 20)


def _places(value: Any, place: Place = ()) -> list[Place]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in inside for found in ((*place, key), *_places(item, (*place, key)))]


_keys = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
_texts = st.text("ab #[]{},=\"'\\", max_size=8)
_scalars = st.one_of(st.integers(), st.booleans(), _texts)
_values = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3))
_tables = st.dictionaries(_keys, _values, max_size=4)


def _written(value: Any, broken: bool) -> str:
    """A value in TOML; ``broken`` spreads lists over lines."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        between = ",\n  " if broken else ", "
        return "[" + between.join(_written(item, broken) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_written(item, False)}" for key, item in value.items()) + "}"
    return str(value)


@given(st.lists(_tables, min_size=1, max_size=3), st.booleans())
def test_every_key_and_item_is_found_where_it_was_written(tables, broken):
    text, expected = "", {}
    for i, table in enumerate(tables):
        text += "[[segment]]\n"
        for key, value in table.items():
            expected[("segment", i, key)] = text.count("\n") + 1
            text += f"{key} = {_written(value, broken)} # done\n"
    rows = locate(text)
    assert all(place in rows for place in _places(tomllib.loads(text)))
    assert {place: rows[place] for place in expected} == expected
