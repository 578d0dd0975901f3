"""Fitness Machine Control Point 0x2AD9: requests as bytes, and what the machine answers (FTMS v1.0, 4.16). No I/O.

Write a request with response and wait for its indication ``80 op result``. All but the first need control, which
:func:`request_control` asks for; it is lost with the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from drivers.errors import BadFrame


class Op(IntEnum):
    """What a machine can be asked for."""

    REQUEST_CONTROL, RESET, SPEED, INCLINE = 0x00, 0x01, 0x02, 0x03
    RESISTANCE, POWER, HEART_RATE, START, STOP = 0x04, 0x05, 0x06, 0x07, 0x08
    ENERGY, STEPS, STRIDES, DISTANCE, TIME = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
    TIME_IN_2_ZONES, TIME_IN_3_ZONES, TIME_IN_5_ZONES = 0x0E, 0x0F, 0x10
    SIMULATION, WHEEL, SPIN_DOWN, CADENCE = 0x11, 0x12, 0x13, 0x14


class Result(IntEnum):
    """What became of a request."""

    DONE = 0x01
    NOT_SUPPORTED = 0x02
    INVALID_PARAMETER = 0x03
    FAILED = 0x04
    NOT_PERMITTED = 0x05  # control was never granted, or another program has it now


@dataclass(frozen=True, slots=True)
class Response:
    """The machine's answer to the request ``op``; ``parameter`` is empty for all but a spin down."""

    op: Op
    result: Result
    parameter: bytes = b""


RESPONSE = 0x80


def parse_response(data: bytes) -> Response:
    """One indication of the control point. Raises :class:`BadFrame` when it is no answer to a known request."""
    try:
        if data[0] != RESPONSE:
            raise ValueError("not a response")
        return Response(Op(data[1]), Result(data[2]), bytes(data[3:]))
    except (IndexError, ValueError) as error:
        raise BadFrame(f"no answer of a control point: {data.hex()}") from error


def request_control() -> bytes:
    """Ask to be the one who controls; always the first."""
    return bytes([Op.REQUEST_CONTROL])


def reset() -> bytes:
    """Give all targets and the control back."""
    return bytes([Op.RESET])


def start() -> bytes:
    """Start, or go on after a pause."""
    return bytes([Op.START])


def stop() -> bytes:
    """End the training."""
    return bytes([Op.STOP, 1])


def pause() -> bytes:
    """Pause the training."""
    return bytes([Op.STOP, 2])


def set_speed(speed_kmh: float) -> bytes:
    """Target speed, 0-655.35 km/h. Raises :class:`ValueError` beyond."""
    return _one(Op.SPEED, speed_kmh, 100, 2, signed=False)


def set_incline(incline_pct: float) -> bytes:
    """Target slope in %, to a tenth. Raises :class:`ValueError` beyond what two bytes hold."""
    return _one(Op.INCLINE, incline_pct, 10, 2, signed=True)


def set_resistance(level: float, *, octets: int = 2) -> bytes:
    """Target resistance in the bike's own levels, to a tenth.

    By the service the level has one byte (0-25.5), yet most bikes and programs use two; ``octets`` chooses. A bike
    that answers ``INVALID_PARAMETER`` to one may take the other. Raises :class:`ValueError` for a level that does
    not fit.
    """
    return _one(Op.RESISTANCE, level, 10, octets, signed=octets > 1)


def set_power(power_w: float) -> bytes:
    """Target power in W (ERG). Raises :class:`ValueError` beyond what two bytes hold."""
    return _one(Op.POWER, power_w, 1, 2, signed=True)


def set_cadence(cadence_rpm: float) -> bytes:
    """Target cadence in rpm, to a half. Raises :class:`ValueError` beyond."""
    return _one(Op.CADENCE, cadence_rpm, 2, 2, signed=False)


def set_wheel(circumference_mm: float) -> bytes:
    """The wheel the speed is reckoned with, to a tenth of a mm. Raises :class:`ValueError` beyond."""
    return _one(Op.WHEEL, circumference_mm, 10, 2, signed=False)


def simulate(*, wind_mps: float = 0.0, grade_pct: float, rolling: float = 0.004, wind_kg_per_m: float = 0.51) -> bytes:
    """A road: head wind in m/s, slope in %, coefficients of rolling (unitless) and of air resistance (kg/m).

    The defaults are a road bike on asphalt. Raises :class:`ValueError` for what does not fit.
    """
    air = _number(wind_mps, 1000, 2, signed=True) + _number(grade_pct, 100, 2, signed=True)
    return bytes([Op.SIMULATION]) + air + _number(rolling, 10_000, 1) + _number(wind_kg_per_m, 100, 1)


def spin_down(*, ignore: bool = False) -> bytes:
    """Start the bike's own calibration, or decline the one it asked for."""
    return bytes([Op.SPIN_DOWN, 2 if ignore else 1])


def _one(op: Op, value: float, factor: int, octets: int, *, signed: bool) -> bytes:
    return bytes([op]) + _number(value, factor, octets, signed=signed)


def _number(value: float, factor: int, octets: int, *, signed: bool = False) -> bytes:
    try:
        return round(value * factor).to_bytes(octets, "little", signed=signed)
    except OverflowError:
        raise ValueError(f"{value} does not fit into {octets} byte(s); keep to the machine's own range") from None
