"""The console's command line, as far as it opens no window."""

import subprocess
import sys

import pytest

from console.lock import lock
from sync.cache import Cache
from sync.riders import Rider


def console(*arguments):
    return subprocess.run([sys.executable, "-m", "console", *arguments], capture_output=True, text=True, timeout=60)


@pytest.fixture
def data(tmp_path):
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    cache.save_rider(Rider("a", "Ada", pin_hash="secret"))
    cache.close()
    return tmp_path


def test_a_forgotten_pin_can_be_removed(data):
    assert console("--data", str(data), "--forget-pin", "Ada").returncode == 0
    cache = Cache.open(data / "tablet.sqlite3")
    assert cache.riders()[0].pin_hash is None
    cache.close()
    unknown = console("--data", str(data), "--forget-pin", "Bo")
    assert unknown.returncode == 1 and "Ada" in unknown.stderr


def test_one_console_at_a_time(data):
    with lock(data):
        refused = console("--data", str(data))
    assert refused.returncode == 1 and "already running" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize("module", ["console", "console.standalone"])
@pytest.mark.parametrize("size", ["large", "0x0", "1920", "-1x5"])
def test_a_size_that_is_none_is_refused(module, size):
    command = [sys.executable, "-m", module, f"--size={size}"]
    refused = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2 and "1920x1080" in refused.stderr and "Traceback" not in refused.stderr
