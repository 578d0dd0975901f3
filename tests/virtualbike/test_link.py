"""The path that stays: made, refused, replaced and removed."""

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest


@contextmanager
def virtual_bike(link):
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(link), "--cadence", "80"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def ended(process):
    process.terminate()
    return process.wait(5)


def refusal(link):
    with virtual_bike(link) as (process, first_line):
        assert process.wait(5) == 1
        assert first_line == ""
        return process.stderr.read()


def test_a_running_bikes_link_is_refused_and_left_alone(tmp_path):
    link = tmp_path / "bike"
    with virtual_bike(link) as (first, port):
        assert refusal(link) == (
            f"virtual-bike: another virtual bike runs at {link}; end that one first, or choose another --link\n"
        )
        assert str(link.readlink()) == port
        assert ended(first) == 0
    assert not link.is_symlink()


def test_a_client_that_holds_the_port_changes_nothing(tmp_path):
    link = tmp_path / "bike"
    with virtual_bike(link) as (_, port):
        fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        os.close(fd)
        assert "another virtual bike runs" in refusal(link)


def test_the_link_of_a_killed_bike_is_replaced(tmp_path):
    link = tmp_path / "bike"
    with virtual_bike(link) as (killed, _):
        killed.kill()
        killed.wait(5)
        assert link.is_symlink()
        with virtual_bike(link) as (process, port):
            assert str(link.readlink()) == port
            assert ended(process) == 0
    assert not link.is_symlink()


def test_a_stale_link_to_a_number_that_another_terminal_got_is_replaced(tmp_path):
    far, near = os.openpty()
    link = tmp_path / "bike"
    link.symlink_to(os.ttyname(near))
    with virtual_bike(link) as (_, port):
        assert str(link.readlink()) == port
    os.close(far)
    os.close(near)


def test_a_stale_link_to_a_number_that_another_bike_got_is_replaced(tmp_path):
    (tmp_path / "other").mkdir()
    with virtual_bike(tmp_path / "other" / "bike") as (_, number):
        link = tmp_path / "bike"
        link.symlink_to(number)
        with virtual_bike(link) as (process, port):
            assert str(link.readlink()) == port != number
            assert ended(process) == 0


def test_of_bikes_that_start_at_once_one_gets_the_link(tmp_path):
    with ExitStack() as stack:
        started = [stack.enter_context(virtual_bike(tmp_path / "bike")) for _ in range(3)]
        ports = [port for _, port in started if port]
        assert [str((tmp_path / "bike").readlink())] == ports


def test_a_link_changed_by_hand_is_not_removed(tmp_path):
    link = tmp_path / "bike"
    with virtual_bike(link) as (process, _):
        link.unlink()
        link.symlink_to("/dev/null")
        assert ended(process) == 0
    assert str(link.readlink()) == "/dev/null"


@pytest.mark.parametrize("target", ["/dev/null", "notes.txt"])
def test_a_link_to_what_is_no_bike_is_refused_and_kept(tmp_path, target):
    (tmp_path / "notes.txt").write_text("precious")
    (tmp_path / "bike").symlink_to(target)
    assert "which is no virtual bike; remove it or choose another --link" in refusal(tmp_path / "bike")
    assert str((tmp_path / "bike").readlink()) == target


def test_a_file_in_the_links_place_is_refused_and_kept(tmp_path):
    (tmp_path / "bike").write_text("precious")
    assert "exists and is not a symlink" in refusal(tmp_path / "bike")
    assert (tmp_path / "bike").read_text() == "precious"


def test_a_folder_that_is_missing_is_told(tmp_path):
    assert "No such file or directory; choose another --link" in refusal(tmp_path / "nowhere" / "bike")
