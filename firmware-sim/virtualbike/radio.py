"""The bike on the air: a Bluetooth LE peripheral on bumble, over a dongle, a TCP link, or a link within the process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from bumble import hci
from bumble.core import BaseBumbleError
from bumble.device import AdvertisingType, Connection, Device, DeviceConfiguration

from virtualbike import gatt_table as table
from virtualbike.air import ADDRESS, ANSWER_S, advertisement, next_address, power_on, scan_response
from virtualbike.attributes import Attributes
from virtualbike.faults import Happening, Happenings
from virtualbike.gatt_bike import GattBike, Notice
from virtualbike.outbox import Outbox
from virtualbike.recording import NOT_RECORDING, Recorder

ADVERTISING_MS = 100.0


class RadioBike:
    """A peripheral that serves a :class:`GattBike` to up to ``max_clients`` clients at once.

    It measures every ``interval_s`` seconds by ``clock``; with None only when :meth:`tick` is called.
    """

    def __init__(
        self,
        bike: GattBike,
        source: Any,
        sink: Any,
        *,
        address: str = ADDRESS,
        max_clients: int = 3,
        interval_s: float | None = 1.0,
        advertising_ms: float = ADVERTISING_MS,
        recorder: Recorder = NOT_RECORDING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bike, self.address = bike, address
        self._recorder, self._clock = recorder, clock
        self._max_clients, self._interval_s = max_clients, interval_s
        config = DeviceConfiguration(name=bike.name, address=hci.Address(address), eatt_enabled=False)
        config.advertising_interval_min = config.advertising_interval_max = advertising_ms
        config.advertising_data, config.scan_response_data = advertisement(bike.name), scan_response(bike.name)
        self.device = Device.from_config_with_hci(config, source, sink)
        self._attributes = Attributes(bike, self._read, self._write)
        self._outboxes: dict[Hashable, Outbox] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: set[asyncio.Task[None]] = set()
        self._happenings = Happenings(bike.faults)
        self._plugged = True
        self._advertising = asyncio.Lock()
        self.device.add_services(self._attributes.services)
        self.device.on(Device.EVENT_CONNECTION, self._on_connection)

    async def start(self) -> None:
        """Switch on and advertise. Raises :class:`virtualbike.air.TransportRefused` when the controller is silent."""
        await power_on(self.device)
        await self._advertise()
        if self._interval_s is not None:
            self._loops.add(self._spawn(self._measure_forever(self._interval_s)))

    async def stop(self) -> None:
        """Say good-bye to the clients, and switch off."""
        self._plugged = False
        for outbox in self._outboxes.values():
            outbox.close()
        for task in list(self._loops):
            task.cancel()
        # What talks to the controller is let finish: bumble does not bear a command that is given up.
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(BaseBumbleError, TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                await self._hang_up()
                await self.device.power_off()

    async def tick(self, now_s: float) -> None:
        """Ride until ``now_s``, let happen what is to go wrong, and tell the subscribers."""
        self.bike.advance(now_s)
        await asyncio.shield(self._spawn(self._suffer()))
        self._send(self.bike.measure())

    async def rotate_address(self, address: str) -> None:
        """Go away, and come back under another address."""
        plugged, self._plugged = self._plugged, False
        await self._hang_up()
        self.address = address
        self.device.random_address = self.device.static_address = hci.Address(address)
        await self.device.send_sync_command(
            hci.HCI_LE_Set_Random_Address_Command(random_address=self.device.random_address)
        )
        self._plugged = plugged
        await self._advertise()

    async def unplug(self) -> None:
        """Be gone, without a word to anybody as far as the controller can."""
        self._plugged = False
        await self._hang_up(hci.HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)

    async def replug(self) -> None:
        """Be back."""
        self._plugged = True
        await self._advertise()

    async def _measure_forever(self, interval_s: float) -> None:
        while True:
            await self.tick(self._clock())
            await asyncio.sleep(interval_s)

    async def _suffer(self) -> None:
        for happening in self._happenings.look():
            if happening is Happening.GONE:
                await self.unplug()
            elif happening is Happening.BACK:
                await self.replug()
            elif happening is Happening.NEW_ADDRESS:
                await self.rotate_address(next_address(self.address))
            else:
                self._send(self.bike.react(happening))

    async def _hang_up(self, reason: int = hci.HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR) -> None:
        async with self._advertising:
            await self.device.stop_advertising()
        for connection in list(self.device.connections.values()):
            await connection.disconnect(reason)

    async def _advertise(self) -> None:
        # A controller that cannot advertise beside its connections is asked again when one of them ends.
        async with self._advertising:
            if not self._plugged or len(self._outboxes) >= self._max_clients:
                return
            with suppress(hci.HCI_Error):
                await self.device.start_advertising(AdvertisingType.UNDIRECTED_CONNECTABLE_SCANNABLE)

    def _on_connection(self, connection: Connection) -> None:
        self.bike.connect(connection)
        outbox = Outbox(self.bike, partial(self._deliver, connection), self._recorder, self._clock)
        self._outboxes[connection] = outbox
        sender = self._spawn(outbox.run())
        self._loops.add(sender)

        def gone(_reason: int) -> None:
            self._outboxes.pop(connection, None)
            outbox.close()
            sender.cancel()
            self.bike.disconnect(connection)
            self._spawn(self._advertise())

        connection.on(Connection.EVENT_DISCONNECTION, gone)
        connection.on(
            Connection.EVENT_CONNECTION_ATT_MTU_UPDATE, lambda: self.bike.set_mtu(connection, connection.att_mtu)
        )
        self._spawn(self._advertise())

    def _send(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            if notice.client in self._outboxes:
                self._outboxes[notice.client].put(notice)

    async def _deliver(self, connection: Connection, notice: Notice, data: bytes) -> None:
        characteristic = self._attributes.characteristics[notice.characteristic]
        tell = self.device.indicate_subscriber if notice.indication else self.device.notify_subscriber
        with suppress(TimeoutError, BaseBumbleError):
            await tell(connection, characteristic, data)

    def _read(self, number: int) -> bytes:
        value = self.bike.read(number)
        self._recorder.note(self._clock(), "bike", value, table.uuid(number))
        return value

    def _write(self, connection: Connection, number: int, data: bytes) -> None:
        self._recorder.note(self._clock(), "us", data, table.uuid(number))
        # A client that asks again at once has confirmed the last answer, though its waiter may not be awake yet.
        confirmation = self.device.gatt_server.pending_confirmations[connection]
        if confirmation is not None and confirmation.done():
            self.bike.confirmed(connection)
        self._send(self.bike.write(connection, number, data))

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(self._loops.discard)
        return task
