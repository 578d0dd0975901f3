"""Kept pieces: bounded, checked, whole after a power cut, and gone when the disk is needed."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from console.gateway.kept import Kept, Key

ROOMY = 10_000


def key(name: str, class_id: str = "climb", revision: str = "1") -> Key:
    return Key(class_id, revision, name)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "pieces", ROOMY, 0)


def test_what_is_put_can_be_got_also_after_a_restart(kept: Kept, tmp_path: Path) -> None:
    assert kept.put(key("v720/0001.m4s"), b"film" * 100)
    assert kept.get(key("v720/0001.m4s")) == b"film" * 100
    again = Kept(tmp_path / "pieces", ROOMY, 0)
    assert again.get(key("v720/0001.m4s")) == b"film" * 100 and again.used_bytes == 400
    assert again.get(key("v720/0002.m4s")) is None
    assert again.get(key("v720/0001.m4s", revision="2")) is None


def test_names_from_the_network_lead_nowhere_else(kept: Kept, tmp_path: Path) -> None:
    assert kept.put(Key("../../x", "/etc", "../../../passwd\0"), b"1")
    assert kept.put(Key("x" * 5000, "é", "\n" * 5000), b"2")
    assert {path.parent.parent for path in files(tmp_path)} == {tmp_path / "pieces"}


def test_a_piece_with_another_checksum_is_not_kept(kept: Kept) -> None:
    assert not kept.put(key("a"), b"short", sha256=hashlib.sha256(b"whole").hexdigest())
    assert kept.get(key("a")) is None
    assert kept.put(key("a"), b"whole", sha256=hashlib.sha256(b"whole").hexdigest().upper())


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[:-1], lambda data: b"x" + data[1:], None])
def test_a_damaged_piece_is_removed_and_not_given(
    kept: Kept, tmp_path: Path, spoil: Callable[[bytes], bytes] | None
) -> None:
    kept.put(key("a"), b"film" * 100)
    [file] = files(tmp_path)
    file.write_bytes(spoil(file.read_bytes())) if spoil else file.unlink()
    assert kept.get(key("a")) is None and files(tmp_path) == [] and kept.used_bytes == 0
    assert kept.put(key("a"), b"film" * 100) and kept.get(key("a")) == b"film" * 100


def test_another_content_takes_the_place_of_the_old_one(kept: Kept, tmp_path: Path) -> None:
    kept.put(key("master.m3u8"), b"old")
    kept.put(key("master.m3u8"), b"newer")
    kept.put(key("master.m3u8"), b"newer")
    assert kept.get(key("master.m3u8")) == b"newer" and kept.used_bytes == 5 and len(files(tmp_path)) == 1


def test_the_piece_that_was_of_use_the_longest_ago_goes_first(tmp_path: Path) -> None:
    now = [1_000_000.0]
    kept = Kept(tmp_path, 1000, 0, wall=lambda: now[0])
    for name in "abcde":
        now[0] += 1000
        assert kept.put(key(name), b"%s" % name.encode() * 200)
    now[0] += 1000
    kept.get(key("a"))
    again = Kept(tmp_path, 1000, 0, wall=lambda: now[0])
    assert again.put(key("f"), b"f" * 400)
    assert [name for name in "abcdef" if again.has(key(name))] == ["a", "d", "e", "f"]
    assert again.used_bytes == sum(file.stat().st_size for file in files(tmp_path)) == 1000
    assert not again.put(key("g"), b"g" * 1001), "larger than all the room"
    again.most_bytes = 500
    again.shrink()
    assert again.used_bytes <= 500 and again.has(key("f"))


def test_downloaded_classes_stay(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 1000, 0)
    assert kept.pin("climb", "1")
    kept.put(key("a"), b"a" * 600)
    again = Kept(tmp_path, 1000, 0)
    for i in range(5):
        assert again.put(key(str(i), "other"), bytes(300))
    assert again.get(key("a")) == b"a" * 600 and again.pinned_bytes == 600 and again.room() == 400
    assert not again.put(key("big", "other"), bytes(500)), "there is no room that may be taken"
    again.unpin("climb", "1")
    assert again.put(key("big", "other"), bytes(500)) and not again.has(key("a"))


def test_a_class_is_removed_with_all_its_pieces(kept: Kept, tmp_path: Path) -> None:
    kept.pin("climb", "1")
    kept.put(key("a"), b"1")
    kept.put(key("b"), b"22")
    kept.put(key("a", "other"), b"333")
    assert kept.bytes_of("climb", "1") == 3
    kept.remove("climb", "1")
    assert kept.bytes_of("climb", "1") == 0 and kept.used_bytes == 3 and len(files(tmp_path)) == 1


def test_the_disks_free_floor_comes_before_what_is_kept(tmp_path: Path) -> None:
    size = 10_000
    kept = Kept(tmp_path, ROOMY, 2_000, free=lambda folder: size - sum(f.stat().st_size for f in files(folder)))
    kept.pin("climb", "1")
    kept.put(key("a"), bytes(1_000))
    for i in range(9):
        kept.put(key(str(i), "other"), bytes(1_000))
    assert kept.used_bytes == 8_000, "2,000 stay free"
    size = 9_500  # the ride's database grew
    kept.shrink()
    assert kept.used_bytes == 7_000 and kept.has(key("a"))
    size = 1_200
    kept.shrink()
    assert kept.used_bytes == 0, "a disk that is nearly full: rides come before classes"


def test_a_disk_that_says_and_takes_nothing_is_no_error(tmp_path: Path) -> None:
    def broken(_folder: Path) -> int:
        raise OSError(5, "Input/output error")

    kept = Kept(tmp_path, ROOMY, 100, free=broken)
    assert not kept.put(key("a"), b"1") and kept.get(key("a")) is None and kept.room() == 0
    (tmp_path / "file").touch()
    nowhere = Kept(tmp_path / "file" / "pieces", ROOMY, 0)
    assert not nowhere.put(key("a"), b"1") and not nowhere.pin("climb", "1")
    nowhere.shrink()
    nowhere.remove("climb", "1")


FULL_DISK = """
import sys
from pathlib import Path
from console.gateway.kept import Kept
disk = Path(sys.argv[1])
kept = Kept(disk / "pieces", 1 << 40, 0, free=lambda folder: 1 << 40)  # believes in a disk without an end
taken = [kept.put(("class", "1", str(i)), bytes([i]) * 300_000) for i in range(20)]
assert all(taken), taken
assert kept.used_bytes <= 4 << 20 and kept.get(("class", "1", "19")) == bytes([19]) * 300_000
(disk / "ballast").write_bytes(bytes(60_000))
assert not list(disk.rglob("*.new"))
kept.pin("class", "1")
print(kept.put(("other", "1", "x"), bytes(3_900_000)), kept.get(("class", "1", "19")) is not None)
"""


def test_a_disk_that_is_really_full_shrinks_what_is_kept(tmp_path: Path) -> None:
    if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", tmp_path], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    mounted = 'mount -t tmpfs -o size=4m tmpfs "$0" && exec "$1" -c "$2" "$0"'
    command = ["unshare", "-rm", "sh", "-c", mounted, tmp_path, sys.executable, FULL_DISK]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["False", "True"], "pinned pieces do not go for others"


WRITER = """
import sys
from pathlib import Path
from console.gateway.kept import Kept
kept = Kept(Path(sys.argv[1]), 3_000_000, 0)
print("ready", flush=True)
for i in range(10**9):
    kept.put(("class", "1", str(i % 40)), (b"%d." % i) * (20_000 + i % 977))
    kept.get(("class", "1", str(i % 7)))
