"""A cloud with edges: what its master playlists and steering manifests say, and that players get there."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import m3u8
import pytest

from sync.cloud.edge.__main__ import main as command
from sync.cloud.edge.edges import BadEdge, Edge, Edges, edges_at
from sync.cloud.edge.pathways import with_pathways
from sync.cloud.edge.signing import HALF_LIFE_S, expiry, secret_of
from sync.records import FitnessClass, Segment, to_json
from tests.conftest import RunningCloud
from tests.edge.conftest import start_edge

MASTER = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",URI="captions.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2500000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=1280x720,SUBTITLES="captions"
v720/a.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=600000,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=640x360,SUBTITLES="captions"
v360/a.m3u8
"""
TRACK = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\na_0000.m4s\n#EXT-X-ENDLIST\n"
ONE = FitnessClass(
    "short-hill", "Short Hill", "Ines", "Hills", 1, "Synthwave", "ridges", 0, 4, (Segment("Climb", 4),),
    "/media/short-hill/master.m3u8",
)  # fmt: skip


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCloud, Any, str]]:
    """A cloud with one class, one edge that is well, and one that is not there."""
    data = tmp_path_factory.mktemp("edges") / "cloud"
    home = data / "classes" / "short-hill"
    (home / "v360").mkdir(parents=True)
    (home / "master.m3u8").write_text(MASTER)
    (home / "v360" / "a.m3u8").write_text(TRACK)
    (home / "v360" / "a_0000.m4s").write_bytes(b"piece")
    (home / "class.json").write_text(json.dumps(to_json(ONE)))
    running = RunningCloud(data)
    running.start()  # to know its port
    running.stop()
    edge = start_edge(data.parent / "edge", running.url, secret=secret_of(data))
    gone = "http://127.0.0.1:9"
    running.options = ("--edge", edge.url, "--edge", gone)
    running.start()
    yield running, edge, gone
    running.stop()
    edge.stop()


def priority(url: str) -> list[str]:
    return httpx.get(f"{url}/media/short-hill/steering.json?_HLS_pathway=%22origin%22").json()["PATHWAY-PRIORITY"]


def test_an_edge_that_does_not_answer_is_steered_to_last(cloud: Any) -> None:
    running, _, _ = cloud
    deadline = time.monotonic() + 20
    while priority(running.url) != ["edge-1", "origin", "edge-2"]:
        assert time.monotonic() < deadline, priority(running.url)
        time.sleep(0.1)
    answer = httpx.get(f"{running.url}/media/short-hill/steering.json")
    assert answer.json()["VERSION"] == 1 and answer.json()["TTL"] > 0
    assert "no-store" in answer.headers["Cache-Control"]


def test_every_rung_is_on_every_pathway_and_can_be_fetched_there(cloud: Any) -> None:
    running, edge, gone = cloud
    url = f"{running.url}/media/short-hill/master.m3u8"
    master = m3u8.loads(httpx.get(url).text, uri=url)
    assert master.content_steering.uri == "/media/short-hill/steering.json"
    found = {(one.stream_info.pathway_id, one.stream_info.resolution[1]): one for one in master.playlists}
    assert found.keys() == {(name, tall) for name in ("origin", "edge-1", "edge-2") for tall in (720, 360)}
    assert found["origin", 360].absolute_uri == f"{running.url}/media/short-hill/v360/a.m3u8"
    assert found["edge-2", 360].absolute_uri.startswith(f"{gone}/s/")
    track = httpx.get(found["edge-1", 360].absolute_uri)
    assert found["edge-1", 360].absolute_uri.startswith(edge.url) and track.text == TRACK
    piece = httpx.get(m3u8.loads(track.text, uri=str(track.url)).segments[0].absolute_uri)
    assert piece.content == b"piece", "the address of the segment, relative to the playlist, is signed too"


def test_a_tablet_learns_of_the_mirrors_of_a_class(cloud: Any) -> None:
    running, edge, gone = cloud
    enrolled = httpx.post(f"{running.url}/v1/enrol", json={"code": running.new_code(), "name": "Bike 1"}).json()
    headers = {"Authorization": f"Bearer {enrolled['token']}"}
    [one] = httpx.get(f"{running.url}/v1/classes", headers=headers).json()["classes"]
    assert [base.split("/s/")[0] for base in one["mirrors"]] == [edge.url, gone]
    assert "#EXTM3U" in httpx.get(one["mirrors"][0] + one["playlist"]).text
    assert httpx.get(f"{running.url}/v1/classes/short-hill", headers=headers).json()["mirrors"] == one["mirrors"]


def test_addresses_stay_for_half_their_life_and_are_good_for_as_long_after() -> None:
    now = 1_800_000_000.0
    assert expiry(now) - now >= HALF_LIFE_S
    assert expiry(now) == expiry(expiry(now) - HALF_LIFE_S - 1) != expiry(expiry(now) - HALF_LIFE_S)


