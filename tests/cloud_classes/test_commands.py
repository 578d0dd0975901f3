"""The commands: what they print, what they leave on the disk, what happens when something is missing or cut off."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.errors import NoSpace
from sync.cloud.classes.shelf import Shelf

pytestmark = pytest.mark.timeout(240)  # each test makes classes, several of them more than one

QUICK = ("--quick", "--json")


@pytest.fixture
def plan(tmp_path: Path, plan_text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(plan_text)
    return path


@pytest.fixture
def tiny(tmp_path: Path, tiny_text: str) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(tiny_text)
    return path


def visible(data: Path) -> list[str]:
    """The classes anybody could find."""
    return sorted(path.parent.name for path in data.rglob("class.json"))


def test_a_class_is_made_once_listed_grown_and_removed(maker, tiny, tmp_path):
    first = maker("build", tiny, "--data", tmp_path, *QUICK)
    assert first.status == 0, first.err
    assert [line.get("ready") for line in first.lines] == ["short-hill", None]
    assert first.lines[-1]["built"] == ["short-hill"]
    before = Shelf(tmp_path).find("short-hill")

    again = maker("build", tiny, "--data", tmp_path, *QUICK)
    assert again.lines[0]["ready"] == "short-hill" and again.lines[-1]["unchanged"] == ["short-hill"]
    assert Shelf(tmp_path).find("short-hill") == before

    grown = maker("build", tiny, "--data", tmp_path, "--rungs", "540,360")
    assert grown.status == 0 and "is ready to ride" in grown.out and "done in" in grown.err
    after = Shelf(tmp_path).find("short-hill")
    assert set(Shelf(tmp_path).rungs("short-hill")) == {540, 360}
    assert after.revision != before.revision and after.published_at == before.published_at

    listed = maker("list", "--data", tmp_path, "--json").lines
    assert [(one["id"], one["seconds"], one["rungs"]) for one in listed] == [("short-hill", 6, [540, 360])]
    assert "540p, 360p" in maker("list", "--data", tmp_path).out
    assert maker("remove", "short-hill", "--data", tmp_path).status == 0
    assert visible(tmp_path) == [] and not (tmp_path / "classes" / "short-hill").exists()
    gone = maker("remove", "short-hill", "--data", tmp_path)
    assert gone.status == 1 and "there is no class 'short-hill'" in gone.err
    assert gone.err.splitlines()[-1].startswith("see which there are with 'python -m sync.cloud classes list")


def test_a_changed_plan_makes_a_new_class_and_keeps_the_files_being_ridden(maker, tiny, tiny_text, tmp_path):
    assert maker("build", tiny, "--data", tmp_path, *QUICK).status == 0
    before, old = Shelf(tmp_path).find("short-hill"), segments(tmp_path)
    tiny.write_text("# only a remark\n" + tiny_text)
    assert maker("build", tiny, "--data", tmp_path, *QUICK).lines[-1]["built"] == []
    tiny.write_text(tiny_text.replace("Short Hill", "Other Hill").replace("Roll", "Ease").replace("Climb", "Push"))
    assert maker("build", tiny, "--data", tmp_path, *QUICK).lines[-1]["built"] == ["short-hill"]
    after = Shelf(tmp_path).find("short-hill")
    assert after.title == "Other Hill" and after.revision != before.revision
    assert old < segments(tmp_path)
    tiny.write_text(tiny_text.replace("Roll", "Look").replace("Climb", "Go up"))
    assert maker("build", tiny, "--data", tmp_path, *QUICK).status == 0
    assert not old & segments(tmp_path)


def segments(data: Path) -> set[Path]:
    """The segments of the class on the disk."""
    return set((data / "classes/short-hill/v360").glob("*.m4s"))


def test_bad_plans_make_nothing_and_tell_of_each(maker, plan, plan_text, tmp_path):
    (tmp_path / "other.toml").write_text(plan_text.replace("zone = 5", "zone = 9"))
    plan.write_text(plan_text.replace("effort = 2", "effort = 0"))
    done = maker("build", tmp_path, "--data", tmp_path / "data", "--json")
    assert done.status == 2 and "other.toml:23: zone" in done.err and "plan.toml:5: effort" in done.err
    assert "error" in done.lines[-1] and not (tmp_path / "data").exists()


def test_two_plans_of_one_id_are_refused(maker, plan, plan_text, tmp_path):
    (tmp_path / "twin.toml").write_text(plan_text)
    done = maker("build", "--all", tmp_path, "--data", tmp_path / "data")
    assert done.status == 2 and "id 'short-hill' is also that of" in done.err


def test_a_line_that_takes_longer_than_it_has_is_refused_by_its_line(maker, plan, plan_text, tmp_path):
    long = "one two three four five six seven eight"
    plan.write_text(plan_text.replace("Stay with it & breathe.", long).replace("at = 6", "at = 8"))
    done = maker("build", plan, "--data", tmp_path, *QUICK)
    assert done.status == 2 and "plan.toml:26: line: takes" in done.err and "but has 2.0 s" in done.err
    assert visible(tmp_path) == []


@pytest.mark.parametrize(("missing", "package"), [("ffmpeg", "ffmpeg"), ("espeak-ng", "espeak-ng")])
def test_a_missing_program_is_named_with_its_package(maker, plan, tmp_path, missing, package):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in {"ffmpeg", "ffprobe", "espeak-ng"} - {missing}:
        (tools / name).symlink_to(f"/usr/bin/{name}")
    done = maker("build", plan, "--data", tmp_path, *QUICK, env={"PATH": str(tools)})
    assert done.status == 1 and f"{missing} is not installed" in done.err and f"apt install {package}" in done.err
    assert visible(tmp_path) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_build_that_is_cut_off_leaves_nothing_to_see_and_nothing_running(maker, plan, tmp_path, how):
    command = [sys.executable, "-m", "sync.cloud.classes", "build", str(plan), "--data", str(tmp_path), *QUICK]
    building = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    pieces = tmp_path / "classes" / ".making" / "short-hill"
    until(lambda: list(pieces.glob("part*.mp4")), "the encoder never began")
    building.send_signal(how)
    assert building.wait(10) == (143 if how == signal.SIGTERM else -9)
    building.stdout.close()
    until(lambda: not group_alive(building.pid), "a process was left behind")
    assert visible(tmp_path) == []
    if how == signal.SIGTERM:
        assert not pieces.exists()
    done = maker("build", plan, "--data", tmp_path, *QUICK)
    assert done.status == 0 and visible(tmp_path) == ["short-hill"]


def until(met, otherwise: str, within_s: float = 30.0) -> None:
    """Wait for something that announces itself nowhere."""
    deadline = time.monotonic() + within_s
    while not met():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


def group_alive(leader: int) -> bool:
    """Whether any process of a session still runs."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = stat.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(session) == leader and state != "Z":
            return True
    return False


