"""Attack the codecs for as long as you like: ``python -m tests.fuzz [CODEC ...] [--seconds 60] [--seed 1]``.

Bytes that a codec understands are changed at random; what it understands in a new way is changed further. A failure is
printed with the bytes that led to it (a codec with a memory may need all of them), and ends with status 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Hashable
from itertools import count

from tests.fuzz.mutation import mutated
from tests.fuzz.targets import TARGETS, Fuzzed

PAST = 20  # frames after which a target begins with no past
CORPUS_MAX = 500


def attack(fuzzed: Fuzzed, draw: random.Random, rounds: int | None, until_s: float = float("inf")) -> tuple[int, int]:
    """How often it was fed, and in how many ways it understood. Raises :class:`Broken`."""
    corpus, seen = list(fuzzed.seeds), set[Hashable]()
    fed = 0
    for number in count():
        if number == rounds or time.monotonic() >= until_s:
            return fed, len(seen)
        target, past = fuzzed.make(), []
        for _ in range(draw.randint(1, PAST)):
            past.append(mutated(draw, corpus))
            try:
                understood = target(past[-1])
            except Exception as error:
                raise Broken(past) from error
            fed += 1
            if understood not in seen:
                seen.add(understood)
                if len(corpus) < CORPUS_MAX:
                    corpus.append(past[-1])
    raise AssertionError("count ends never")


class Broken(Exception):
    """A codec raised; ``past`` is what it had been fed, in order."""

    def __init__(self, past: list[bytes]) -> None:
        super().__init__(" ".join(data.hex() or "-" for data in past))
        self.past = past


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("codecs", nargs="*", metavar="CODEC", help=f"of {', '.join(TARGETS)}; all when none is named")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each codec (default %(default)s)")
    parser.add_argument("--seed", type=int, help="of the changes; another each time when none is given")
    options = parser.parse_args()
    if unknown := set(options.codecs) - set(TARGETS):
        parser.error(f"no codec is called {', '.join(sorted(unknown))}")
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    print(f"--seed {seed}")
    for name in options.codecs or TARGETS:
        try:
            fed, ways = attack(TARGETS[name], random.Random(f"{seed} {name}"), None, time.monotonic() + options.seconds)
        except Broken as broken:
            print(f"{name} broke on: {broken}")
            traceback.print_exception(broken.__cause__)
            return 1
        print(f"{name:18} {fed:>9,} frames, understood in {ways} ways", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
