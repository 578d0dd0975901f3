"""What a cloud with edges adds to a master playlist: its rungs once more on every pathway, and who steers.

HLS Content Steering, https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis section 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from posixpath import dirname

ORIGIN = "origin"  # the pathway of the cloud itself
TTL_S = 30
MANIFEST = "steering.json"
_VARIANT = "#EXT-X-STREAM-INF:"
_NAMED = re.compile(r',?\b(?:PATHWAY-ID|STABLE-VARIANT-ID)="[^"]*"')


def with_pathways(master: str, at: str, bases: Mapping[str, str], first: str) -> str:
    """The master playlist, found at the path ``at`` (``/media/<class>/master.m3u8``), with every rung on the cloud's
    own pathway and on each of ``bases`` (pathway to base URL); ``first`` is the pathway to begin on. The others' rungs
    come after all of the cloud's own, for players that know no steering."""
    head: list[str] = []
    rungs: list[tuple[str, str]] = []
    lines = [line for line in master.splitlines() if line.strip()]
    waiting: str | None = None
    for line in lines:
        if line.startswith("#EXT-X-CONTENT-STEERING"):
            continue
        if line.startswith(_VARIANT):
            waiting = line
        elif waiting is not None and not line.startswith("#"):
            rungs.append((waiting, line))
            waiting = None
        else:
            head.append(line)
    head.append(f'#EXT-X-CONTENT-STEERING:SERVER-URI="{dirname(at)}/{MANIFEST}",PATHWAY-ID="{first}"')
    for pathway, base in {ORIGIN: "", **bases}.items():
        for i, (told, uri) in enumerate(rungs):
            head.append(f'{_NAMED.sub("", told)},PATHWAY-ID="{pathway}",STABLE-VARIANT-ID="{i}"')
            head.append(f"{base}{dirname(at)}/{uri}" if base else uri)
    return "\n".join(head) + "\n"


def manifest(priority: Sequence[str]) -> dict[str, object]:
    """The steering manifest (section 7.2): which pathways to use, best first, until asked again."""
    return {"VERSION": 1, "TTL": TTL_S, "RELOAD-URI": MANIFEST, "PATHWAY-PRIORITY": list(priority)}
