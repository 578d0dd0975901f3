"""The gateway as libVLC meets it, over real HTTP: what is served, what is refused, what is kept."""

from __future__ import annotations

import contextlib
import hashlib
import json
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from console.gateway import Gateway, GatewaySettings, Unavailable, View
from console.gateway.kept import Kept, Key
from console.gateway.playhead import TAKEN_AHEAD_S
from console.gateway.rung_change import eased
from tests.gateway.conftest import HEIGHTS, LENGTH_S, SEGMENT_S
from tests.gateway.origin import Fault, Origin

COUNT = LENGTH_S // SEGMENT_S
RUNG = b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    one = Gateway(settings=GatewaySettings(hold_s=3.0, stall_s=0.5, ask_s=1.0))
    yield one
    one.close()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "kept", 100_000_000, 0)


def open_view(gateway: Gateway, *servers: Origin, **options: object) -> View:
    urls = [f"{server.url}/master.m3u8" for server in servers]
    return gateway.view(urls, **({"panel_height": 1080} | options))  # type: ignore[arg-type]


def get(view: View, name: str) -> httpx.Response:
    return httpx.get(view.url.replace("film.m3u8", name), timeout=10)


def pieces(view: View) -> list[bytes]:
    """All pieces, as libVLC would take them."""
    answers = [get(view, f"seg/{place}.m4s") for place in range(COUNT)]
    assert {answer.status_code for answer in answers} == {200}, [answer.text[:80] for answer in answers]
    return [answer.content for answer in answers]


def rungs(view: View, film: Path) -> list[int]:
    """In which rungs the pieces are: as they were made, or eased behind another rung."""
    made = {(film / f"v{h}" / f"{n}.m4s").read_bytes(): h for h in HEIGHTS for n in range(COUNT)}
    init = get(view, "init.mp4").content
    made |= {eased(init, piece): height for piece, height in made.items()}
    return [made[piece] for piece in pieces(view)]


