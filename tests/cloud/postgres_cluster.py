"""A PostgreSQL cluster of the tests' own, on a socket in a folder: Debian's server, without its services."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
# Root may not run a server: the package's own user does.
_AS = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


class Cluster:
    """A running server in ``folder``; ``stop`` and ``start`` as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._ctl("initdb", "-o", "--auth=trust --username=postgres --no-sync --encoding=UTF8 --locale=C.UTF-8")
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\n")
        self.start()

    def url(self, name: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new_database(self) -> str:
        """The address of a fresh database."""
        import psycopg

        name = f"db{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._ctl("start", "-w", "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """End it at once, with every connection."""
        self._ctl("stop", "-m", "fast", "-w")

    def _ctl(self, *arguments: str) -> None:
        command = [*_AS, str(BINARIES[0] / "pg_ctl"), "-D", str(self.folder), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster in a folder of its own, gone afterwards. The folder lies in the system's one for such things: the path
    of a socket must be short, and the server's user must get there."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if _AS:
            shutil.chown(folder, "postgres", "postgres")
        running = Cluster(folder)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder)
