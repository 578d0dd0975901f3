"""Commands in folders that whoever runs them may not enter: a sentence with a remedy, never a traceback."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.cloud.__main__ import main
from tests.live.origins import PLAN

FREE_PORTS = ("--port", "0", "--mqtt-port", "0", "--nats-port", "0")
OVERRIDING = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, capabilities(7)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A cloud's directory."""
    (tmp_path / "cloud.sqlite3").touch()
    return tmp_path


@contextmanager
def restricted(path: Path, mode: int) -> Iterator[None]:
    """A file or a folder with other rights, which bind root too."""
    path.chmod(mode)
    let_override(False)
    try:
        yield
    finally:
        let_override(True)
        path.chmod(0o700)


def let_override(on: bool) -> None:
    """Whether root may open what is closed to it: capset(2)."""
    if os.geteuid() == 0:
        libc, head, sets = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        assert libc.capget(head, sets) == 0
        sets[0] = sets[0] | (sets[1] & OVERRIDING) if on else sets[0] & ~OVERRIDING  # effective, permitted, …
        assert libc.capset(head, sets) == 0


@pytest.mark.parametrize(
    "command",
    [
        ("codes", "new"),
        ("tablets", "list"),
        ("tablets", "revoke", "x"),
        ("edge", "config", "--origin", "http://c", "--cache", "cache"),
        ("edge", "sign", "short-hill"),
        ("classes", "list"),
        ("live", "list"),
    ],
)
def test_a_cloud_that_may_not_be_looked_into_is_told_as_such(data, capsys, command):
    with restricted(data, 0o000):
        assert main([*command, "--data", str(data)]) == 1
    [told] = capsys.readouterr().err.splitlines()
    assert f"{data}: Permission denied: give yourself the right to it, or name another" in told


@pytest.mark.parametrize("store", ["", "file://{}/classes"])
@pytest.mark.parametrize("command", [("list",), ("remove", "short-hill"), ("rollback", "short-hill")])
def test_classes_that_may_not_be_looked_into_are_not_taken_for_none(data, capsys, command, store):
    (data / "classes").mkdir()
    with restricted(data / "classes", 0o000):
        assert main(["classes", *command, "--data", str(data), "--store", store.format(data)]) == 1
    told = capsys.readouterr().err
    assert f"{data}/classes" in told and "Permission denied" in told and "give yourself the right to it" in told


@pytest.mark.parametrize("command", [("list",), ("cancel", "hour"), ("end", "hour"), ("hour",)])
def test_live_classes_that_may_not_be_looked_into_are_not_taken_for_none(data, capsys, command):
    (data / "live").mkdir()
    with restricted(data / "live", 0o000):
        assert main(["live", *command, "--data", str(data)]) == 1
    assert f"{data}/live: Permission denied: give yourself the right to it" in capsys.readouterr().err


@pytest.mark.parametrize("kept", ["", "live"])
def test_a_live_class_that_cannot_be_written_down_is_told(data, capsys, kept):
    plan = data / "hour.toml"
    plan.write_text(PLAN)
    (data / kept).mkdir(exist_ok=True)
    with restricted(data / kept, 0o555):
        assert main(["live", "schedule", str(plan), "--at", "2100-01-01T18:00", "--data", str(data)]) == 1
    assert f"cannot write to {data}: Permission denied; choose another with --data" in capsys.readouterr().err


@pytest.mark.parametrize("kept", ["serve.lock", "nats"])
def test_a_cloud_that_may_not_use_what_it_has_is_told(data, capsys, kept):
    """As after a first start by somebody else."""
    (data / "nats").mkdir()
    (data / "serve.lock").touch()
    with restricted(data / kept, 0o000):
        assert main(["serve", *FREE_PORTS, "--data", str(data)]) == 1
    assert f"cannot write to {data}/{kept}: Permission denied; choose another with" in capsys.readouterr().err


@pytest.mark.parametrize("store", ["", "file://{}/classes"])
def test_a_cloud_whose_classes_may_not_be_looked_into_does_not_start(data, capsys, store):
    (data / "classes").mkdir()
    with restricted(data / "classes", 0o000):
        assert main(["serve", *FREE_PORTS, "--data", str(data), "--store", store.format(data)]) == 1
    [told] = capsys.readouterr().err.splitlines()
    assert f"{data}/classes: Permission denied: give yourself the right to it" in told


def test_a_folder_of_plans_that_may_not_be_looked_into_is_told(data, capsys):
    with restricted(data, 0o000):
        for plans in (data, data / "hour.toml"):
            assert main(["classes", "build", str(plans), "--data", str(data)]) == 2
            told = capsys.readouterr().err
            assert f"{plans}: " in told and "Permission denied" in told


@pytest.mark.parametrize("closed", ["", "film.mp4"])
def test_a_film_that_may_not_be_read_is_told(data, capsys, closed):
    film, plan = data / "films" / "film.mp4", data / "hour.toml"
    film.parent.mkdir()
    film.touch()
    plan.write_text(PLAN)
    with restricted(film.parent / closed, 0o000):
        assert main(["classes", "publish", str(film), str(plan), "--data", str(data)]) == 2
    assert f"{film}: Permission denied\ngive yourself the right to read it" in capsys.readouterr().err


def test_classes_for_a_store_elsewhere_are_made_only_where_that_can_be(data, tmp_path_factory, capsys):
    plan, store = tmp_path_factory.mktemp("plans") / "hour.toml", tmp_path_factory.mktemp("store")
    plan.write_text(PLAN)
    with restricted(data, 0o000):
        assert main(["classes", "build", str(plan), "--data", str(data), "--store", f"file://{store}"]) == 1
    assert f"cannot write to {data}/classes: Permission denied; choose another with" in capsys.readouterr().err


def test_a_database_that_may_not_be_written_is_told(data, capsys):
    with restricted(data / "cloud.sqlite3", 0o444):
        assert main(["codes", "new", "--data", str(data)]) == 1
    [told] = capsys.readouterr().err.splitlines()
    assert f"{data}/cloud.sqlite3 cannot be opened" in told and "give yourself the right to write it" in told
