"""``make bench``: every measurement, each figure beside its reference from the same run.

python -m tests.bench [NAME ...]      only these, e.g. video_cpu
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
FIRST = ("console_times", "serial_latency", "notification_latency", "standings_latency", "video_cpu")


def main(wanted: list[str]) -> int:
    """Run them one after another, each in a process of its own; returns the worst exit status."""
    found = {path.stem for path in HERE.glob("*.py")} - {"__main__"}
    unknown = set(wanted) - found
    if unknown:
        print(
            f"no such measurement: {', '.join(sorted(unknown))}; there are {', '.join(sorted(found))}", file=sys.stderr
        )
        return 2
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n", flush=True)
    worst = 0
    for name in wanted or [*FIRST, *sorted(found - set(FIRST))]:
        print(f"== {name}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"tests.bench.{name}"]).returncode)
        print(flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
