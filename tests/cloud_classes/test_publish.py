"""A film published by the real command: what is offered afterwards. The film is HDR (PQ), ten bits, HEVC, quiet."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

import m3u8
import pytest
import vlc
from PIL import Image

from sync.cloud.classes import boxes
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.versions import Version

MASTERING = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
PLAN = """\
id = "hdr-film"
title = "HDR Film"
coach = "Ines Aragón"
kind = "Hills"
effort = 2
music = "Synthwave"
motif = "rays"
palette = 0
collections = ["Filmed"]

[[segment]]
name = "All of it"
seconds = 6
power_zone = [2, 3]
line = [{at = 1, say = "Find your legs."}, {at = 4, say = "And home."}]
song = [{at = 0, title = "Night Drive", artist = "The Pedals"}]
message = [{at = 2, text = "Sit tall."}]
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds of PQ at 25 pictures a second, with a tone that is far too quiet."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    tags = "color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=6"]
    sound = ["-f", "lavfi", "-i", "sine=300:duration=6,volume=-25dB"]
    coded = f"log-level=error:hdr10=1:master-display={MASTERING}:max-cll=900,300"
    codec = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", coded, "-tag:v", "hvc1", "-c:a", "aac"]
    command = ["ffmpeg", "-v", "error", *picture, *sound, "-vf", f"format=yuv420p10le,setparams={tags}", *codec]
    subprocess.run([*command, str(path)], check=True)
    (path.parent / "plan.toml").write_text(PLAN)
    return path


@pytest.fixture(scope="module")
def published(film: Path, run_maker: Any) -> Any:
    """How the command ended; its data lie beside the film."""
    return run_maker("publish", film, film.parent / "plan.toml", "--data", film.parent, "--json")


@pytest.fixture(scope="module")
def version(published: Any, film: Path) -> Version:
    assert published.status == 0, published.err
    found = Shelf(film.parent).version("hdr-film")
    assert found
    return found


@pytest.fixture(scope="module")
def home(film: Path) -> Path:
    return film.parent / "classes" / "hdr-film"


