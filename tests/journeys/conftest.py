"""The whole chain: a virtual bike, a cloud with a class, and consoles in real windows, each its own process."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.cache import Cache
from sync.riders import Rider
from tests.gallery.window import display as virtual_display

HERE = Path(__file__).parent
PLAN = HERE / "short-ride.toml"
CLASS_ID = "short-ride"
PATIENCE_S = 30.0


class Bike:
    """``virtual-bike serial`` on a link of its own."""

    def __init__(self, link: Path, *arguments: str) -> None:
        self.link, self.arguments = link, arguments
        self.url = f"serial://{link}?protocol=peloton"
        self.plug_in()

    def plug_in(self) -> None:
        """Plug it in (again)."""
        command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(self.link), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None and self.process.stdout.readline()

    def unplug(self) -> None:
        """Pull the cable."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Console:
    """A console in a window; ``touch`` taps what is on it, ``state`` tells what a rider could tell."""

    def __init__(self, data: Path, display: str, *arguments: str, size: str = "1280x800") -> None:
        self.data = data
        command = [sys.executable, str(HERE / "remote.py"), "--data", str(data), "--size", size, *arguments]
        root = HERE.parent.parent
        environment = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(root)}
        self.log = data.parent / f"{data.name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--out", str(data.parent / "pictures")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                text=True,
                cwd=root,
            )

    def touch(self, **wanted: str) -> None:
        """Tap the widget with these properties."""
        self._command("touch", wanted)

    def picture(self, name: str) -> None:
        """Keep a picture of the window."""
        self._command("look", {"name": name})

    @property
    def state(self) -> dict[str, Any]:
        """What a rider could tell now."""
        answer: dict[str, Any] = self._command("state", {})
        return answer

    @property
    def session(self) -> dict[str, Any]:
        """The ride that is on."""
        session = self.state["session"]
        assert session is not None, "no ride is on"
        return dict(session)

    def until(self, true: Callable[[dict[str, Any]], Any], within_s: float = PATIENCE_S) -> dict[str, Any]:
        """Wait until something holds of the state; returns that state."""
        deadline = time.monotonic() + within_s
        while not true(state := self.state):
            assert time.monotonic() < deadline, f"still {state}\n{self.log.read_text()[-2000:]}"
            time.sleep(0.1)
        return state

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self._gone()

    def close(self) -> int:
        """Close the window."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(15)
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.stdout.close()
        return code

    def _command(self, name: str, given: dict[str, Any]) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps([name, given]) + "\n")
            self.process.stdin.flush()
            heard = select.select([self.process.stdout], [], [], PATIENCE_S + 15)[0]
            line = self.process.stdout.readline() if heard else ""
        except BrokenPipeError:
            line = ""
        assert line, f"the console does not answer:\n{self.log.read_text()[-3000:]}"
        answer = json.loads(line)
        assert "ok" in answer, answer["error"]
        return answer["ok"]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A display of the journeys' own, with room for two consoles."""
    held = os.environ.pop("DISPLAY", None)
    with virtual_display(1280, 800) as name:
        yield name
    if held is not None:
        os.environ["DISPLAY"] = held


@pytest.fixture(scope="session")
def class_media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cloud's data folder with one short class in it, really built."""
    data = tmp_path_factory.mktemp("classes")
    command = [sys.executable, "-m", "sync.cloud", "classes", "build", str(PLAN), "--data", str(data), "--rungs", "360"]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    return data / "classes"


@pytest.fixture
def class_cloud(new_cloud: Callable[..., Any], class_media: Path) -> Any:
    """A cloud of this test's own that offers the short class."""
    cloud = new_cloud()
    # Hard links: a cloud serves nothing that lies outside its folder.
    shutil.copytree(class_media / CLASS_ID, cloud.data / "classes" / CLASS_ID, copy_function=os.link)
    return cloud


@pytest.fixture
def bike(tmp_path: Path) -> Iterator[Bike]:
    """A bike at 90 rpm and 40 %."""
    plugged = Bike(tmp_path / "bike", "--cadence", "90", "--resistance", "40")
    yield plugged
    plugged.unplug()


@pytest.fixture
def new_console(tmp_path: Path, display: str) -> Iterator[Callable[..., Console]]:
    """``new_console(cloud, bike, name)`` opens a console with a rider of that name, at home."""
    opened: list[Console] = []

    def start(
        cloud: Any = None, bike: Bike | None = None, name: str = "Ada", again: bool = False, sensor: str = ""
    ) -> Console:
        data = tmp_path / f"tablet-{name}"
        sensor = bike.url if bike else sensor
        arguments = ["--sensor", sensor] if sensor else []
        if cloud is not None:
            arguments += ["--cloud", cloud.url] + ([] if again else ["--code", cloud.new_code()])
        if not again:
            cache = Cache.open(data / "tablet.sqlite3")
            cache.save_rider(Rider(Rider.new_id(), name))
            cache.set_setting("console.rider", cache.riders()[0].id)
            cache.close()
        opened.append(Console(data, display, *arguments))
        return opened[-1]

    yield start
    for console in opened:
        if console.process.returncode is None:
            console.kill()
