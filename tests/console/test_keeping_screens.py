"""Classes on the tablet, with a finger: the button on a class's page, marks on cards, the settings about them."""

from __future__ import annotations

from typing import Any

import pytest

from console.gateway.downloads import State
from tests.gallery.staged_keeping import NO_ROOM
from tests.gallery.window import step


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def open_class(stage: Any, class_id: str = "sunset-climb") -> Any:
    screen = stage.go("class", class_id=class_id)
    step(4)
    return screen


def test_the_button_asks_for_the_class_and_follows_it_to_the_tablet(stage: Any, finger: Any) -> None:
    downloads = stage.keeping.downloads
    screen = open_class(stage)
    assert downloads.looked == ["sunset-climb"] and "Download" in words()
    downloads.sizes["sunset-climb"] = 412_000_000
    screen.hear_downloads({"sunset-climb"})
    step(2)
    finger.tap(find("412 MB"))
    assert ("want", "sunset-climb") in stage.done
    for share, seen in ((0.0, "0 %"), (0.62, "62 %")):
        downloads.put("sunset-climb", State.DOWNLOADING, share)
        screen.hear_downloads({"sunset-climb", "other"})
        step(2)
        assert seen in words()
    downloads.put("sunset-climb", State.READY, 1.0)
    screen.hear_downloads({"sunset-climb"})
    step(2)
    assert "On tablet" in words()


@pytest.mark.parametrize(
    ("state", "button", "choice", "asked"),
    [
        (State.DOWNLOADING, "62 %", "Pause", "pause"),
        (State.PAUSED, "62 %", "Go on", "want"),
        (State.FAILED, "Not downloaded", "Try again", "want"),
        (State.DOWNLOADING, "62 %", "Do not download", "remove"),
        (State.READY, "On tablet", "Remove from tablet", "remove"),
    ],
)
def test_what_can_be_done_with_a_download_takes_two_taps(
    stage: Any, finger: Any, state: State, button: str, choice: str, asked: str
) -> None:
    stage.keeping.downloads.put("sunset-climb", state, 0.62)
    open_class(stage)
    finger.tap(find(button))
    step(2)
    assert stage.done == [], "one tap changes nothing"
    finger.tap(find(choice))
    assert (asked, "sunset-climb") in stage.done


def test_a_download_that_failed_says_why_and_what_to_do(stage: Any) -> None:
    stage.keeping.downloads.put("sunset-climb", State.FAILED, 0.0, NO_ROOM)
    open_class(stage)
    [line] = [line for line in words() if line.startswith("There is no room on the tablet.")]
    assert "give classes more room in Settings" in line


def test_with_no_network_a_class_that_is_not_here_runs_by_its_plan(stage: Any, finger: Any) -> None:
    stage.set_network("OFFLINE")
    open_class(stage)
    assert "No network: the class runs by its plan, without the picture." in words()
    finger.tap(find("Download"))
    assert not [done for done in stage.done if done[0] == "want"], "nothing can be fetched now"
    finger.tap(find("Start"))
    assert ("start_class", "sunset-climb", 0) in stage.done


def test_with_no_network_the_library_has_what_is_here_first(stage: Any) -> None:
    stage.keeping.put_some()
    stage.set_network("OFFLINE")
    screen = stage.go("library")
    step(4)
    rows = screen.ids.grid.data
    here = [row["note"] == "On tablet" for row in rows]
    assert here[:5] == [True] * 5 and not any(here[5:])
    assert all(row["unavailable"] != is_here for row, is_here in zip(rows, here, strict=True))
    assert {row["note"] for row in rows[5:]} == {"62 %", "Not downloaded", "Needs network"}


def test_the_chip_shows_only_what_is_here_and_an_empty_tablet_leads_on(stage: Any, finger: Any) -> None:
    stage.keeping.put_some()
    screen = stage.go("library")
    step(4)
    finger.tap(_chip("On tablet"))
    step(2)
    assert "5 classes" in words() and screen.here_only
    stage.keeping.downloads.known.clear()
    stage.go("library")
    step(4)
    assert "NOTHING MATCHES YET" in words() and "No class on this tablet." in words()
    finger.tap(find("Show 18 without the “on tablet” filter"))
    step(2)
    assert "18 classes" in words()


def test_a_card_follows_its_download_without_moving_the_list(stage: Any) -> None:
    stage.keeping.put_some()
    screen = stage.go("library")
    step(4)
    screen.ids.grid.scroll_y = 0.4
    stage.keeping.downloads.put("night-sprints", State.DOWNLOADING, 0.8)
    screen.hear_downloads({"night-sprints"})
    step(2)
    assert screen.ids.grid.scroll_y == pytest.approx(0.4)
    [row] = [row for row in screen.ids.grid.data if row["class_id"] == "night-sprints"]
    assert row["note"] == "80 %"


def test_home_offers_what_is_ready_on_the_tablet(stage: Any) -> None:
    stage.keeping.put_some()
    stage.set_network("OFFLINE", waiting=2)
    stage.go("home")
    step(4)
    assert {"Ready on this tablet", "5 classes · 2.1 GB"} <= set(words())
    assert words().count("On tablet") >= 3 and "Needs network" not in words()


def test_all_downloads_go_only_after_a_question(stage: Any, finger: Any) -> None:
    stage.keeping.put_some()
    stage.go("settings", group="sync")
    step(4)
    assert {"5 classes · 2.1 GB · 2 on their way", "3.2 GB used now"} <= set(words())
    finger.tap(find("Remove all"))
    step(2)
    finger.tap(find("Keep them"))
    step(2)
    assert ("remove_all",) not in stage.done
    finger.tap(find("Remove all"))
    step(2)
    finger.tap(find("Remove all"))  # in front is the question
    assert ("remove_all",) in stage.done


def test_data_saver_and_room_are_kept_at_once(stage: Any, finger: Any) -> None:
    stage.go("settings", group="sync")
    step(4)
    finger.tap(find("16 GB"))
    assert stage.settings.class_room_gb == 16 and not stage.settings.data_saver


def _chip(text: str) -> Any:
    from console.widgets.chip import Chip
    from tests.gallery.sight import visible

    return next(one for one in visible() if isinstance(one, Chip) and one.text == text)


@pytest.mark.parametrize(
    "scene", ["class-downloading", "class-failed", "class-menu", "library-offline", "storage-remove"]
)
def test_all_words_can_be_read_and_all_targets_reached(size: tuple[int, int], stage: Any, scene: str) -> None:
    from tests.gallery.keeping import SCENES
    from tests.gallery.reach import all_can_be_read_and_reached

    next(one for one in SCENES if one.name == f"keeping-{scene}").arrange(stage)
    step(5)
    all_can_be_read_and_reached(size)
