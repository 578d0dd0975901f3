"""The command ``decode`` for radio protocols: frames in hexadecimal, one a line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, is_dataclass

from drivers.cycling_power import CyclingPowerDecoder, parse_cycling_power
from drivers.decoding import chunks
from drivers.echelon import EchelonDecoder
from drivers.errors import BadFrame
from drivers.flywheel import FlywheelDecoder
from drivers.ftms import IndoorBikeDecoder, parse_indoor_bike
from drivers.heart_rate import HeartRateDecoder, parse_heart_rate
from drivers.keiser import COMPANY_ID, KeiserDecoder, parse_keiser
from drivers.profiles import Decoder
from drivers.speed_cadence import SpeedCadenceDecoder, parse_csc
from drivers.treadmill import TreadmillDecoder, parse_treadmill

PROTOCOLS: Mapping[str, tuple[Callable[[], Decoder], Callable[[bytes], object] | None]] = {
    "ftms": (IndoorBikeDecoder, parse_indoor_bike),
    "cps": (CyclingPowerDecoder, parse_cycling_power),
    "csc": (SpeedCadenceDecoder, parse_csc),
    "hr": (HeartRateDecoder, parse_heart_rate),
    "keiser": (KeiserDecoder, parse_keiser),
    "treadmill": (TreadmillDecoder, parse_treadmill),
    "echelon": (EchelonDecoder, None),
    "flywheel": (FlywheelDecoder, None),
}
LINE_MAX = 4096
_COMPANY = COMPANY_ID.to_bytes(2, "little")


def decode_frames(options: argparse.Namespace) -> int:
    """Print one line a frame; the counts go to stderr. Raises :class:`drivers.errors.DriverError` when unreadable.

    Empty lines and those that begin with # are skipped. Frames are taken to be a second apart.
    """
    make, parse = PROTOCOLS[options.protocol]
    decoder, bad_lines = make(), 0
    for number, line in enumerate(_lines(chunks(options.file)), 1):
        text = line.decode("ascii", "replace").strip()
        if not text or text.startswith("#"):
            continue
        try:
            data = bytes.fromhex(text.replace(":", ""))
        except ValueError:
            bad_lines += 1
            said: dict[str, object] = {"line": number, "ok": False, "error": "not hexadecimal"}
        else:
            if options.protocol == "keiser" and data.startswith(_COMPANY) and len(data) in (18, 19, 21):
                data = data[2:]
            said = {"line": number, **_said(decoder, parse, data, float(number))}
        print(json.dumps(said) if options.json else _as_text(said))
    sys.stdout.flush()
    counts = {"frames_ok": decoder.frames_ok, "frames_bad": decoder.frames_bad + bad_lines}
    words = "{frames_ok} valid frames, {frames_bad} bad frames".format(**counts)
    print(json.dumps(counts) if options.json else words, file=sys.stderr)
    return 0


def _said(decoder: Decoder, parse: Callable[[bytes], object] | None, data: bytes, at_s: float) -> dict[str, object]:
    """``values`` are what the console would take; ``fields`` all that the frame holds, where the protocol is known."""
    bad_before = decoder.frames_bad
    values = decoder.feed(data, at_s)
    said: dict[str, object] = {"ok": decoder.frames_bad == bad_before, "hex": data.hex(), "values": values}
    if parse is not None:
        try:
            fields = parse(data)
            said["fields"] = asdict(fields) if is_dataclass(fields) and not isinstance(fields, type) else fields
        except BadFrame as error:
            said["error"] = str(error)
    return said


def _as_text(said: dict[str, object]) -> str:
    values = said.get("values") or {}
    assert isinstance(values, dict)
    words = "  ".join(f"{name} {value:.6g}" for name, value in values.items())
    if not said["ok"]:
        words = f"bad frame: {said.get('error') or said['hex']}"
    return f"{said['line']:>6}  {words or 'says nothing'}"


def _lines(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines; what runs on for too long is cut, since it is no line of ours."""
    pending = b""
    for part in parts:
        *whole, pending = (pending + part).split(b"\n")
        yield from whole
        if len(pending) > LINE_MAX:
            yield pending
            pending = b""
    if pending:
        yield pending