"""


def test_killed_at_any_instant_every_piece_is_whole_or_absent(tmp_path: Path) -> None:
    for attempt in range(6):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE)
        assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            writer.wait(0.02 + random.Random(attempt).random() / 10)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        kept = Kept(tmp_path, 3_000_000, 0)
        used = kept.used_bytes
        assert not [file for file in files(tmp_path) if file.name.endswith(".new")]
        assert used == sum(file.stat().st_size for file in files(tmp_path)), "and nothing else is left"
        held = [name for name in map(str, range(40)) if kept.has(key(name, "class"))]
        assert held and all(kept.get(key(name, "class")) is not None for name in held)


def test_many_threads_at_once_keep_the_count_right(tmp_path: Path) -> None:
    kept = Kept(tmp_path, 50_000, 0)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(150):
            name = key(str(chance.randrange(30)))
            if chance.random() < 0.6:
                kept.put(name, bytes([chance.randrange(256)]) * chance.randrange(1, 4_000))
            elif chance.random() < 0.5:
                kept.get(name)
            else:
                kept.drop(name)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = Kept(tmp_path, 50_000, 0)
    assert all(again.get(key(str(i))) is not None for i in range(30) if again.has(key(str(i))))
    assert kept.used_bytes <= 50_000 + 4 * 4_000 and again.used_bytes <= 50_000 + 4 * 4_000


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_piece_in_a_folder_that_cannot_be_written_to_is_still_given(tmp_path: Path, kept: Kept) -> None:
    kept.put(key("a"), b"film")
    folder = files(tmp_path)[0].parent
    folder.chmod(0o500)
    try:
        again = Kept(tmp_path / "pieces", ROOMY, 0)
        assert again.get(key("a")) == b"film" and not again.put(key("b"), b"x")
    finally:
        folder.chmod(0o700)
