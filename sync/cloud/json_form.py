"""Records as JSON bytes, quickly: many thousand standings a minute leave the cloud."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any


def dumps(value: Any) -> bytes:
    """The same JSON as ``json.dumps(to_json(record))``, also for records within lists and dicts."""
    return json.dumps(value, default=_as_dict, separators=(",", ":"), allow_nan=False).encode()


def _as_dict(record: Any) -> dict[str, Any]:
    kind = type(record)
    if kind not in _names:
        _names[kind] = tuple(field.name for field in fields(kind))
    return {name: getattr(record, name) for name in _names[kind]}


_names: dict[type, tuple[str, ...]] = {}
