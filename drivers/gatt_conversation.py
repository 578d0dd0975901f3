"""One connection to a GATT sensor: subscribe to what can be read, decode it, notice silence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from drivers import echelon, ftms, gatt, profiles
from drivers.battery import BatteryDecoder
from drivers.control import Control
from drivers.errors import BadFrame, DriverError, LinkLost, NotOffered, WrongDevice
from drivers.flood import Flood
from drivers.ftms import Event, IndoorBikeDecoder
from drivers.gatt import GattLink
from drivers.gatt_hearing import GattHearing
from drivers.profiles import Decoder
from drivers.sample import Sample
from drivers.sensor import LinkState, SensorStatus
from drivers.tapped_link import Tap, TappedLink

SILENT_AFTER_S = 2.0
FLOOD_FRAMES, FLOOD_FRAMES_A_S = 2000, 500  # a lively bike says 30 a second
DEAF_AFTER_S = 20.0  # a connection that never said anything is no connection
LOOK_EVERY_S = 0.25


class GattConversation:
    """What one connection says. ``control`` is the brake, where there is one; ``frames`` counts what was decoded."""

    def __init__(
        self,
        link: GattLink,
        status: SensorStatus,
        give: Callable[[Sample], None],
        clock: Callable[[], float],
        tap: Tap | None = None,
    ) -> None:
        self.control: Control | None = None
        self._link: GattLink = link if tap is None else TappedLink(link, tap, clock)
        self._status = status
        self._give = give
        self._clock = clock
        self._hearing = GattHearing(status, profiles.decoders(link.services, link.name))
        self._last_s = clock()
        self._flood, self._flooded = Flood(FLOOD_FRAMES, FLOOD_FRAMES_A_S, self._last_s), False

    @property
    def frames(self) -> int:
        """How many frames were decoded."""
        return self._hearing.frames

    async def run(self) -> None:
        """Listen until the link is lost. Raises :class:`DriverError` when it is, or when nothing here can be read."""
        decoders = self._hearing.decoders
        if all(isinstance(decoder, BatteryDecoder) for decoder in decoders.values()):
            raise WrongDevice(f"{self._link.name} is no bike, meter or strap", "Pair another sensor.")
        await self._learn_levels(decoders.get(gatt.INDOOR_BIKE_DATA))
        self._last_s = self._clock()
        await self._subscribe(decoders)
        if self._can(gatt.FITNESS_MACHINE_STATUS, "notify"):
            with suppress(NotOffered):
                await self._link.subscribe(gatt.FITNESS_MACHINE_STATUS, self._hear_status)
        self.control = await Control.of(self._link, self._hearing.newest.get)
        greets = gatt.ECHELON_WRITE in self._link.services.get(gatt.ECHELON, {})
        alive = asyncio.ensure_future(self._greet()) if greets else None
        try:
            await self._listen()
        finally:
            if alive is not None:
                alive.cancel()
            if self.control is not None:
                await self.control.release()

    async def _subscribe(self, decoders: dict[str, Decoder]) -> None:
        """Hear all that may be heard; raises :class:`NotOffered` when that is nothing for a ride."""
        heard, refusal = False, None
        for characteristic, decoder in decoders.items():
            is_battery = isinstance(decoder, BatteryDecoder)
            try:
                if is_battery and self._can(characteristic, "read"):
                    self._hear(characteristic, await self._link.read(characteristic))
                if self._can(characteristic, "notify") or self._can(characteristic, "indicate") or not is_battery:
                    await self._link.subscribe(characteristic, partial(self._hear, characteristic))
                    heard = heard or not is_battery
            except NotOffered as error:
                refusal = error
        if refusal is not None and not heard:
            raise refusal

    async def _listen(self) -> None:
        lost = asyncio.ensure_future(self._link.lost())
        try:
            while True:
                await asyncio.wait({lost}, timeout=LOOK_EVERY_S)
                if self._flooded:
                    raise WrongDevice(f"{self._link.name} says far more than a sensor can", "Pair another.")
                if lost.done():
                    lost.result()
                    raise LinkLost(
                        f"{self._link.name} has gone", "Bring it nearer or wake it; it comes back by itself."
                    )
                self._judge(self._clock() - self._last_s)
        finally:
            lost.cancel()

    def _judge(self, silent_s: float) -> None:
        if silent_s < SILENT_AFTER_S:
            return
        if not self.frames and silent_s > DEAF_AFTER_S:
            raise Deaf(f"{self._link.name} is connected but says nothing", "Wake it, or switch it off and on.")
        if self._status.state is not LinkState.SILENT:
            self._status.state, self._status.error = LinkState.SILENT, _silent(self._link.name, self.frames)

    def _hear(self, characteristic: str, data: bytes) -> None:
        at_s, frames = self._clock(), self.frames
        self._flooded = self._flooded or self._flood.overflows(1, at_s)
        if self._flooded:
            return
        sample = self._hearing.hear(characteristic, data, at_s)
        if self.frames > frames:
            self._last_s = at_s
        if sample is not None:
            self._give(sample)

    async def _learn_levels(self, decoder: Decoder | None) -> None:
        if isinstance(decoder, IndoorBikeDecoder) and self._can(gatt.RESISTANCE_RANGE, "read"):
            try:
                decoder.levels = ftms.parse_resistance_range(await self._link.read(gatt.RESISTANCE_RANGE))
            except BadFrame:
                self._status.frames_bad += 1
            except NotOffered:
                pass  # a level is then a level of nobody knows how many

    def _hear_status(self, data: bytes) -> None:
        try:
            event = ftms.parse_status(data).event
        except BadFrame:
            self._status.frames_bad += 1
            return
        if event in (Event.CONTROL_LOST, Event.RESET) and self.control is not None:
            self.control.lost()

    async def _greet(self) -> None:
        """An Echelon says nothing before it was greeted, and falls silent when it is not talked to."""
        for words in echelon.INIT:
            await self._send(gatt.ECHELON_WRITE, words)
        count = 0
        while True:
            await asyncio.sleep(echelon.KEEP_ALIVE_S)
            count += 1
            await self._send(gatt.ECHELON_WRITE, echelon.keep_alive(count))

    async def _send(self, characteristic: str, data: bytes) -> None:
        try:
            await self._link.write(characteristic, data, response=self._can(characteristic, "write"))
        except DriverError:
            return  # the link's loss is noticed where it is listened to

    def _can(self, characteristic: str, verb: str) -> bool:
        return any(verb in offered.get(characteristic, ()) for offered in self._link.services.values())


class Deaf(LinkLost):
    """Connected, yet nothing was ever heard: the system may only believe in this connection."""


def _silent(name: str, frames: int) -> LinkLost:
    if frames:
        return LinkLost(f"{name} fell silent", "Turn the pedals, or put the strap back on; it goes on by itself.")
    return LinkLost(f"{name} is connected but says nothing", "Turn the pedals; a strap needs to be wet and tight.")