def test_a_full_disk_is_a_sentence(maker, plan, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", small], capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    try:
        done = maker("build", plan, "--data", small, *QUICK)
        assert done.status == 1 and "not enough room on the disk" in done.err and "8 MB are free" in done.err
        assert visible(small) == []
    finally:
        subprocess.run(["umount", small], check=True)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), OSError(errno.EDQUOT, "quota")])
def test_a_disk_that_fills_up_while_making_is_the_same_sentence(error):
    said = ffmpeg.failure("part0_360.mp4: No space left on device\nConversion failed!")
    for told in (said, ffmpeg.from_os(error)):
        assert isinstance(told, NoSpace) and "the disk is full" in str(told) and "free some space" in told.remedy
    assert ffmpeg.from_os(OSError(errno.EACCES, "no")) is None


def test_nobody_reading_the_lines_stops_nothing(tiny, tmp_path):
    """The launcher reads until the first class is ready and then goes its way."""
    command = [sys.executable, "-m", "sync.cloud.classes", "build", str(tiny), "--data", str(tmp_path), *QUICK]
    read, write = os.pipe()
    building = subprocess.Popen(command, stdout=write, stderr=subprocess.PIPE)
    os.close(read), os.close(write)
    assert building.communicate()[1].count(b"Traceback") == 0
    assert visible(tmp_path) == ["short-hill"]


def test_wrong_rungs_are_refused(maker, plan, tmp_path):
    done = maker("build", plan, "--data", tmp_path, "--rungs", "480")
    assert done.status == 2 and "expected some of 1080,720,540,360" in done.err


def test_a_directory_that_cannot_be_there_is_a_fault_of_the_command(maker, plan, tmp_path):
    (tmp_path / "file").write_text("no directory")
    for data in (tmp_path / "file", "/proc/nope"):
        done = maker("build", plan, "--quick", "--data", data)
        assert (done.status, done.err.splitlines()[-1]) == (2, "check the path given with --data (or --store)")


def test_nothing_to_build_is_a_sentence(maker, tmp_path):
    done = maker("build", tmp_path, "--data", tmp_path, "--json")
    assert done.status == 2 and "no plan in" in done.err and json.loads(done.out)["remedy"]


def test_what_does_not_go_together_is_refused_as_a_wrong_argument(maker, plan, tmp_path):
    film = tmp_path / "film.mp4"
    late = maker("publish", film, plan, "--data", tmp_path, "--poster", "1:00")
    assert late.status == 2 and "--poster lies after the class, which is 20 s long" in late.err
    several = maker("build", plan, plan, "--data", tmp_path, "--video", film)
    assert several.status == 2 and "--video goes with exactly one PLAN" in several.err