def test_a_film_is_served_whole_with_its_outline_and_captions(gateway, origins, laddered):
    view = open_view(gateway, origins(laddered))
    outline = view.outline()
    assert outline.length_s == pytest.approx(LENGTH_S, abs=0.1)
    assert outline.sizes == tuple((height * 16 // 9, height) for height in HEIGHTS)
    assert get(view, "film.m3u8").text.count("#EXTINF") == COUNT
    assert get(view, "init.mp4").content in [(laddered / f"v{h}" / "init.mp4").read_bytes() for h in HEIGHTS]
    assert rungs(view, laddered)[-1] == max(HEIGHTS)
    assert "Welcome" in httpx.get(view.captions_url).text


def test_a_server_that_says_nothing_of_another_rung_is_not_waited_for(origins, laddered):
    silent, other = origins(laddered), origins(laddered)
    for height in HEIGHTS[1:]:
        silent.faults[f"v{height}/v.m3u8"] = Fault(wait_s=60)
    with contextlib.closing(Gateway(settings=GatewaySettings(stall_s=0.5))) as gateway:
        view = open_view(gateway, silent, other)
        began_s = time.monotonic()
        assert rungs(view, laddered)[-1] == max(HEIGHTS)
        assert time.monotonic() - began_s < 8  # a request that comes to nothing alone would take 12


def test_the_panel_and_the_data_saver_bound_the_rungs(gateway, origins, laddered):
    server = origins(laddered)
    assert set(rungs(open_view(gateway, server, panel_height=300), laddered)) == {270}
    assert set(rungs(open_view(gateway, server, max_rate_bps=350_000), laddered)) == {180}


def test_nobody_gets_in_without_the_token_nor_by_another_host(gateway, origins, laddered):
    view = open_view(gateway, origins(laddered))
    view.outline()
    base, token, number, _ = view.url.rsplit("/", 3)
    assert base.startswith("http://127.0.0.1:") and len(token) >= 20
    for url in (f"{base}/{'x' * len(token)}/{number}/film.m3u8", f"{base}/{token}/99/film.m3u8", f"{base}/film.m3u8"):
        assert httpx.get(url).status_code == 404
    assert httpx.post(view.url).status_code == 405


def test_rungs_without_parameter_sets_in_band_are_not_mixed(gateway, origins, tmp_path, laddered):
    film = tmp_path / "plain"
    for file in laddered.rglob("*.*"):
        copy = film / file.relative_to(laddered)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes().replace(b"\x67\x42", b"\x6c\x42"))  # no longer parameter sets
    (film / "pieces.json").unlink()
    assert len(set(rungs(open_view(gateway, origins(film)), film))) == 1


@pytest.mark.parametrize("fault", [Fault(status=404), Fault(cut_at=20_000), Fault(wrong=True), Fault(stall_at=20_000)])
def test_what_one_server_spoils_comes_from_the_other_and_is_right(gateway, origins, laddered, fault):
    bad, good = origins(laddered), origins(laddered)
    bad.faults["/3.m4s"] = fault
    view = open_view(gateway, bad, good)
    assert rungs(view, laddered)  # every piece is one that was made
    assert view.tally.failovers >= 1


def test_a_piece_that_no_server_has_right_is_taken_in_another_rung(gateway, origins, laddered):
    server = origins(laddered)
    server.faults["v360/3.m4s"] = Fault(status=404)
    assert rungs(open_view(gateway, server), laddered)[3] != 360


def test_a_better_rung_that_no_server_has_is_asked_for_once_more_and_no_other_again(gateway, origins, laddered):
    server = origins(laddered)
    server.faults["v360/6.m4s"] = Fault(status=404)
    view = open_view(gateway, server)
    view.outline()
    end_s = time.monotonic() + 10
    while server.count("v360/6.m4s") < 2 and time.monotonic() < end_s:
        time.sleep(0.01)
    assert rungs(view, laddered)[6] != 360
    assert server.count("v360/6.m4s") == 2 and server.count("v270/6.m4s") + server.count("v180/6.m4s") == 1


def test_a_piece_that_nobody_has_is_passed_over_and_many_are_an_error(gateway, origins, laddered):
    server = origins(laddered)
    for number in (2, *range(4, COUNT)):
        server.faults[f"/{number}.m4s"] = Fault(status=404)
    view = open_view(gateway, server)
    answers = {place: get(view, f"seg/{place}.m4s") for place in (1, 2, 3, 4, 5, 6, 7)}
    assert answers[1].content and answers[2].status_code == 200 and not answers[2].content and answers[3].content
    assert [answers[n].status_code for n in (4, 5, 6, 7)] == [200, 200, 200, 200]
    server.faults["/3.m4s"] = Fault(status=404)
    again = open_view(gateway, server)
    get(again, "seg/1.m4s")
    last = [get(again, f"seg/{place}.m4s") for place in range(2, COUNT)][-1]
    assert last.status_code == 404 and "missing on every server" in last.text


def test_the_network_comes_back_and_so_does_the_film(gateway, origins, laddered):
    server = origins(laddered)
    server.faults[".m4s"] = Fault(wait_s=0.4)
    view = open_view(gateway, server)
    view.outline()
    server.kill()
    answer = get(view, "seg/7.m4s")
    assert answer.status_code == 404 and view.trouble is not None and "reached" in view.trouble.reason
    server.faults.clear()
    server.start()
    assert get(view, "seg/7.m4s").status_code == 200
    assert view.trouble is None


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        ({"master.m3u8": Fault(status=404)}, "not on the server"),
        ({"master.m3u8": Fault(body=b"<html>")}, "no playlist"),
        ({"master.m3u8": Fault(endless=True)}, "too large"),
        ({"v.m3u8": Fault(body=RUNG + b"v.m3u8\n")}, "list of rungs again"),
        ({"v.m3u8": Fault(body=b"#EXTM3U\n#EXTINF:4,\n\xff\xfe\n#EXT-X-ENDLIST\n")}, "UTF-8"),
        ({"master.m3u8": Fault(body=b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfile:///etc/passwd\n")}, "web server"),
        ({"v.m3u8": Fault(body=b"#EXTM3U\n" + b"#EXTINF:4,\na.ts\n" * 800_000)}, "playlist of the class is too large"),
        ({"v.m3u8": Fault(body=b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")}, "'file:///etc/passwd'"),
        (
            {"master.m3u8": Fault(body=b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1:9/x\n")},
            "come from this",
        ),
        ({"master.m3u8": Fault(wait_s=30)}, "does not answer"),
    ],
)
def test_what_cannot_be_played_is_refused_with_a_reason_and_a_remedy(gateway, origins, laddered, faults, why):
    server = origins(laddered)
    server.faults.update(faults)
    with pytest.raises(Unavailable, match=why) as told:
        open_view(gateway, server).outline()
    assert told.value.remedy


def test_a_wrong_address_is_told_when_it_is_opened(gateway):
    with pytest.raises(Unavailable, match="not on a web server"):
        gateway.view(["file:///etc/passwd.m3u8"], panel_height=720).outline()


@pytest.mark.parametrize("moved", ["3.m4s", "init.mp4"])
def test_a_playlist_with_pieces_on_another_server_is_refused_and_none_is_asked_for(gateway, origins, laddered, moved):
    server, other = origins(laddered), origins(laddered)  # of one host, at different ports
    listing = (laddered / "v180" / "v.m3u8").read_text().replace(moved, f"{other.url}/v180/{moved}")
    server.faults["v.m3u8"] = Fault(body=listing.encode())
    view = open_view(gateway, server)
    with pytest.raises(Unavailable, match=f"{other.url.removeprefix('http://')}: the class does not come from") as told:
        view.outline()
    answer = get(view, "film.m3u8")
    assert told.value.remedy and answer.status_code == 404 and told.value.reason in answer.text
    assert other.asked == [] and server.count(".m4s") == server.count(".mp4") == 0


def test_a_rung_with_pieces_on_another_server_is_left_for_the_others(gateway, origins, laddered):
    server, other = origins(laddered), origins(laddered)
    listing = (laddered / "v180" / "v.m3u8").read_text().replace("3.m4s", f"{other.url}/v180/3.m4s")
    server.faults["v360/v.m3u8"] = Fault(body=listing.encode())
    view = open_view(gateway, server)
    assert 360 not in rungs(view, laddered) and other.asked == []


def test_pieces_on_a_server_that_the_class_names_are_fetched(gateway, origins, laddered):
    server, other = origins(laddered), origins(laddered)
    listing = (laddered / "v180" / "v.m3u8").read_text().replace("3.m4s", f"{other.url}/v180/3.m4s")
    server.faults["v180/v.m3u8"] = Fault(body=listing.encode())
    view = open_view(gateway, server, other, panel_height=180)
    assert get(view, "seg/3.m4s").content == (laddered / "v180" / "3.m4s").read_bytes()
    assert "/v180/3.m4s" in other.asked


def test_what_was_fetched_is_kept_and_played_without_any_server(gateway, origins, laddered, kept):
    server = origins(laddered)
    gateway._kept = kept
    first = open_view(gateway, server, class_id="ride", revision="1")
    seen = rungs(first, laddered)
    first.close()
    server.kill()
    again = open_view(gateway, server, class_id="ride", revision="1", panel_height=max(seen))
    assert again.outline().length_s == pytest.approx(LENGTH_S, abs=0.1)
    assert get(again, "seg/5.m4s").content == get(first, "seg/5.m4s").content or get(again, "seg/5.m4s").content
    assert again.tally.from_disk > 0 and not again.tally.bytes_by_pathway


def test_a_lying_piece_is_neither_served_nor_kept(gateway, origins, laddered, kept):
    server = origins(laddered)
    server.faults["/3.m4s"] = Fault(wrong=True)
    gateway._kept = kept
    view = open_view(gateway, server, class_id="ride", revision="1")
    view.outline()
    assert get(view, "seg/2.m4s").content
    assert get(view, "seg/3.m4s").content == b""
    assert not any(kept.has(Key("ride", "1", f"v{height}/3.m4s")) for height in HEIGHTS)


def test_a_steered_class_follows_its_server(gateway, origins, laddered):
    studio, edge, spare = origins(laddered), origins(laddered), origins(laddered)
    lines = ["#EXTM3U", '#EXT-X-CONTENT-STEERING:SERVER-URI="steering.json",PATHWAY-ID="edge"']
    for height in HEIGHTS:
        told = f'BANDWIDTH={height * 1000},RESOLUTION={height * 16 // 9}x{height},PATHWAY-ID="edge"'
        lines += [f"#EXT-X-STREAM-INF:{told}", f"{edge.url}/v{height}/v.m3u8"]
    studio.faults["master.m3u8"] = Fault(body="\n".join([*lines, ""]).encode())
    clone = {"BASE-ID": "edge", "ID": "spare", "URI-REPLACEMENT": {"HOST": spare.url.removeprefix("http://")}}
    manifest = {"VERSION": 1, "TTL": 1, "PATHWAY-PRIORITY": ["spare", "edge"], "PATHWAY-CLONES": [clone]}
    studio.faults["steering.json"] = Fault(body=json.dumps(manifest).encode())
    for one in (edge, spare):
        one.faults[".m4s"] = Fault(wait_s=0.2)
    view = open_view(gateway, studio)
    view.outline()
    assert rungs(view, laddered)
    assert any("_HLS_pathway=edge" in path for path in studio.asked)
    assert edge.count(".m4s") + spare.count(".m4s") >= COUNT and spare.count(".m4s") >= COUNT - 3
    assert studio.count(".m4s") == 0


def test_a_piece_that_is_there_is_served_at_once(gateway, origins, laddered):
    view = open_view(gateway, origins(laddered))
    pieces(view)
    with httpx.Client() as client:
        url = view.url.replace("film.m3u8", "seg/3.m4s")
        client.get(url)
        took = []
        for _ in range(100):
            began = time.perf_counter()
            client.get(url)
            took.append(time.perf_counter() - began)
    assert statistics.median(took) < 0.02  # the bench says how much less


def test_a_piece_far_ahead_is_given_out_when_the_rider_is_near(gateway, origins, laddered, monkeypatch):
    for module in ("loading", "playhead"):
        monkeypatch.setattr(f"console.gateway.{module}.TOLD_S", 60.0)
    gateway._settings = GatewaySettings(hold_s=60.0)
    view = open_view(gateway, origins(laddered))
    view.outline()
    view.position(0.0)
    with ThreadPoolExecutor(1) as libvlc:
        asking = libvlc.submit(get, view, "seg/7.m4s")  # begins at 14 s
        for position_s in (0.5, 1.0, 1.5):
            with pytest.raises(TimeoutError):
                asking.result(0.1)
            view.position(position_s)
        view.position(14.0 - TAKEN_AHEAD_S)
        assert asking.result(10).content


def test_a_player_that_says_nothing_more_keeps_no_piece_back(gateway, origins, laddered, monkeypatch):
    monkeypatch.setattr("console.gateway.loading.TOLD_S", 0.2)
    gateway._settings = GatewaySettings(hold_s=60.0)
    view = open_view(gateway, origins(laddered))
    view.outline()
    view.position(0.0)
    assert get(view, "seg/7.m4s").content


def test_views_that_are_closed_are_let_go_and_the_gateway_ends(origins, laddered):
    gateway = Gateway()
    view = open_view(gateway, origins(laddered))
    view.outline()
    view.close()
    open_view(gateway, origins(laddered)).outline()
    assert len(gateway._films) == 1
    gateway.close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(view.url)
    with pytest.raises(Unavailable):
        view.outline()
    view.position(3.0)
    view.close()


def test_names_that_carry_hashes_are_held_to_them_before_the_list_has_come(gateway, origins, tmp_path, laddered):
    film = tmp_path / "named"
    for file in laddered.rglob("*.*"):
        copy = film / file.relative_to(laddered)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    for playlist in film.glob("*/v.m3u8"):
        text = playlist.read_text()
        for number in range(COUNT):
            data = (playlist.parent / f"{number}.m4s").read_bytes()
            name = f"{number}-{hashlib.sha256(data).hexdigest()[:16]}.m4s"
            (playlist.parent / name).write_bytes(data)
            text = text.replace(f"\n{number}.m4s", f"\n{name}")
        playlist.write_text(text)
    bad, good = origins(film), origins(film)
    for one in (bad, good):
        one.faults["pieces.json"] = Fault(wait_s=30)
    bad.faults[".m4s"] = Fault(wrong=True)
    view = open_view(gateway, bad, good)
    assert rungs(view, laddered)
    assert view.tally.failovers >= 1
