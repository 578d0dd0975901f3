"""One master playlist for several servers, with content steering (rfc8216bis, section 7)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

STEERED, STEERING = "steered.m3u8", "steering.json"


def steered(master: str, bases: Sequence[str]) -> str:
    """``master`` with every variant once for each server; the first is to be used first."""
    header = f'#EXT-X-CONTENT-STEERING:SERVER-URI="{STEERING}",PATHWAY-ID="{_name(0)}"'
    common, variants = [], []
    lines = iter(master.splitlines())
    for line in lines:
        if line.startswith("#EXT-X-STREAM-INF"):
            variants.append((line, next(lines)))
        elif line.startswith("#EXT-X-MEDIA:"):
            common.append(re.sub(r'URI="([^"]*)"', rf'URI="{bases[-1]}/\1"', line))
        else:
            common.append(line)
    common.append(header)
    for number, base in enumerate(bases):
        for tag, uri in variants:
            common += [f'{tag},PATHWAY-ID="{_name(number)}"', f"{base}/{uri}"]
    return "\n".join(common) + "\n"


def steering(count: int) -> str:
    """The steering manifest that leaves the order as it is."""
    return json.dumps({"VERSION": 1, "TTL": 300, "PATHWAY-PRIORITY": [_name(number) for number in range(count)]})


def _name(number: int) -> str:
    return chr(ord("A") + number)
