"""The bike as a Keiser M3i: no connection, only advertisements that carry its numbers.

Behind the company's number (``02 01``), little-endian: version, kind of data, the bike's id, cadence and heart rate in
tenths, power in W, kcal, minutes, seconds, distance in tenths (top bit: km, else miles), gear.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.device import AdvertisingType, Device, DeviceConfiguration

from virtualbike.air import ADDRESS, ANSWER_S, next_address, power_on
from virtualbike.faults import Happening, Happenings
from virtualbike.gatt_bike import GattBike
from virtualbike.readings import Readings
from virtualbike.recording import NOT_RECORDING, Recorder

NAME = "M3"
COMPANY = b"\x02\x01"
MAJOR, MINOR, REAL_TIME = 0x06, 0x32, 0x00
PERIOD_S = 0.31875
GEARS = 24
KILOMETRES, LONGEST_TRIP = 0x8000, 0x7FFF


def payload(now: Readings, *, equipment_id: int) -> bytes:
    """The manufacturer's data, company first: 19 bytes that a display shows as the bike's numbers."""
    minutes, seconds = divmod(int(now.elapsed_s), 60)
    return (
        COMPANY
        + bytes([MAJOR, MINOR, REAL_TIME, equipment_id])
        + struct.pack(
            "<HHHHBBHB",
            _clip(now.cadence_rpm * 10),
            _clip(now.heart_rate_bpm * 10),
            _clip(now.power_w),
            _clip(now.energy_kcal),
            min(minutes, 0xFF),
            seconds,
            KILOMETRES | min(round(now.distance_m / 100), LONGEST_TRIP),
            1 + round(now.resistance_pct / 100 * (GEARS - 1)),
        )
    )


def advertisement(manufacturer_data: bytes) -> bytes:
    """What goes on the air: flags, the name, the data."""
    parts = [(0x01, b"\x04"), (0x09, NAME.encode()), (0xFF, manufacturer_data)]
    return b"".join(bytes([len(data) + 1, kind]) + data for kind, data in parts)


class KeiserBike:
    """Advertises the readings of ``bike``, new ones every ``period_s`` seconds; with None only at :meth:`tick`."""

    def __init__(
        self,
        bike: GattBike,
        source: Any,
        sink: Any,
        *,
        equipment_id: int = 1,
        address: str = ADDRESS,
        period_s: float | None = PERIOD_S,
        advertising_ms: float = PERIOD_S * 1000,
        recorder: Recorder = NOT_RECORDING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bike, self.address = bike, address
        self._equipment_id, self._period_s, self._recorder, self._clock = equipment_id, period_s, recorder, clock
        config = DeviceConfiguration(name=NAME, address=hci.Address(address))
        config.advertising_interval_min = config.advertising_interval_max = advertising_ms
        self.device = Device.from_config_with_hci(config, source, sink)
        self._happenings = Happenings(bike.faults)
        self._telling: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Switch on. Raises :class:`virtualbike.air.TransportRefused` when the controller does not answer."""
        await power_on(self.device)
        if self._period_s is not None:
            self._telling = asyncio.create_task(self._tell_forever(self._period_s))

    async def stop(self) -> None:
        """Be silent, and switch off."""
        self._stopping = True
        if self._telling is not None:
            await self._telling  # bumble does not bear a command that is given up
        with suppress(BaseBumbleError, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self.device.stop_advertising()
                await self.device.power_off()

    async def tick(self, now_s: float) -> None:
        """Ride until ``now_s``, and advertise what the sensors show; nothing while the bike is silent or gone."""
        readings = self.bike.advance(now_s)
        if Happening.NEW_ADDRESS in self._happenings.look():
            await self._move()
        faults = self.bike.faults
        whole = payload(readings, equipment_id=self._equipment_id)
        damaged = b"" if faults.unplugged else faults.pass_through(whole[len(COMPANY) :])
        if not damaged:
            await self.device.stop_advertising()
            return
        self._recorder.note(self._clock(), "bike", COMPANY + damaged)
        await self._advertise(advertisement(COMPANY + damaged))

    async def _tell_forever(self, period_s: float) -> None:
        while not self._stopping:
            await self.tick(self._clock())
            await asyncio.sleep(period_s)

    async def _move(self) -> None:
        await self.device.stop_advertising()
        self.address = next_address(self.address)
        self.device.random_address = self.device.static_address = hci.Address(self.address)
        await self.device.send_sync_command(
            hci.HCI_LE_Set_Random_Address_Command(random_address=self.device.random_address)
        )

    async def _advertise(self, data: bytes) -> None:
        self.device.advertising_data = data
        if self.device.legacy_advertising_set is not None:
            await self.device.legacy_advertising_set.set_advertising_data(data)
        elif self.device.legacy_advertiser is not None:
            await self.device.send_sync_command(hci.HCI_LE_Set_Advertising_Data_Command(advertising_data=data))
        else:
            await self.device.start_advertising(AdvertisingType.UNDIRECTED, scan_response_data=b"")


def _clip(value: float) -> int:
    return min(max(round(value), 0), 0xFFFF)
