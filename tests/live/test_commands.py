"""The commands about live classes, as whoever plans one meets them."""

from __future__ import annotations

import json
import shlex
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync.cloud.classes.plan_file import read_plan
from sync.cloud.live.__main__ import main
from sync.cloud.live.alone import alone
from sync.records import to_json
from tests.live.origins import PLAN

LENGTH_S = 20
ORIGIN = ("--origin", "http://10.0.0.5:8091")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "hour.toml"
    path.write_text(PLAN)
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory in which ``serve`` ran."""
    path = tmp_path / "cloud"
    path.mkdir()
    (path / "cloud.sqlite3").touch()
    return path


def schedule(plan: Path, data: Path, in_s: float, *options: str) -> int:
    at = datetime.fromtimestamp(time.time() + in_s, UTC).isoformat()
    return main(["schedule", str(plan), "--at", at, "--data", str(data), *options])


def test_a_class_that_would_be_over_is_refused(plan, data, capsys):
    assert schedule(plan, data, -LENGTH_S - 60, *ORIGIN) == 2
    told = capsys.readouterr().err
    assert "would be over" in told and "--at" in told and not (data / "live").exists()


def test_a_class_that_has_begun_may_still_be_scheduled(plan, data, capsys):
    assert schedule(plan, data, 10 - LENGTH_S, *ORIGIN, "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["state"] == "live" and err == ""


def test_a_mistyped_directory_is_not_made(plan, tmp_path, capsys):
    typo = tmp_path / "typo"
    assert schedule(plan, typo, 60, *ORIGIN) == 1
    assert f"there is no cloud in {typo}" in capsys.readouterr().err and not typo.exists()


@pytest.mark.parametrize("folder", ["classes", "live"])
def test_a_class_can_be_scheduled_beside_others_before_a_cloud_ran(plan, tmp_path, folder):
    (tmp_path / folder).mkdir()
    assert schedule(plan, tmp_path, 60, *ORIGIN) == 0


def test_a_class_that_no_console_can_show_is_warned_of(plan, data, capsys):
    assert schedule(plan, data, 60, "--id", "lonely", "--json") == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["origins"] == []
    assert "No console can show this class" in err
    remedy = err.rpartition(f"live schedule {plan}")[2].replace("HOST", "10.0.0.5").split()
    assert main(["schedule", str(plan), *remedy, "--json"]) == 0, "what it says can be typed"
    out, err = capsys.readouterr()
    moved = json.loads(out)
    assert (moved["id"], moved["origins"], err) == ("lonely", ["http://10.0.0.5:8091"], "")


@pytest.mark.parametrize("origin", ["10.0.0.5:8091", "http://", "http://[x", "http://x:99999"])
def test_what_is_no_address_of_an_origin_is_refused(plan, data, capsys, origin):
    assert schedule(plan, data, 60, "--origin", origin) == 2
    assert f"{origin!r} is no address of an origin\nwrite it like" in capsys.readouterr().err


def test_options_without_a_class_ask_for_one(data, capsys):
    with pytest.raises(SystemExit) as refused:
        main(["--data", str(data)])
    told = capsys.readouterr().err
    assert refused.value.code == 2 and "name a class or a command first" in told and "invalid choice" not in told


def test_the_list_tells_what_is_over(plan, data, capsys):
    for class_id, in_s in (("later", 3600), ("soon", 60), ("now", -1), ("stopped", -2), ("off", 90), ("past", 120)):
        schedule(plan, data, in_s, "--id", class_id, *ORIGIN)
    main(["end", "stopped", "--data", str(data)])
    main(["cancel", "off", "--data", str(data)])
    note = data / "live" / "past" / "live.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "starts_at": time.time() - LENGTH_S - 1}))
    capsys.readouterr()
    main(["list", "--data", str(data)])
    told = {line.split()[0]: line.split()[-1] for line in capsys.readouterr().out.splitlines()}
    states = {"later": "scheduled", "soon": "lobby", "now": "live"}
    assert told == {**states, "stopped": "ended", "past": "ended", "off": "cancelled"}


def test_a_plan_that_has_gone_is_told_before_what_is_recorded_needs_it(plan, data, capsys):
    assert main(["schedule", str(plan), "--at", "2099-01-01T18:00", "--id", "late", "--data", str(data)]) == 0
    stored = data / "live" / "late" / "plan.toml"
    stored.unlink()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["late", "--data", str(data), "--http", str(taken.getsockname()[1])]) == 1
    assert f"cannot become a class until its plan is mended: {stored}" in capsys.readouterr().err


def test_an_origin_needs_a_name_of_its_own(plan, data, capsys):
    assert main(["schedule", str(plan), "--at", "2099-01-01T18:00", "--id", "late", "--data", str(data)]) == 0
    with alone(data / "live" / "late", "a"):
        assert main(["late", "--data", str(data), "--http", "0", "--name", "a"]) == 2
    assert "an origin named 'a' runs already\ngive each its own with --name" in capsys.readouterr().err
    assert main(["late", "--data", str(data), "--http", "0", "--name", "../a"]) == 2
    assert "no name of an origin" in capsys.readouterr().err


def test_a_mistyped_store_is_told_before_the_class(plan, data, capsys):
    assert main([str(plan), "--data", str(data), "--store", "s4://bucket"]) == 2
    assert "is no address of a store" in capsys.readouterr().err


@pytest.mark.parametrize("where", ["classes", "store", "mirror"])
def test_an_id_that_a_class_has_is_refused_wherever_the_classes_are(plan, data, tmp_path, capsys, where):
    taken = data / where / "hour" / "class.json"
    taken.parent.mkdir(parents=True)
    taken.write_text(json.dumps(to_json(replace(read_plan(plan).record(0.0), id="hour"))))
    store = ("--store", f"file://{data}/store") if where == "store" else ()
    assert schedule(plan, data, 60, *ORIGIN, "--id", "hour", *store) == 2
    told = capsys.readouterr().err
    assert "there is a class 'hour' already" in told and "--id" in told and not (data / "live").exists()
    assert schedule(plan, data, 60, *ORIGIN, "--id", "other", *store) == 0
    assert shlex.join(store) in capsys.readouterr().out