def streams(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-count_packets", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    return {stream["codec_type"]: stream for stream in found}


def test_the_command_says_what_it_made(published, version):
    [told] = published.lines
    assert (told["published"], told["revision"]) == ("hdr-film", version.revision)
    assert [(one["name"], one["range"]) for one in told["rungs"]] == [
        ("v360", "SDR"),
        ("v360-hdr", "PQ"),
        ("still", "SDR"),
    ]
    assert "choosing the rungs: done" in published.err and "checking: done" in published.err


def test_high_range_is_kept_in_hevc_beside_h264_for_every_screen(home, version):
    plain, high, still = (streams(home / rung.playlist)["video"] for rung in version.rungs)
    assert (plain["codec_name"], plain["pix_fmt"], plain["color_transfer"]) == ("h264", "yuv420p", "bt709")
    assert (high["codec_name"], high["pix_fmt"], high["profile"]) == ("hevc", "yuv420p10le", "Main 10")
    assert (high["color_transfer"], high["color_primaries"], high["color_space"]) == ("smpte2084", "bt2020", "bt2020nc")
    assert all(one["avg_frame_rate"] == "25/1" and one["nb_read_packets"] == "150" for one in (plain, high, still))
    command = [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v",
        "-read_intervals",
        "%+#1",
        "-show_frames",
        "-of",
        "json",
    ]
    frame = json.loads(subprocess.run([*command, home / version.rungs[1].playlist], capture_output=True).stdout)
    sides = {one["side_data_type"]: one for one in frame["frames"][0]["side_data_list"]}
    assert sides["Mastering display metadata"]["max_luminance"] == "10000000/10000"
    assert sides["Content light level metadata"]["max_content"] == 900


def test_the_master_playlist_tells_players_what_they_can_show(home, version):
    master = m3u8.loads((home / version.master).read_text())
    infos = [one.stream_info for one in master.playlists]
    assert [info.video_range for info in infos] == ["SDR", "PQ", "SDR"]
    assert re.fullmatch(r"avc1\.6400[0-9a-f]{2},mp4a\.40\.2", infos[0].codecs)
    assert re.fullmatch(r"hvc1\.2\.4\.L\d+(\.[0-9A-F]+)+,mp4a\.40\.2", infos[1].codecs)
    assert [info.frame_rate for info in infos] == [25.0] * 3 and len(master.iframe_playlists) == 1


def test_all_rungs_can_be_changed_between_at_any_segment(home, version):
    lengths = []
    for rung, needed in zip(version.rungs, ({7, 8, 5}, {32, 33, 34}, {7, 8, 5}), strict=True):
        playlist = m3u8.loads((home / rung.playlist).read_text())
        lengths.append([segment.duration for segment in playlist.segments])
        init = (home / rung.name / playlist.segment_map[0].uri).read_bytes()
        for segment in playlist.segments:
            assert needed <= set(boxes.first_units(init, (home / rung.name / segment.uri).read_bytes()))
    assert lengths == [[4.0, 2.0]] * 3


def test_the_rung_below_all_is_the_sound_under_the_poster_for_a_hundred_kilobits(home, version, tmp_path):
    still = version.rungs[-1]
    sizes = [one["video"]["height"] for one in (streams(home / rung.playlist) for rung in (version.rungs[0], still))]
    assert still.still and still.average < 110_000 and sizes[0] == sizes[1]
    master = (home / version.master).read_text()
    assert f'DATA-ID="org.breakaway.still",VALUE="{still.playlist}"' in master
    first_and_last = ["-vf", "select=eq(n\\,0)+eq(n\\,149)", "-vsync", "0", str(tmp_path / "%d.png")]
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(home / still.playlist), *first_and_last], check=True)
    wide = [Image.open(path).convert("L").resize((64, 36)) for path in (tmp_path / "1.png", tmp_path / "2.png")]
    with Image.open(home / version.words.poster) as poster:
        wide.append(poster.convert("L").resize((64, 36)))
    assert all(max(abs(a - b) for a, b in zip(one.tobytes(), wide[2].tobytes(), strict=True)) < 24 for one in wide[:2])


def test_the_sound_is_brought_to_one_loudness(home, version):
    measure = ["-vn", "-af", "ebur128=peak=true", "-f", "null", "-"]
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(home / version.rungs[0].playlist), *measure]
    told = subprocess.run(command, capture_output=True, text=True).stderr
    summary = told[told.index("Summary:") :]
    assert float(re.findall(r"I:\s+(-[\d.]+) LUFS", summary)[0]) == pytest.approx(-16, abs=1)
    assert float(re.findall(r"Peak:\s+(-?[\d.]+) dBFS", summary)[0]) < -1


def test_captions_of_the_plan_poster_and_thumbnails_stand_beside_it(home, version):
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)\n", (home / version.words.captions).read_text())
    assert cues == [
        ("00:00:01.000", "00:00:03.200", "Find your legs."),
        ("00:00:04.000", "00:00:06.000", "And home."),
    ]
    with Image.open(home / version.words.poster) as poster:
        assert poster.size == (1280, 720) and len(poster.resize((64, 36)).getcolors(64 * 36)) > 300
    assert (home / version.words.trick.thumbnails).read_text().count("#xywh=") == 3


def test_the_catalogue_gets_songs_messages_and_collections(version):
    record = version.record
    assert record.collections == ("Filmed",) and record.size_bytes == sum(one.size_bytes for one in version.rungs)
    [segment] = record.segments
    assert segment.songs[0].title == "Night Drive" and segment.messages[0].text == "Sit tall."
    assert segment.power_zone == (2, 3)


