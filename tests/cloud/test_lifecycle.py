"""The cloud as a process: ends cleanly, dies without leaving anything, and goes on where it was."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from sync import wire
from sync.cloud.__main__ import main
from sync.records import Answer, Batch


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_three_seconds(new_cloud, how):
    cloud = new_cloud()
    [broker] = children(cloud.process.pid)
    with httpx.Client(base_url=cloud.url) as client:
        client.get("/v1/health")  # leaves a connection open
        began = time.monotonic()
        assert cloud.stop(how) == 0
    assert time.monotonic() - began < 3
    assert not alive(broker)


def test_a_killed_cloud_leaves_no_broker(new_cloud, eventually):
    cloud = new_cloud()
    [broker] = children(cloud.process.pid)
    cloud.stop(signal.SIGKILL)
    eventually(lambda: not alive(broker))


def test_after_a_kill_it_goes_on_where_it_was(new_cloud, new_tablet, ride, seconds):
    cloud = new_cloud()
    cloud.add_class("hills")
    tablet = new_tablet(cloud)
    header = ride("hills")
    tablet.ask(header, seconds(0, 20))
    cloud.stop(signal.SIGKILL)
    tablet.connected.clear()
    cloud.start()
    assert tablet.connected.wait(15), "the tablet's old credentials do not open the door"
    health = httpx.get(f"{cloud.url}/v1/health").json()
    assert [health["store"][what] for what in ("rides", "points", "tablets")] == [1, 20, 1], "what is held outlives it"
    assert health["since_start"]["points"] == 0
    assert abs(health["since_start"]["started_at"] - time.time()) < 60
    answer = tablet.ask(header, seconds(20, 30))
    assert answer.acknowledged == 30
    assert answer.standings.all_time.rows[0].kj == pytest.approx(30 * 0.2)


def test_what_the_broker_took_before_a_kill_is_stored_afterwards(new_cloud, new_tablet, ride, seconds, eventually):
    cloud = new_cloud()
    tablet = new_tablet(cloud)
    header = ride()
    os.kill(cloud.process.pid, signal.SIGSTOP)  # the broker takes batches, nobody reads them
    tablet.publish(wire.encode(Batch(header, tuple(seconds(0, 45)))))
    tablet.close()
    cloud.stop(signal.SIGKILL)
    cloud.start()
    eventually(lambda: tablet_sees(cloud, tablet, header) == 45)


def tablet_sees(cloud, tablet, header) -> int:
    answer = httpx.get(f"{cloud.url}/v1/rides/{header.id}", headers={"Authorization": f"Bearer {tablet.token}"})
    return answer.json().get("acknowledged", 0)


def test_a_broker_that_dies_is_started_again(new_cloud, new_tablet, ride, seconds, eventually):
    cloud = new_cloud()
    tablet = new_tablet(cloud)
    header = ride()
    tablet.ask(header, seconds(0, 5))
    tablet.connected.clear()
    os.kill(children(cloud.process.pid)[0], signal.SIGKILL)
    assert tablet.connected.wait(15)
    eventually(lambda: httpx.get(f"{cloud.url}/v1/health").status_code == 200)
    assert tablet.ask(header, seconds(5, 9)) == Answer(header.id, 9)
    assert httpx.get(f"{cloud.url}/v1/health").json()["since_start"]["broker_restarts"] == 1


def test_health_is_broken_while_the_broker_hangs_or_is_gone(new_cloud, eventually):
    cloud = new_cloud()
    assert httpx.get(f"{cloud.url}/v1/health").json()["status"] == "ok"
    os.kill(children(cloud.process.pid)[0], signal.SIGSTOP)
    answer = httpx.get(f"{cloud.url}/v1/health", timeout=10)
    assert answer.status_code == 503
    assert answer.json()["broker"]["ok"] is False and answer.json()["broker"]["error"]
    assert cloud.stop() == 0, "a hanging broker must not keep the cloud from ending"


def test_a_store_that_cannot_be_written_loses_nothing(new_cloud, new_tablet, ride, seconds, eventually):
    cloud = new_cloud()
    tablet = new_tablet(cloud)
    header = ride()
    with closing(sqlite3.connect(cloud.data / "cloud.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        tablet.publish(wire.encode(Batch(header, tuple(seconds(0, 7)))))
        eventually(lambda: httpx.get(f"{cloud.url}/v1/health", timeout=20).status_code == 503, 20)
        assert tablet.answers.empty(), "acknowledged before it was stored"
        other.execute("ROLLBACK")
    assert tablet.answers.get(timeout=20) == Answer(header.id, 7)
    eventually(lambda: httpx.get(f"{cloud.url}/v1/health").status_code == 200)


def serve(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sync.cloud", "serve", "--port", "0", "--mqtt-port", "0", "--nats-port", "0"]
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=20, env=env)


def test_a_second_cloud_on_the_same_data_is_refused(cloud):
    second = serve("--data", str(cloud.data))
    assert second.returncode == 1
    assert str(cloud.process.pid) in second.stderr and "--data" in second.stderr


@pytest.mark.parametrize("option", ["--port", "--mqtt-port", "--nats-port"])
def test_a_busy_port_is_named_with_its_remedy(tmp_path, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = serve("--data", str(tmp_path), option, port)
    assert refused.returncode == 1
    assert port in refused.stderr and option in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize(
    ("first", "second"), [("--port", "--mqtt-port"), ("--port", "--nats-port"), ("--mqtt-port", "--nats-port")]
)
def test_one_port_for_two_things_is_refused_in_a_sentence(tmp_path, first, second):
    refused = serve("--data", str(tmp_path / "data"), first, "41883", second, "41883")
    assert refused.returncode == 1 and not (tmp_path / "data").exists()
    [sentence] = refused.stderr.splitlines()
    assert f"{first} and {second} are both 41883" in sentence


@pytest.mark.parametrize(
    "command",
    [
        ("codes", "new"),
        ("tablets", "list"),
        ("tablets", "revoke", "x"),
        ("classes", "list"),
        ("classes", "remove", "x"),
        ("live", "list"),
        ("live", "x"),
    ],
)
def test_commands_for_a_cloud_that_is_not_there_make_nothing(tmp_path, command):
    data = tmp_path / "typo"
    arguments = [sys.executable, "-m", "sync.cloud", *command, "--data", str(data)]
    refused = subprocess.run(arguments, capture_output=True, text=True)
    assert refused.returncode == 1 and not data.exists()
    assert f"no cloud in {data}" in refused.stderr and f"sync.cloud serve --data {data}" in refused.stderr


@pytest.mark.parametrize("host", ["192.0.2.1", "300.1.1.1", "no-such-host.invalid"])
def test_an_address_that_is_none_of_this_machines_is_named_with_its_remedy(tmp_path, capsys, host):
    assert main(["serve", "--host", host, "--port", "0", "--nats-port", "0", "--data", str(tmp_path)]) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert f"cannot listen on {host} (" in sentence and "with --host" in sentence


@pytest.mark.parametrize("command", [("codes", "new"), ("tablets", "list"), ("serve",)])
def test_a_mistyped_database_is_refused_and_none_is_made(tmp_path, capsys, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as refused:
        main([*command, "--data", "data", "--database", "mysql://host/name"])
    assert refused.value.code == 2 and "'mysql://host/name' is no address of a database" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_is_no_database_is_told_with_what_to_do_and_stays(tmp_path, capsys):
    (tmp_path / "cloud.sqlite3").write_text("something else entirely\n" * 100)
    assert main(["codes", "new", "--data", str(tmp_path)]) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert "cannot be opened (file is not a database): " in sentence and "move it away" in sentence
    assert "something else" in (tmp_path / "cloud.sqlite3").read_text()


@pytest.mark.parametrize("count", ["0", "-3", "many"])
def test_codes_are_counted_from_one(tmp_path, capsys, count):
    with pytest.raises(SystemExit) as refused:
        main(["codes", "new", "--count", count, "--data", str(tmp_path)])
    assert refused.value.code == 2 and "choose 1 or more" in capsys.readouterr().err


def test_a_missing_nats_server_says_how_to_get_it(tmp_path):
    env = {**os.environ, "PATH": str(tmp_path)}
    bare = "import sync.cloud.broker as broker; broker.SEARCH_ALSO = ''; broker.find_nats_server()"
    refused = subprocess.run([sys.executable, "-c", bare], capture_output=True, text=True, env=env)
    assert "apt install nats-server" in refused.stderr


def test_data_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    refused = serve("--data", str(tmp_path / "file" / "data"))
    assert refused.returncode == 1 and "--data" in refused.stderr and "Traceback" not in refused.stderr


@pytest.mark.parametrize("name", ["nats/nats.conf", "cloud.sqlite3", "cloud.sqlite3-wal"])
def test_what_is_secret_is_for_the_owner_only(cloud, name):
    assert (cloud.data / name).stat().st_mode & 0o077 == 0


def test_without_json_it_says_so_in_words(tmp_path):
    command = [sys.executable, "-m", "sync.cloud", "serve", "--data", str(tmp_path)]
    command += ["--port", "0", "--mqtt-port", "0", "--nats-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        process.terminate()
    assert "ready" in line and "http://127.0.0.1:" in line


def test_a_tablet_can_be_listed_and_revoked_while_the_cloud_runs(new_cloud, new_tablet):
    cloud = new_cloud()
    gone, stays = new_tablet(cloud, "Bike 7"), new_tablet(cloud, "Bike 8")
    assert f"{gone.id}  enrolled" in cloud.run("tablets", "list") and "Bike 7" in cloud.run("tablets", "list")
    assert json.loads(cloud.run("tablets", "revoke", gone.id, "--json")) == {"revoked": True}
    assert gone.http.get("/v1/rides").status_code == 401
    assert gone.lost.wait(10), "the broker keeps the revoked tablet"
    assert stays.http.get("/v1/rides").status_code == 200
    assert not stays.lost.is_set(), "revoking one tablet threw out another"
    assert f"{gone.id}  revoked" in cloud.run("tablets", "list")


def test_a_database_of_a_newer_cloud_is_refused_untouched(tmp_path):
    db = sqlite3.connect(tmp_path / "cloud.sqlite3")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA user_version = 999")
    db.close()
    before = {path.name: path.read_bytes() for path in tmp_path.glob("cloud*")}
    refused = serve("--data", str(tmp_path))
    assert refused.returncode == 1 and "newer" in refused.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.glob("cloud*")} == before
    assert list(before) == ["cloud.sqlite3"]


def test_classes_goes_to_the_class_maker():
    if not shutil.which("ffmpeg"):
        pytest.skip("the class maker needs ffmpeg")
    shown = subprocess.run([sys.executable, "-m", "sync.cloud", "classes", "--help"], capture_output=True, text=True)
    assert shown.returncode == 0 and "build" in shown.stdout
