"""The same class on throttled and broken networks, played by ours (player and gateway), plain libVLC and hls.js.

    python -m tests.bench.networks [NETWORK ...] [--seconds 64] [--at-once 4] [--json]

Each player has a network of its own; the three play at the same time, several networks at once. A picture that stands
for more than half a second counts as stalled. Rate, stalls, changes of rung and the start are also taken together, as
the linear quality of experience of Yin, Jindal, Sekar and Sinopoli ("A Control-Theoretic Approach for Dynamic Adaptive
Video Streaming over HTTP", ACM SIGCOMM 2015): the rates of all pieces, less their changes, less the highest rate for
every second of waiting, at the start or later.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path

from tests.networks import clip
from tests.networks.figures import Figures
from tests.networks.network import Networks
from tests.networks.profiles import BY_NAME, PROFILES
from tests.networks.watch import watch

PLAYERS = {"ours": "ours", "libvlc": "libVLC", "hls_js": "hls.js"}
LONGEST = 2.5  # times the class's length, until a player is given up
ALL_SEEN = 0.96
PIECE_S = 4.0
_RATES = [(rate + clip.SOUND) / 1000 for rate in clip.RATES.values()]  # Mbit/s
# What makes a difference to a rider; less is chance.
LATER_S, MORE_STANDING, LESS_RATE, LESS_QUALITY = 0.3, 0.01, 0.93, 0.1


def main() -> None:
    """Play everything and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NETWORK", help=", ".join(BY_NAME))
    parser.add_argument("--seconds", type=int, default=64, help=f"length of the class, a multiple of {clip.ENCODED_S}")
    parser.add_argument("--at-once", type=int, default=4, help="networks that are played at the same time")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    asked = parser.parse_args()
    names = asked.names or [profile.name for profile in PROFILES]
    results: dict[str, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory() as folder:
        clip.make(Path(folder) / "clip", asked.seconds)
        for first in range(0, len(names), asked.at_once):
            together = names[first : first + asked.at_once]
            for name, seen in play(Path(folder) / "clip", together, asked.seconds).items():
                results[name] = seen
                if not asked.json:
                    report(name, seen, asked.seconds)
    if asked.json:
        print(json.dumps({name: {who: asdict(one) for who, one in seen.items()} for name, seen in results.items()}))
    else:
        conclude(results, asked.seconds)


def play(folder: Path, names: Sequence[str], seconds: int) -> dict[str, dict[str, Figures]]:
    """The class on some networks, in all players at once: network to player to figures."""
    with ExitStack() as open_, ThreadPoolExecutor(len(PLAYERS)) as threads:
        waiting = {}
        for player in PLAYERS:
            networks = open_.enter_context(Networks(names, folder))
            urls = [networks[name].url for name in names]
            waiting[player] = threads.submit(watch, player, urls, LONGEST * seconds)
        seen = {player: dict(zip(names, done.result(), strict=True)) for player, done in waiting.items()}
    return {name: {player: seen[player][name] for player in PLAYERS} for name in names}


def rate(figures: Figures) -> float:
    """The mean rung, in Mbit/s; the poster in the picture's place is none."""
    bits = sum(seconds * (clip.RATES.get(height, 0) + clip.SOUND) for height, seconds in figures.heights.items())
    return bits / 1000 / max(figures.played_s, 0.1)


def quality(figures: Figures, seconds: int) -> float:
    """The quality of experience for each piece of ``PIECE_S``, in Mbit/s; what was never shown is waited for."""
    rates = [(clip.RATES.get(height, 0) + clip.SOUND) / 1000 for height in figures.path]
    changes = sum(abs(now - before) for before, now in pairwise(rates))
    unseen_s = max(seconds - figures.played_s, 0.0) if figures.played_s < ALL_SEEN * seconds else 0.0
    waited_s = (figures.startup_s or 0.0) + max(figures.stalled_s, unseen_s)
    pieces = seconds / PIECE_S
    return rate(figures) * min(figures.played_s / seconds, 1.0) - (changes + max(_RATES) * waited_s) / pieces


def report(name: str, seen: dict[str, Figures], seconds: int) -> None:
    """One network's table."""
    print(f"{name}: {BY_NAME[name].says}")
    for player, figures in seen.items():
        start = "no picture" if figures.startup_s is None else f"{figures.startup_s:6.2f} s  "
        print(
            f"  {PLAYERS[player]:7} first picture {start} stands {figures.rebuffering:6.1%} in {figures.stalls:2}"
            f"   {rate(figures):4.2f} Mbit/s   {figures.switches:2} switches"
            f"   {min(figures.played_s / seconds, 1):4.0%} seen{'' if figures.ended else ', never ends'}"
            f"   quality {quality(figures, seconds):5.2f}"
        )
    for line in differences(seen, seconds):
        print(f"  {line}")
    print(flush=True)


def differences(seen: dict[str, Figures], seconds: int) -> list[str]:
    """Where ours is worse than the better of the others, and where it is clearly better."""
    ours, others = seen["ours"], [seen["libvlc"], seen["hls_js"]]
    whole = [one for one in others if one.startup_s is not None and one.played_s >= ALL_SEEN * seconds]
    lines = []
    if ours.startup_s is None or ours.played_s < ALL_SEEN * seconds:
        lines.append(f"ours is worse: only {ours.played_s:.0f} s of {seconds} s are seen")
    elif not whole:
        lines.append("ours is better: only ours shows the whole class")
    if not whole or ours.startup_s is None:
        return lines
    later_s = ours.startup_s - min(one.startup_s or 0.0 for one in whole)
    if later_s > LATER_S:
        lines.append(f"ours is worse: the first picture comes {later_s:.1f} s later")
    standing = ours.rebuffering - min(one.rebuffering for one in whole)
    if abs(standing) > MORE_STANDING:
        lines.append(f"ours is {'worse' if standing > 0 else 'better'}: {abs(standing):.1%} of the time")
    if 0 in ours.heights:  # of the others one cannot tell when they show the poster: it has the lowest rung's size
        return lines
    rivals = [rate(one) for one in whole if one.rebuffering <= ours.rebuffering + MORE_STANDING]
    if rivals and rate(ours) < LESS_RATE * max(rivals):
        lines.append(f"ours is worse: {rate(ours):.2f} instead of {max(rivals):.2f} Mbit/s")
    return lines


def conclude(results: dict[str, dict[str, Figures]], seconds: int) -> None:
    """The count."""
    found = {name: differences(seen, seconds) for name, seen in results.items()}
    worse = [name for name, lines in found.items() if any("worse" in line for line in lines)]
    print(
        f"{len(results) - len(worse)} of {len(results)} networks: not worse than the better of the two in any measure"
    )
    print(f"worse in some measure: {', '.join(worse) or 'none'}")
    lower = []
    for name, seen in results.items():
        ours, *others = (quality(seen[player], seconds) for player in PLAYERS)
        if ours < max(others) - LESS_QUALITY:
            lower.append(f"{name} ({ours:.2f} instead of {max(others):.2f})")
    print(f"worse as a whole: {', '.join(lower) or 'none'}")


if __name__ == "__main__":
    main()
