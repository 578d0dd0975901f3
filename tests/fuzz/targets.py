"""What can be fuzzed: each codec as a function of bytes that checks what must always hold, with bytes to begin from.

A target returns what it understood, as something that can be compared: bytes that are understood in a new way are worth
changing further.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from console.trainer.control_point import ControlPoint
from drivers import dircon, echelon, ftms, ftms_control
from drivers.battery import BatteryDecoder
from drivers.cycling_power import CyclingPowerDecoder, parse_cycling_power
from drivers.echelon import EchelonDecoder
from drivers.errors import BadFrame
from drivers.flywheel import FlywheelDecoder
from drivers.ftms import IndoorBikeDecoder, Range, parse_indoor_bike
from drivers.heart_rate import HeartRateDecoder, parse_heart_rate
from drivers.keiser import KeiserDecoder, parse_keiser
from drivers.peloton import Decoder
from drivers.peloton_listener import PelotonListener
from drivers.plausible import LIMITS
from drivers.power_table import PowerTable
from drivers.recording import Header, Moment
from drivers.schwinn import SchwinnDecoder
from drivers.speed_cadence import SpeedCadenceDecoder, parse_csc
from drivers.treadmill import TreadmillDecoder, parse_treadmill
from sync.records import RecordError
from sync.wire import decode

Target = Callable[[bytes], Hashable]
KEPT_MAX = 4096  # bytes that a stream's decoder may hold back


@dataclass(frozen=True)
class Fuzzed:
    """``make`` gives a target with no past; ``seeds`` are bytes that it understands."""

    make: Callable[[], Target]
    seeds: tuple[bytes, ...]


def _frames(make: Callable[[], object], parse: Callable[[bytes], object] | None = None) -> Callable[[], Target]:
    """A decoder of whole frames; what it says must be able to be true, and a parser must read it or say BadFrame."""

    def made() -> Target:
        decoder, now_s = make(), 0.0

        def feed(data: bytes) -> Hashable:
            nonlocal now_s
            now_s += 0.25 + len(data) / 100
            ok, bad = decoder.frames_ok, decoder.frames_bad  # type: ignore[attr-defined]
            said = decoder.feed(data, now_s)  # type: ignore[attr-defined]
            _true(said)
            if parse is not None:
                with suppress(BadFrame):
                    parse(data)
            pending = getattr(decoder, "_pending", b"")
            assert len(pending) <= KEPT_MAX, "it grows"
            return tuple(said), decoder.frames_ok - ok, decoder.frames_bad - bad  # type: ignore[attr-defined]

        return feed

    return made


def _true(said: Mapping[str, float]) -> None:
    for name, value in said.items():
        low, high = LIMITS[name]
        assert low - 1e-6 <= value <= high * (1 + 1e-6), f"{name} {value}"


def _peloton() -> Target:
    decoder = Decoder()

    def feed(data: bytes) -> Hashable:
        frames = decoder.feed(data)
        assert len(decoder._pending) <= KEPT_MAX, "it grows"
        return frozenset(frame.kind for frame in frames), min(len(frames), 3)

    return feed


def _listener() -> Target:
    listener, now_s = PelotonListener(), 0.0

    def feed(data: bytes) -> Hashable:
        nonlocal now_s
        now_s += 0.1
        half = len(data) // 2
        listener.hear_question(data[:half])
        said = listener.hear(data[half:], now_s)
        for fields in said:
            _true(fields)
        return tuple(name for fields in said for name in fields), listener.table is not None

    return feed


def _dircon() -> Target:
    decoder = dircon.DirconDecoder()

    def feed(data: bytes) -> Hashable:
        try:
            messages = decoder.feed(data)
        except BadFrame:
            return "no patience"
        assert len(decoder._pending) <= KEPT_MAX, "it grows"
        for message in messages:
            with suppress(BadFrame):
                dircon.subject(message)
            if message.id is dircon.Id.SERVICES:
                dircon.services(message)
            elif message.id is dircon.Id.CHARACTERISTICS and message.body:
                dircon.characteristics(message)
        return frozenset((message.id, message.code) for message in messages), min(len(messages), 3)

    return feed


def _refusing(read: Callable[[bytes], object], *refusals: type[Exception]) -> Callable[[], Target]:
    """A reader that gives a value or one of its own refusals."""

    def feed(data: bytes) -> Hashable:
        try:
            return type(read(data)).__name__
        except refusals as refusal:
            return type(refusal).__name__, str(refusal)[:12]

    return lambda: feed


class _Brake:
    metrics = frozenset({"resistance_pct", "power_w"})

    def limits(self, metric: str) -> Range:
        return Range(0, 100 if metric == "resistance_pct" else 800, 1)

    def keep(self, metric: str, value: float) -> None:
        limits = self.limits(metric)
        assert limits.minimum <= value <= limits.maximum, f"{metric} {value}"

    def let_go(self) -> None:
        pass


def _control_point() -> Target:
    brake = _Brake()
    point = ControlPoint(lambda: brake)

    def feed(data: bytes) -> Hashable:
        answer = point.ask("client", data)
        assert len(answer.indication) == 3 and answer.indication[0] == ftms_control.RESPONSE
        return answer.indication[1:], answer.status is None

    return feed


def _hex(*texts: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) for text in texts)


BIKE = _hex("4402da020201220100", "7403b20cb000ab00001100a200030000000000", "5408b906b000860d0045002001", "0100ca0c")
CPS = _hex("20002d000200b812", "3000d204ffffffff033fff07e70f", "0000feff", "ff0fd204" + "00" * 40)
TARGETS: Mapping[str, Fuzzed] = {
    "ftms": Fuzzed(_frames(lambda: IndoorBikeDecoder(Range(0, 100, 1)), parse_indoor_bike), BIKE),
    "ftms-one-byte": Fuzzed(_frames(lambda: IndoorBikeDecoder(Range(1, 33, 1, 1))), BIKE),
    "schwinn": Fuzzed(_frames(SchwinnDecoder), BIKE),
    "treadmill": Fuzzed(_frames(TreadmillDecoder, parse_treadmill), _hex("0c01380403000f00000096", "00003804")),
    "cps": Fuzzed(_frames(CyclingPowerDecoder, parse_cycling_power), CPS),
    "csc": Fuzzed(_frames(SpeedCadenceDecoder, parse_csc), _hex("030c000000441a0200991d", "020200991d")),
    "hr": Fuzzed(_frames(HeartRateDecoder, parse_heart_rate), _hex("10437203", "1843d0077203", "012c01", "0643")),
    "battery": Fuzzed(_frames(BatteryDecoder), _hex("64", "00", "ff")),
    "keiser": Fuzzed(
        _frames(KeiserDecoder, parse_keiser),
        _hex("063000383803460573000d00042701000a", "010500383803460573000d0004270a20033601"),
    ),
    "echelon": Fuzzed(_frames(EchelonDecoder), (echelon.message(0xD1, bytes(9)), echelon.message(0xD2, b"\x10"))),
    "flywheel": Fuzzed(_frames(FlywheelDecoder), _hex("ff1f0c0122000000000000005a" + "00" * 14 + "0a000000016155")),
    "peloton": Fuzzed(_peloton, _hex("f14103323930d0f6", "f144053633333230 38f6", "f541 36f6", "e8455330 32e2f6")),
    "peloton-listener": Fuzzed(_listener, _hex("f700f7f6f1f70434363130b7f6", "f54136f6f14103323930d0f6")),
    "dircon": Fuzzed(
        _dircon,
        (
            dircon.services_reply(1, [dircon.UUID(int=1).hex]).encode(),
            dircon.enable(2, "00002ad2-0000-1000-8000-00805f9b34fb").encode(),
            dircon.about(dircon.Id.NOTIFICATION, 0, "00002ad2-0000-1000-8000-00805f9b34fb", BIKE[0]).encode(),
        ),
    ),
    "ftms-feature": Fuzzed(_refusing(ftms.parse_feature, BadFrame), (bytes(8),)),
    "ftms-range": Fuzzed(_refusing(ftms.parse_resistance_range, BadFrame), _hex("0000e8030a00")),
    "ftms-status": Fuzzed(_refusing(ftms.parse_status, BadFrame), _hex("08fa00", "07e803", "ff", "0201")),
    "ftms-answer": Fuzzed(_refusing(ftms_control.parse_response, BadFrame), _hex("800001", "80110512")),
    "control-point": Fuzzed(_control_point, _hex("00", "04e803", "0428", "05c800", "07", "0801", "01")),
    "recording": Fuzzed(_refusing(Moment.parse, ValueError), (Moment(1.0, True, None, b"\xf1").line(),)),
    "recording-header": Fuzzed(_refusing(Header.parse, ValueError), (Header("ble://x", "x", "").line(),)),
    "power-table": Fuzzed(_refusing(PowerTable.from_json, ValueError), (PowerTable(1.2, "meter").to_json().encode(),)),
    "batch": Fuzzed(_refusing(decode, RecordError), (b"B\x01\x00" + bytes(30), b"B\x02\x00" + bytes(30))),
}
"""By codec. The name is what ``python -m tests.fuzz`` takes."""