def test_the_list_of_classes_changes_with_their_addresses() -> None:
    now = [1_800_000_000.0]
    edges = Edges([Edge("edge-1", "http://e")], "secret", lambda: now[0])
    before = edges.etag('"a"')
    assert before != '"a"' and before == edges.etag('"a"') != edges.etag('"b"')
    now[0] += HALF_LIFE_S
    assert edges.etag('"a"') != before
    assert Edges([], "").etag('"a"') == '"a"'


def test_askers_are_spread_over_the_edges_and_the_ill_come_last() -> None:
    edges = Edges([Edge(f"edge-{i}", f"http://e{i}") for i in (1, 2, 3)], "secret")
    firsts = {edges.priority(f"10.0.0.{i}")[0] for i in range(50)}
    assert firsts == {"edge-1", "edge-2", "edge-3"}
    edges.ill = {"edge-2"}
    assert all(edges.priority(f"10.0.0.{i}")[-2:] == ["origin", "edge-2"] for i in range(50))


def test_a_playlist_that_was_steered_before_is_not_steered_twice() -> None:
    once = with_pathways(MASTER, "/media/short-hill/master.m3u8", {"edge-1": "http://e"}, "edge-1")
    own = with_pathways(MASTER, "/media/short-hill/master.m3u8", {}, "origin")
    assert once.count("#EXT-X-CONTENT-STEERING") == 1 and once.count("#EXT-X-STREAM-INF") == 4
    again = with_pathways(own, "/media/short-hill/master.m3u8", {"edge-1": "http://e"}, "edge-1")
    assert again == once


@pytest.mark.parametrize("url", ["edge.example", "ftp://edge", "http://edge/?a=1", "http://"])
def test_an_address_that_is_no_edge_is_refused(url: str) -> None:
    with pytest.raises(BadEdge):
        edges_at([url])


def test_the_commands_write_a_configuration_and_an_address(cloud: Any, open_folder: Path) -> None:
    running, edge, _ = cloud
    signed = running.run("edge", "sign", "short-hill", "--edge", edge.url).strip()
    assert httpx.get(f"{signed}master.m3u8").status_code == 200
    conf, cache = open_folder / "edge.conf", open_folder / "cache"
    roundabout = str(open_folder / ".." / open_folder.name / conf.name)
    told = running.run("edge", "config", "--origin", running.url, "--cache", str(cache), "--out", roundabout)
    assert told.strip() == f"Start the edge with: nginx -c {conf.resolve()}" and cache.is_dir()
    assert conf.stat().st_mode & 0o077 == 0 and secret_of(running.data) in conf.read_text()
    assert "user root" not in conf.read_text()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter, as those of nginx's cache are."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_configuration_that_is_only_printed_makes_nothing(
    cloud: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(cloud[0].data))
    cache = tmp_path / "of" / "another" / "machine"
    assert command(["config", "--origin", "http://c", "--cache", str(cache), *data]) == 0
    assert f"{cache}/media" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (["--cache", "ca;che"], "nginx takes no directory"),
        (["--data", "nowhere"], "there is no cloud in nowhere"),
        (["--out", "nowhere/edge.conf"], "choose another place with --out"),
        (["--out", "."], "is a folder"),
        (["--rate", "0"], "0 is no rate"),
        (["--listen", "99999"], "'99999' is nothing to listen on"),
    ],
)
def test_a_refused_configuration_leaves_nothing_behind(
    cloud: Any,
    open_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: list[str],
    why: str,
) -> None:
    monkeypatch.chdir(open_folder)
    right = ["--origin", "http://c", "--cache", "cache", "--out", "edge.conf", "--data", str(cloud[0].data)]
    assert command(["config", *right, *wrong]) == 1
    assert why in capsys.readouterr().err
    assert not list(open_folder.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's nginx has workers of another user")
def test_a_cache_that_the_workers_cannot_reach_is_refused(
    cloud: Any, open_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_folder.chmod(0o700)
    places = ["--cache", str(open_folder / "cache"), "--out", str(open_folder / "edge.conf")]
    assert command(["config", "--origin", "http://c", *places, "--data", str(cloud[0].data)]) == 1
    assert f"may not enter {open_folder.resolve()}" in capsys.readouterr().err
    assert not list(open_folder.iterdir())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (["nope"], "there is no class 'nope'"),
        (["short-hill", "--edge", "banana"], "'banana' is no edge"),
        (["short-hill", "--edge", "http://[x"], "'http://[x' is no edge"),
        (["short-hill", "--edge", "http://x:99999"], "'http://x:99999' is no edge"),
    ],
)
def test_an_address_that_leads_nowhere_is_not_signed(
    cloud: Any, capsys: pytest.CaptureFixture[str], wrong: list[str], why: str
) -> None:
    assert command(["sign", *wrong, "--data", str(cloud[0].data)]) == 1
    told = capsys.readouterr()
    assert why in told.err and not told.out
