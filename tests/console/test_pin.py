"""PINs: nothing readable is kept, three wrong tries wait."""

from __future__ import annotations

from pathlib import Path

from console.pin import TRIES, WAIT_S, PinGate, hash_pin, is_pin
from sync.cache import Cache

NOW = 1_764_000_000.0


def gate(tmp_path: Path, pin: str = "1234") -> PinGate:
    return PinGate(Cache.open(tmp_path / "tablet.sqlite3"), "marta", hash_pin(pin))


def test_a_pin_is_kept_salted_and_unreadable() -> None:
    kept = hash_pin("1234")
    assert "1234" not in kept and kept != hash_pin("1234")
    assert is_pin("1234", kept) and not is_pin("1235", kept)


def test_what_cannot_be_read_matches_nothing() -> None:
    for kept in ("", "plain", "scrypt$zz$zz", "scrypt$00", "a$b$c$d"):
        assert not is_pin("1234", kept)


def test_a_right_try_forgets_the_wrong_ones(tmp_path: Path) -> None:
    tried = gate(tmp_path)
    assert not tried.try_pin("0000", NOW) and tried.tries_left == TRIES - 1
    assert tried.try_pin("1234", NOW) and tried.tries_left == TRIES


def test_after_three_wrong_tries_even_the_right_pin_waits(tmp_path: Path) -> None:
    tried = gate(tmp_path)
    assert not any(tried.try_pin("0000", NOW + second) for second in range(TRIES))
    waiting_since = NOW + TRIES - 1
    assert tried.wait_s(waiting_since) == WAIT_S
    assert not tried.try_pin("1234", waiting_since + WAIT_S - 0.1)
    assert tried.try_pin("1234", waiting_since + WAIT_S)


def test_the_wait_outlives_a_restart_and_a_clock_set_back(tmp_path: Path) -> None:
    tried = gate(tmp_path)
    for _ in range(TRIES):
        tried.try_pin("0000", NOW)
    again = gate(tmp_path)
    assert again.wait_s(NOW + 10) == WAIT_S - 10
    assert again.wait_s(NOW - 86_400) == WAIT_S
