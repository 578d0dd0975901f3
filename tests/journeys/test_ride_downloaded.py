"""A class is downloaded with a finger, the cloud goes away, and the class is ridden with its picture."""

from __future__ import annotations

import signal

import pytest

pytestmark = pytest.mark.timeout(240)

CLASS_ID = "short-ride"


def test_a_downloaded_class_is_ridden_with_no_cloud(class_cloud, bike, new_console):
    console = new_console(class_cloud, bike)
    console.until(lambda state: state["screen"] == "home" and state["online"])
    console.touch(icon="layout-grid")
    console.touch(class_id=CLASS_ID)
    console.touch(icon="download")
    console.until(lambda state: state["downloads"].get(CLASS_ID) == "on tablet")
    console.picture("downloaded")
    class_cloud.stop(signal.SIGKILL)
    console.until(lambda state: not state["online"])
    console.touch(text="Start")
    ride = console.until(lambda state: state["session"] and state["session"]["frames"] > 60)["session"]
    assert ride["player"] == "PLAYING" and ride["state"] == "riding"
    assert ride["came"] == {"path": "tablet", "bytes": 0}, "all of it was here"
    assert console.close() == 0
