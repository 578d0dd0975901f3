"""pyftms needs a newer Python than the console: where one lies beside, what is held beside pyftms is held there."""

import subprocess
import sys
from pathlib import Path

import pytest

NEWER = Path(sys.prefix) / "newer" / "bin" / "python"  # made by `make test`
ROOT = Path(__file__).parents[2]
COMPARED = ("tests/virtualbike/test_pyftms_client.py", "tests/drivers/test_codecs_peers.py")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="those tests run by themselves here")
@pytest.mark.skipif(not NEWER.exists(), reason="no Python 3.12 or 3.13 on this machine")
def test_pyftms_reads_and_rides_the_bike_on_a_newer_python(tmp_path):
    command = [NEWER, "-m", "pytest", "-q", "-k", "pyftms", "-p", "no:cacheprovider", *COMPARED]
    rooms = {"PYTHONPATH": f"{ROOT}:{ROOT / 'firmware-sim'}", "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=rooms, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout and "skipped" not in done.stdout, done.stdout
