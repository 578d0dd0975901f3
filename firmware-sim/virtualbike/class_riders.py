"""Many riders in one class, through the cloud's own HTTP interface: for leaderboards, and for load."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from virtualbike.batch_form import MOST_POINTS, Ride, Second, batch
from virtualbike.bike import Bike
from virtualbike.refused import Refused
from virtualbike.rider import ScriptedRider
from virtualbike.riding import Riding
from virtualbike.script import Leg, Script, load

SCRIPT = Path(__file__).parent / "rides" / "intervals.toml"
STRONG, WEAK = 1.2, 0.8  # times the resistance that the script asks for
PATIENCE_S = 15.0
REPORT_S = 5.0


class ClassRefused(Refused):
    """The class cannot be ridden; the message says what to do."""


@dataclass
class Outcome:
    """What came of it all."""

    riders: int
    seconds: int
    points: int = 0
    acknowledged: int = 0
    finished: int = 0
    batches: int = 0
    errors: int = 0
    wall_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)
    reasons: set[str] = field(default_factory=set)

    def line(self) -> str:
        """One line of JSON; latencies in ms, from sending a batch to the cloud's answer that it is held."""
        shown = {name: getattr(self, name) for name in ("riders", "seconds", "points", "acknowledged", "finished")}
        shown |= {"batches": self.batches, "errors": self.errors, "wall_s": round(self.wall_s, 3)}
        return json.dumps(shown | {"latency_ms": self.latencies_ms(), "reasons": sorted(self.reasons)})

    def latencies_ms(self) -> dict[str, float]:
        """Median, 99th percentile and worst."""
        sent = sorted(self.latencies_s)
        if not sent:
            return {}
        at = {"p50": len(sent) // 2, "p99": min(len(sent) * 99 // 100, len(sent) - 1), "max": len(sent) - 1}
        return {name: round(sent[index] * 1000, 2) for name, index in at.items()}


class ClassRider:
    """One rider, of a strength of their own; makes the seconds of a ride and knows how many of them are held."""

    def __init__(self, number: int, class_id: str, *, seed: int, started_s: float) -> None:
        source = random.Random(f"{seed} rider {number}")
        script = _for(load(SCRIPT), source.uniform(WEAK, STRONG), source.uniform(-5, 5))
        cadence, resistance = script.at(0.0)
        bike = Bike(seed=seed + number, cadence_rpm=cadence, resistance_pct=resistance)
        self._riding = Riding(ScriptedRider(script, seed=seed + number), bike)
        self._riding.advance(0.0)
        identity = UUID(int=source.getrandbits(128) ^ round(started_s * 1e6), version=4)
        self.ride = Ride(identity, f"virtual-{number}", f"Virtual {number:03d}", class_id, started_s)
        self.made: list[Second] = []
        self.held = 0
        self.finished = False

    def ride_until(self, second: int, speed: float) -> None:
        """Ride on until this many seconds are made; a second takes 1/``speed`` of one by the wall clock."""
        while len(self.made) < second:
            done = len(self.made) + 1
            now = self._riding.advance(float(done))
            shown = (now.cadence_rpm, now.resistance_pct, now.power_w, now.heart_rate_bpm)
            self.made.append(Second(self.ride.started_s + done / speed, float(done), *shown))

    def next_batch(self, last: bool) -> bytes | None:
        """What is to be sent: nothing when all that was made is held, and the end too if it is the last."""
        waiting = self.made[self.held : self.held + MOST_POINTS]
        ends = last and self.held + len(waiting) == len(self.made)
        if not waiting and not (ends and not self.finished):
            return None
        return batch(self.ride, self.held, waiting, self.made[-1].at_s if ends else 0.0)


async def ride_class(options: argparse.Namespace) -> Outcome:
    """Enrol one tablet, let ``options.riders`` ride on it, and say what came of it. Raises :class:`ClassRefused`."""
    async with httpx.AsyncClient(base_url=options.cloud, timeout=PATIENCE_S) as client:
        token = await _enrol(client, options.code)
        client.headers["Authorization"] = f"Bearer {token}"
        await _asked(client.get(f"/v1/classes/{options.class_id}"), options.cloud)
        outcome = Outcome(options.riders, options.seconds)
        began_s, started_s = time.monotonic(), time.time()
        riders = [
            ClassRider(number, options.class_id, seed=options.seed, started_s=started_s)
            for number in range(1, options.riders + 1)
        ]
        reporting = asyncio.create_task(_report(outcome, riders))
        try:
            # Not all at once: tablets in the field do not tick together either.
            rides = [
                _ride(client, rider, outcome, options, began_s + index / len(riders) / options.speed)
                for index, rider in enumerate(riders)
            ]
            await asyncio.gather(*rides)
        finally:
            reporting.cancel()
        outcome.wall_s = time.monotonic() - began_s
        _count(outcome, riders)
    return outcome


async def _ride(
    client: httpx.AsyncClient, rider: ClassRider, outcome: Outcome, options: argparse.Namespace, began_s: float
) -> None:
    over_s = began_s + options.seconds / options.speed + PATIENCE_S
    while not rider.finished and time.monotonic() < over_s:
        due = min(int((time.monotonic() - began_s) * options.speed), options.seconds)
        rider.ride_until(due, options.speed)
        data = rider.next_batch(due == options.seconds) if rider.made else None
        if data is not None and not await _send(client, rider, data, outcome):
            return
        next_s = began_s + (due + 1) / options.speed
        await asyncio.sleep(max(next_s - time.monotonic(), 0.0 if due == options.seconds else 0.01))


async def _send(client: httpx.AsyncClient, rider: ClassRider, data: bytes, outcome: Outcome) -> bool:
    """Whether going on makes sense: what was not answered is sent again, what was refused is not."""
    sent_s = time.monotonic()
    try:
        response = await client.post("/v1/batches", content=data, headers={"Content-Type": "application/octet-stream"})
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        outcome.errors += 1
        outcome.reasons.add(str(error) or type(error).__name__)
        await asyncio.sleep(1.0)
        return True
    outcome.batches += 1
    if not response.is_success or answer.get("error"):
        outcome.errors += 1
        outcome.reasons.add(str(answer.get("error", response.status_code)))
        return response.status_code >= 500
    outcome.latencies_s.append(time.monotonic() - sent_s)
    rider.held, rider.finished = int(answer["acknowledged"]), bool(answer["finished"])
    return True


async def _enrol(client: httpx.AsyncClient, code: str) -> str:
    wanted = {"code": code, "name": "virtual-bike class"}
    return str((await _asked(client.post("/v1/enrol", json=wanted), str(client.base_url)))["token"])


async def _asked(question: Awaitable[httpx.Response], cloud: str) -> dict[str, Any]:
    try:
        response = await question
        answer: dict[str, Any] = response.json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        why = str(error) or type(error).__name__
        raise ClassRefused(
            f"the cloud at {cloud} does not answer ({why}); is it running, and is --cloud right?"
        ) from None
    except ValueError:
        raise ClassRefused(f"{cloud} answers, but not as a Breakaway cloud; check --cloud") from None
    if not response.is_success:
        raise ClassRefused(f"the cloud says: {answer.get('error')}; {answer.get('remedy')}")
    return answer


async def _report(outcome: Outcome, riders: list[ClassRider]) -> None:
    while True:
        await asyncio.sleep(REPORT_S)
        _count(outcome, riders)
        line = (
            f"{outcome.acknowledged} of {outcome.points} seconds held, {outcome.finished} of {outcome.riders} finished"
        )
        print(f"{line}, {outcome.errors} errors, {outcome.latencies_ms()} ms", file=sys.stderr)


def _count(outcome: Outcome, riders: list[ClassRider]) -> None:
    outcome.points = sum(len(rider.made) for rider in riders)
    outcome.acknowledged = sum(rider.held for rider in riders)
    outcome.finished = sum(rider.finished for rider in riders)


def _for(script: Script, strength: float, cadence_rpm: float) -> Script:
    """The script as somebody of this strength, who likes to pedal that much faster, rides it."""

    def own(leg: Leg) -> Leg:
        cadence = leg.cadence[0] + cadence_rpm, leg.cadence[1] + cadence_rpm
        return Leg(leg.seconds, cadence, (leg.resistance[0] * strength, leg.resistance[1] * strength))

    return Script(tuple(own(leg) for leg in script.legs), script.loop)
