"""Messages a second that the codecs decode, beside other programs' parsers on the same messages in the same run.

The peers only take a frame apart; ours also turn counters into cadence, merge records and judge what can be true.
pyftms runs where it imports (Python 3.12 and later). No package reads a Peloton's serial line; beside ours stands the
least that a program could do, which checks nothing: cut at the terminator and turn the digits round.

Run: python tests/bench/codecs.py
"""

from __future__ import annotations

import json
import random
import struct
import time
from collections.abc import Callable

from drivers.cycling_power import CyclingPowerDecoder
from drivers.ftms import IndoorBikeDecoder
from drivers.heart_rate import HeartRateDecoder
from drivers.peloton import Decoder
from drivers.speed_cadence import SpeedCadenceDecoder

MESSAGES, ROUNDS = 20_000, 7
Parse = Callable[[bytes], object]


def ftms(draw: random.Random) -> list[bytes]:
    """As an Elite Suito sends: speed, cadence, distance, power, elapsed time."""
    return [
        struct.pack("<HHHHBhH", 0x0854, draw.randrange(4000), draw.randrange(240), i, 0, draw.randrange(600), i)
        for i in range(MESSAGES)
    ]


def cps(draw: random.Random) -> list[bytes]:
    """As pedals send: power and crank."""
    return [struct.pack("<HhHH", 0x20, draw.randrange(600), i & 0xFFFF, i * 700 & 0xFFFF) for i in range(MESSAGES)]


def csc(draw: random.Random) -> list[bytes]:
    """Wheel and crank."""
    return [struct.pack("<BIHHH", 3, 3 * i, i * 700 & 0xFFFF, i & 0xFFFF, i * 700 & 0xFFFF) for i in range(MESSAGES)]


def heart(draw: random.Random) -> list[bytes]:
    """As a strap sends: bpm, contact, one interval."""
    return [struct.pack("<BBH", 0x16, draw.randrange(60, 190), draw.randrange(300, 1000)) for _ in range(MESSAGES)]


def peloton(draw: random.Random) -> list[bytes]:
    """Replies with the power."""
    bodies = [b"\xf1\x44\x05" + f"{draw.randrange(9000):05d}"[::-1].encode() for _ in range(MESSAGES)]
    return [body + bytes([sum(body) & 0xFF, 0xF6]) for body in bodies]


def bare_peloton(data: bytes) -> list[float]:
    """The least: nothing is checked."""
    return [int(part[-2:2:-1]) / 10 for part in data.split(b"\xf6") if part]


def pycycling() -> dict[str, Parse]:
    from pycycling import cycling_power_service, cycling_speed_cadence_service, heart_rate_service
    from pycycling.ftms_parsers import parse_indoor_bike_data

    return {
        "ftms": parse_indoor_bike_data,
        "cps": cycling_power_service._parse_cycling_power_measurement,
        "csc": cycling_speed_cadence_service._parse_csc_measurement,
        "hr": heart_rate_service._parse_hr_measurement,
    }


def pyftms() -> dict[str, Parse]:
    from pyftms.models import IndoorBikeData
    from pyftms.serializer import get_serializer

    return {"ftms": get_serializer(IndoorBikeData).deserialize}


def peers() -> dict[str, dict[str, Parse]]:
    """Whichever are installed and import here."""
    found: dict[str, dict[str, Parse]] = {"a bare split": {"peloton": bare_peloton}}
    for name, load in (("pycycling", pycycling), ("pyftms", pyftms)):
        try:
            found[name] = load()
        except (ImportError, SyntaxError) as error:
            print(f"without {name}: {error}")
    return found


def ours(kind: str) -> Parse:
    """A new decoder, as a sensor uses it; messages come 0.68 s apart."""
    if kind == "peloton":
        return Decoder().feed
    make = {"ftms": IndoorBikeDecoder, "cps": CyclingPowerDecoder, "csc": SpeedCadenceDecoder, "hr": HeartRateDecoder}
    feed, now_s = make[kind]().feed, 0.0

    def heard(data: bytes) -> object:
        nonlocal now_s
        now_s += 0.68
        return feed(data, now_s)

    return heard


def seconds(parse: Parse, messages: list[bytes]) -> float:
    began = time.process_time()
    for message in messages:
        parse(message)
    return time.process_time() - began


def main() -> int:
    """Measure and print; status 1 when ours is slower than a package on PyPI."""
    draw, found, slower = random.Random(1), peers(), False
    figures: dict[str, object] = {"bench": "codecs"}
    for kind, make in {"ftms": ftms, "cps": cps, "csc": csc, "hr": heart, "peloton": peloton}.items():
        messages = make(draw)
        beside = {name: parsers[kind] for name, parsers in found.items() if kind in parsers}
        # In turn, so that a busy machine slows all alike; the best of the rounds is the least disturbed.
        rounds = [
            (seconds(ours(kind), messages), {name: seconds(parse, messages) for name, parse in beside.items()})
            for _ in range(ROUNDS)
        ]
        best = min(mine for mine, _ in rounds)
        print(f"{kind:8} {MESSAGES / best:>9,.0f} messages/s", end="")
        figures[f"{kind}_per_s"] = round(MESSAGES / best)
        for name in beside:
            theirs = min(other[name] for _, other in rounds)
            print(f"   {name} {MESSAGES / theirs:>9,.0f}, ratio {theirs / best:.2f}", end="")
            figures[f"{kind}_to_{name.replace(' ', '_')}"] = round(theirs / best, 2)
            slower = slower or (theirs < best and kind != "peloton")
        print()
    print(json.dumps(figures))
    return int(slower)


if __name__ == "__main__":
    raise SystemExit(main())
