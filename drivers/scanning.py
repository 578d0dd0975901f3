"""The command ``scan``: everything near by that could be paired, and why a wire could not be looked at."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
import time

from drivers.discovery import Found
from drivers.lookout import Lookout

BAR_DBM = ((-60, "▂▄▆█"), (-70, "▂▄▆ "), (-80, "▂▄  "), (-200, "▂   "))


async def scan(options: argparse.Namespace) -> int:
    """Look around for a while and print what was found. 0 when there was anything."""
    async with Lookout() as lookout:
        await asyncio.sleep(options.seconds)
        found, troubles = lookout.found(), dict(lookout.troubles)
    now_s = time.monotonic()
    for one in found:
        print(json.dumps(_object(one, now_s)) if options.json else _line(one, now_s))
    for wire, trouble in troubles.items():
        print(f"{wire}: {trouble}. {trouble.remedy}", file=sys.stderr)
    if not found:
        print("Nothing found. Plug the bike's cable in, turn the pedals, put the strap on.", file=sys.stderr)
    return 0 if found else 1


def _object(one: Found, now_s: float) -> dict[str, object]:
    said = dataclasses.asdict(one)
    heard_s = said.pop("heard_s")
    return {**said, "heard_ago_s": None if heard_s is None else round(now_s - heard_s, 1)}


def _line(one: Found, now_s: float) -> str:
    bars = next(bars for above, bars in BAR_DBM if (one.signal_dbm or 0) >= above) if one.signal_dbm else "    "
    ago = "" if one.heard_s is None else f", heard {now_s - one.heard_s:.0f} s ago"
    return f"{bars}  {one.url}  {one.name}  ({one.description}{ago})"
