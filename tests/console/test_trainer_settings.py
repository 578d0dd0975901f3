"""The settings of other apps: each way out is switched here, and says how it stands."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.screens.setting_rows import SettingRow
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from drivers.dircon_link import DirconLink
from drivers.errors import BluetoothOff
from tests.gallery.window import step


def words() -> list[str]:
    from tests.gallery.sight import words  # opens the window

    return words()


def switch(name: str) -> Any:
    """What changes the setting called ``name``."""
    from tests.gallery.sight import find

    row = find(name)
    while not hasattr(row, "meaning"):
        row = row.parent
    return row.children[0]


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("Over Wi-Fi", "rebroadcast_wifi"),
        ("Over Bluetooth", "rebroadcast_bluetooth"),
        ("Let apps set the resistance", "rebroadcast_control"),
    ],
)
def test_all_is_off_until_the_rider_switches_it_on(
    stage: Any, finger: Any, size: tuple[int, int], name: str, setting: str
) -> None:
    stage.go("settings", group="apps")
    step(4)
    assert getattr(Settings(stage.cache), setting) is False
    finger.tap(switch(name))
    assert getattr(Settings(stage.cache), setting) is True


async def test_it_says_who_listens_and_what_is_wrong(stage: Any, finger: Any) -> None:
    stage.broadcast = Broadcast(
        stage.settings, lambda: None, interfaces=["127.0.0.1"], port=0, bus_address="unix:path=/nobody/here"
    )
    task = asyncio.create_task(stage.broadcast.run())
    stage.go("settings", group="apps")
    step(4)
    assert "Zwift and others in this network follow your ride" in words()
    finger.tap(switch("Over Wi-Fi"))
    finger.tap(switch("Over Bluetooth"))
    await until(stage, "Apps can see this bike as “Breakaway”: none connected")
    link = await DirconLink.connect("127.0.0.1", stage.broadcast.server.port, "program")
    await until(stage, "Apps can see this bike as “Breakaway”: 1 connected")
    await until(stage, "The Bluetooth service of this machine does not run. Install bluez")
    assert isinstance(stage.broadcast.bluetooth.trouble, BluetoothOff)
    rows = {one.name: one.trouble for one in stage.navigation.screen.walk() if isinstance(one, SettingRow)}
    assert rows["Over Bluetooth"] and not rows["Over Wi-Fi"]
    finger.tap(switch("Over Wi-Fi"))
    await until(stage, "Zwift and others in this network follow your ride")
    await link.lost()
    await link.close()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def until(stage: Any, sentence: str) -> None:
    now_s = 0.0
    async with asyncio.timeout(15):
        while not any(said.startswith(sentence) for said in words()):
            stage.navigation.screen.draw(now_s := now_s + 1.0)
            step()
            await asyncio.sleep(0.02)
