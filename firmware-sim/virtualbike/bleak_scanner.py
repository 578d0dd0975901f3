"""A bleak scanner on a bumble device: see :mod:`virtualbike.bleak_backend`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Protocol

from bleak.backends.scanner import AdvertisementData, AdvertisementDataCallback, BaseBleakScanner
from bleak.uuids import normalize_uuid_16
from bumble.core import AdvertisingData
from bumble.device import Advertisement, Device

UUIDS_16 = (
    AdvertisingData.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
    AdvertisingData.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS,
)
NAMES = AdvertisingData.COMPLETE_LOCAL_NAME, AdvertisingData.SHORTENED_LOCAL_NAME


class Centrals(Protocol):
    """Where clients and scanners get their controllers from."""

    mtu: int

    async def central(self) -> Device:
        """A device of its own for one client. Raises bleak's error when Bluetooth is not available."""

    async def dismiss(self, device: Device) -> None:
        """The device is not needed any more."""


class LocalScanner(BaseBleakScanner):
    """Hears who advertises on the link of ``radio``."""

    radio: ClassVar[Centrals]

    def __init__(
        self, detection_callback: AdvertisementDataCallback | None, service_uuids: list[str] | None, *_: Any, **__: Any
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._device: Device | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self.seen_devices = {}
        self._device = await self.radio.central()
        self._device.on(Device.EVENT_ADVERTISEMENT, self._hear)
        await self._device.start_scanning()

    async def stop(self) -> None:
        """Listen no more."""
        device, self._device = self._device, None
        if device is not None:
            await device.stop_scanning()
            await self.radio.dismiss(device)

    def _hear(self, heard: Advertisement) -> None:
        data = advertisement_data(heard)
        if self._device is None or not self.is_allowed_uuid(data.service_uuids):
            return
        address = heard.address.to_string(False)
        known = self.seen_devices.get(address)
        name = data.local_name or (known[0].name if known else None)
        self.call_detection_callbacks(self.create_or_update_device(address, address, name, None, data), data)


def advertisement_data(heard: Advertisement) -> AdvertisementData:
    """What was heard, in bleak's words."""
    manufacturer = {
        int.from_bytes(raw[:2], "little"): raw[2:] for raw in _all(heard, AdvertisingData.MANUFACTURER_SPECIFIC_DATA)
    }
    service_data = {_uuid(raw): raw[2:] for raw in _all(heard, AdvertisingData.SERVICE_DATA_16_BIT_UUID)}
    listed = b"".join(raw for kind in UUIDS_16 for raw in _all(heard, kind))
    # A dict keeps the order and says each only once: the link repeats an advertisement as its scan response.
    uuids = list(dict.fromkeys(_uuid(listed[at : at + 2]) for at in range(0, len(listed) - 1, 2)))
    names = [raw.decode(errors="replace") for kind in NAMES for raw in _all(heard, kind)]
    return AdvertisementData(names[0] if names else None, manufacturer, service_data, uuids, None, heard.rssi, ())


def _all(heard: Advertisement, kind: int) -> Iterator[bytes]:
    yield from heard.data.get_all(kind, raw=True)


def _uuid(raw: bytes) -> str:
    return normalize_uuid_16(int.from_bytes(raw[:2], "little"))