def test_a_player_without_a_choice_of_its_own_plays_it_to_its_end(home, version):
    instance = vlc.Instance("--vout=dummy", "--aout=dummy", "--quiet")
    player = instance.media_player_new(str(home / version.master))
    ended = threading.Event()
    player.event_manager().event_attach(vlc.EventType.MediaPlayerEndReached, lambda _: ended.set())
    player.play()
    try:
        assert ended.wait(40)
        stats = vlc.MediaStats()
        player.get_media().get_stats(stats)
        assert stats.displayed_pictures > 120
    finally:
        player.stop()
        player.release()
        instance.release()


def test_other_words_do_not_encode_anything_again_and_can_be_taken_back(
    run_maker, published, film, version, home, tmp_path
):
    (tmp_path / "plan.toml").write_text(PLAN.replace("Sit tall.", "Breathe."))
    (tmp_path / "said.srt").write_text("1\n00:00:02,000 --> 00:00:03,500\n<i>Other</i> words.\n")
    given = ("--captions", f"{tmp_path / 'said.srt'}:fi", "--poster", "0:05")
    done = run_maker("publish", film, tmp_path / "plan.toml", *given, "--data", film.parent, "--json")
    assert done.status == 0 and "encoding" not in done.err, done.err
    now = Shelf(film.parent).version("hdr-film")
    assert now.rungs == version.rungs and now.revision != version.revision
    assert now.record.segments[0].messages[0].text == "Breathe." and now.words.poster != version.words.poster
    assert (home / now.words.captions).read_text() == "WEBVTT\n\n00:00:02.000 --> 00:00:03.500\nOther words.\n"
    assert 'NAME="Suomi",LANGUAGE="fi"' in (home / now.master).read_text()
    assert 'NAME="English",LANGUAGE="en"' in (home / version.master).read_text()
    again = run_maker("publish", film, tmp_path / "plan.toml", *given, "--data", film.parent, "--json")
    assert again.lines[0]["unchanged"] == "hdr-film"
    back = run_maker("rollback", "hdr-film", "--data", film.parent, "--json")
    assert back.lines == [{"offered": "hdr-film", "revision": version.revision, "before": now.revision}]
    assert Shelf(film.parent).find("hdr-film") == version.record


def test_nothing_is_left_of_the_making(film, version):
    assert not [path for path in (film.parent / "classes" / ".publishing").iterdir() if path.is_dir()]


def test_a_film_that_is_damaged_in_the_middle_is_told_of(run_maker, tmp_path):
    path = tmp_path / "film.mp4"
    given = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=6", "-f", "lavfi", "-i", "sine=duration=6"]
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-movflags", "+faststart"]
    subprocess.run(["ffmpeg", "-v", "error", *given, *coded, str(path)], check=True)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = random.Random(1).randbytes(20_000)
    path.write_bytes(data)
    (tmp_path / "plan.toml").write_text(PLAN)
    done = run_maker("publish", path, tmp_path / "plan.toml", "--data", tmp_path, "--json")
    assert done.status == 0, done.err
    assert "The film is damaged between 0:00 and 0:06: look at the class" in done.err


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: (folder / "film.mp4").write_text("no video"), "is no video that can be played"),
        (
            lambda folder: (folder / "plan.toml").write_text(PLAN.replace("[2, 3]", "[3, 2]")),
            ":14: power_zone",
        ),
        (lambda folder: (folder / "said.vtt").write_text("WEBVTT\n\n00:02 --> 00:03\nHi.\n"), "said.vtt:3: expected a"),
    ],
    ids=["film", "plan", "captions"],
)
def test_what_is_wrong_is_told_before_anything_is_done(run_maker, film, tmp_path, spoil, told):
    shutil.copy(film, tmp_path / "film.mp4")
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "said.vtt").write_text("WEBVTT\n\n00:02.000 --> 00:03.000\nHi.\n")
    spoil(tmp_path)
    given = (tmp_path / "film.mp4", tmp_path / "plan.toml", "--captions", tmp_path / "said.vtt")
    done = run_maker("publish", *given, "--data", tmp_path / "data", "--json")
    assert done.status == 2 and told in done.err and told in done.lines[0]["error"]
    assert not (tmp_path / "data").exists()
