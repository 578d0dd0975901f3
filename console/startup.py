"""What the console does once when it opens: pair, enrol, and decide what to show first."""

from __future__ import annotations

import asyncio
import platform
import sys
import time
from functools import partial
from typing import Any

from console.ride import METRICS
from drivers import SensorAddressError
from sync.enrol import EnrolmentFailed, enrol
from sync.riders import GUEST

ENROL_AGAIN_S = 5.0


def welcome(app: Any) -> None:
    """The interrupted ride; else home, for whoever rode last and has no PIN; else the question who is riding."""
    riders = {rider.id: rider for rider in [*app.cache.riders(), GUEST]}
    interrupted = app.riding.interrupted(time.time())
    if interrupted is not None:
        app.rider = riders.get(interrupted.rider_id, GUEST)
        app.riding.session = app.riding.resume(interrupted)
        app.show_ride()
        return
    last = riders.get(app.cache.setting("console.rider", ""))
    if last is not None and last.pin_hash is None:
        app.rider = last
    app.go("home" if app.rider else "profiles")


def pair_known_sensors(app: Any) -> None:
    """Open the sensors that were paired, and the one named on the command line; believe those the rider chose."""
    for metric in METRICS:
        app.settings.watch(f"source_{metric}", partial(app.sensing.choose, metric))
    known = app.cache.sensors()
    if app.options.sensor and app.options.sensor not in {url for url, _name, _kind in known}:
        known.append((app.options.sensor, "Bike", "bike"))
    for url, name, kind in known:
        try:
            app.sensing.pair(url, name, kind)
        except SensorAddressError as error:
            print(f"bike-console: {error} {error.remedy}", file=sys.stderr)


async def enrol_at_start(app: Any) -> None:
    """Enrol with the cloud named on the command line, as soon as it answers."""
    cloud, code = app.options.cloud, app.options.code
    while cloud and code and app.cache.enrolment() is None:
        try:
            app.cache.save_enrolment(cloud, await enrol(cloud, code, platform.node() or "tablet"))
            app.uplink.poke()
            app.catalogue.wake()
        except EnrolmentFailed as error:
            print(f"bike-console: {error} {error.remedy}", file=sys.stderr)
            await asyncio.sleep(ENROL_AGAIN_S)
