"""Where the tablet's data lie: ``BREAKAWAY_DATA``, else the user's share (XDG Base Directory Specification)."""

from __future__ import annotations

import os
from pathlib import Path

SHARE = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "breakaway"
DEFAULT_DATA = Path(os.environ.get("BREAKAWAY_DATA", SHARE / "tablet"))
FILE = "tablet.sqlite3"
