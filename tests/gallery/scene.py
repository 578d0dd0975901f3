"""What a picture of the gallery shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scene:
    """One picture: ``arrange(app)`` brings the stage (see stage.py) into the state to be seen.

    The runner then lets frames pass until nothing more changes, and saves ``<name>-<width>x<height>.png``.
    """

    name: str
    arrange: Callable[[Any], None]
