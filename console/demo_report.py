"""The line of JSON with which a demo ends, whatever became of it. No Kivy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

FIGURES = ("points", "acknowledged", "rank", "frames_shown", "frames_dropped", "lost_points", "p50_ms", "p99_ms", "kj")


def report(figures: Mapping[str, Any], failed: Sequence[str] = ()) -> str:
    """One line: every figure, null where it is not known, and ``failed``, the links that broke, where any did."""
    known = dict.fromkeys(FIGURES) | dict(figures)
    return json.dumps(known | ({"failed": list(failed)} if failed else {}))


def is_report(line: str) -> bool:
    """Whether a line is one."""
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and said.keys() >= set(FIGURES)
