"""The power of bikes that measure none: reckoned, set right by a minute of riding, kept by bike."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.calibration import Calibration
from console.own_power import BY_RULE, OwnPower
from console.sensing import Sensing
from drivers import Sample, open_sensor
from drivers.power_rule import rule_w
from drivers.power_table import PowerTable
from sync.cache import Cache
from sync.place import FILE

BIKE, METER = "ble://C1:BA:CE:00:00:01", "ble://C1:BA:CE:00:00:02"
RECORDING = [
    {"breakaway-recording": 1, "url": "ble://AA:BB:CC:DD:EE:FF"},
    {"t": 0, "from": "bike", "ch": "00002ad6-0000-1000-8000-00805f9b34fb", "hex": "0000e8030100"},  # levels 0 to 100
    {"t": 0, "from": "bike", "ch": "00002ad2-0000-1000-8000-00805f9b34fb", "hex": "2400ca0ca0002800"},  # 80 rpm, 40
]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    cache = Cache.open(tmp_path / FILE)
    yield cache
    cache.close()


@pytest.fixture
def recording(tmp_path: Path) -> str:
    (tmp_path / "ride.jsonl").write_text("".join(json.dumps(line) + "\n" for line in RECORDING))
    return f"replay://{tmp_path}/ride.jsonl"


def ridden(second: float, url: str = BIKE) -> Sample:
    return Sample(second, url, cadence_rpm=80, resistance_pct=40)


async def ride(url: str, own_power: OwnPower, kind: str = "bike") -> tuple[Sample, Sensing]:
    heard: asyncio.Queue[Sample] = asyncio.Queue()
    sensing = Sensing(heard.put_nowait, open_sensor=open_sensor, reckon=own_power.add)
    sensing.pair(url, "Bike", kind)
    async with asyncio.timeout(10):
        sample = await heard.get()
    await sensing.close()
    return sample, sensing


async def test_a_bike_that_measures_no_power_has_it_in_the_ride(cache: Cache, recording: str) -> None:
    sample, _ = await ride(recording, OwnPower(cache))
    assert sample.power_w == pytest.approx(rule_w(80, 40), abs=0.1) and sample.estimated == {"power_w"}


async def test_its_own_table_counts_in_the_ride_also_after_a_restart(cache: Cache, recording: str) -> None:
    OwnPower(cache).keep(recording, PowerTable(1.5, "meter", 2.0))
    sample, _ = await ride(recording, OwnPower(cache))
    assert sample.power_w == pytest.approx(1.5 * rule_w(80, 40), abs=0.1)


async def test_what_is_no_bike_gets_no_power(cache: Cache, recording: str) -> None:
    sample, _ = await ride(recording, OwnPower(cache), "speed/cadence")
    assert sample.cadence_rpm == 80 and sample.power_w is None


def test_each_bike_has_its_own_table_and_can_forget_it(cache: Cache) -> None:
    own_power = OwnPower(cache)
    own_power.keep(BIKE, PowerTable(2.0, "feel"))
    twice, once = own_power.add("bike", ridden(0.0)).power_w, own_power.add("bike", ridden(0.0, METER)).power_w
    assert once is not None and twice == pytest.approx(2 * once, abs=0.2)
    own_power.keep(BIKE, BY_RULE)
    assert OwnPower(cache).table(BIKE) == BY_RULE and own_power.add("bike", ridden(1.0)).power_w == once


@pytest.mark.parametrize("kept", ["{}", "no json", "[1]", '{"breakaway-power-table": 9}'])
def test_a_table_that_cannot_be_read_is_the_rule(cache: Cache, kept: str) -> None:
    cache.set_setting(f"console.power_table {BIKE}", kept)
    assert OwnPower(cache).table(BIKE) == BY_RULE


def minute(calibration: Calibration, seconds: int, gain: float = 1.2) -> Calibration:
    for quarter in range(4 * seconds):
        at_s = quarter / 4
        calibration.hear(ridden(at_s))
        calibration.hear(Sample(at_s, METER, power_w=gain * rule_w(80, 40)))
        calibration.hear(Sample(at_s, "ble://stranger", power_w=999))
        calibration.step(at_s)
    return calibration


def test_a_minute_beside_a_meter_ends_by_itself_with_a_table() -> None:
    calibration = minute(Calibration(BIKE, meter=METER, began_s=0.0), 62)
    assert calibration.ended and calibration.table is not None
    assert calibration.table.power_w(80, 40) == pytest.approx(1.2 * rule_w(80, 40), rel=0.02)


def test_a_minute_by_feel_makes_the_effort_worth_what_was_said() -> None:
    calibration = minute(Calibration(BIKE, feel_w=160, began_s=0.0), 62)
    assert calibration.table is not None and calibration.table.power_w(80, 40) == pytest.approx(160, rel=0.01)


def test_who_does_not_pedal_is_told_so_after_a_minute_and_a_half() -> None:
    calibration = Calibration(BIKE, feel_w=160, began_s=0.0)
    calibration.step(89.0)
    assert not calibration.ended
    calibration.step(90.0)
    assert calibration.refusal is not None and "Pedal for a minute" in calibration.refusal.remedy


def test_from_the_question_to_the_table_with_a_finger(stage: Any, finger: Any, size: tuple[int, int]) -> None:
    from tests.gallery import sensing as scenes
    from tests.gallery.writing import cut_short, inside_window, said, target, writings

    own_power = stage.own_power
    scene, _bike = scenes.a_bike_without_power(stage)
    assert any("measures no power" in words for words in said())
    scenes.a_minute(stage, scene, 24)
    finger.tap((5.0, 5.0))
    assert any("of 60 s" in words for words in said()), "a stray finger does not cost the minute"
    scenes.a_minute(stage, scene, 40, tapped=True)
    assert all(inside_window(one) and not cut_short(one) for one in writings())
    finger.tap(target("Use it"))
    table = own_power.table(scenes.AIR_BIKE)
    assert table.basis == "meter" and table.gain == pytest.approx(1.12, abs=0.01)
    finger.tap(target("Power"))
    scenes.draw(stage, scene, 8)
    assert any("beside a meter" in words for words in said())
    finger.tap(target("Forget it"))
    assert own_power.table(scenes.AIR_BIKE) == BY_RULE


def test_a_technicians_table_is_taken_from_the_command_line(cache: Cache, tmp_path: Path, capsys: Any) -> None:
    cache.save_sensor(BIKE, "Bike", "bike")
    file = tmp_path / "table.json"
    file.write_text(PowerTable(1.3, "meter", 2.0).to_json())
    assert main(["--data", str(tmp_path), "--power-table", BIKE, str(file)]) == 0
    assert OwnPower(cache).table(BIKE).gain == 1.3
    file.write_text("{}")
    assert main(["--data", str(tmp_path), "--power-table", BIKE, str(file)]) == 1
    assert "calibrate" in capsys.readouterr().err
    assert main(["--data", str(tmp_path), "--power-table", METER, str(file)]) == 1
    assert f"There are: {BIKE}" in capsys.readouterr().err
