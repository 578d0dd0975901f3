"""Scenes of classes on the tablet: downloads in their states, and what is there with no network."""

from __future__ import annotations

from typing import Any

from console.gateway.downloads import State
from console.gateway.outline import Unavailable
from tests.gallery.scene import Scene
from tests.gallery.staged_keeping import NO_ROOM
from tests.gallery.window import step


def class_with(stage: Any, class_id: str = "sunset-climb") -> Any:
    """A class's page, whatever its download does."""
    return stage.go("class", class_id=class_id)


def download_size(stage: Any) -> None:
    """What downloading it would take."""
    stage.keeping.downloads.sizes["sunset-climb"] = 412_000_000
    class_with(stage)


def download_on(stage: Any) -> None:
    """On its way, of a class that was left off."""
    stage.keeping.downloads.put("disco-sprints", State.DOWNLOADING, 0.62)
    class_with(stage, "disco-sprints")


def download_menu(stage: Any) -> None:
    """What can be done with one that is on its way."""
    stage.keeping.downloads.put("sunset-climb", State.DOWNLOADING, 0.62)
    screen = class_with(stage)
    step(4)
    screen.tap_download()


def download_done(stage: Any) -> None:
    """On the tablet, and no network."""
    stage.keeping.downloads.put("sunset-climb", State.READY, 1.0)
    stage.set_network("OFFLINE", waiting=1)
    class_with(stage)


def download_failed(stage: Any) -> None:
    """No room."""
    stage.keeping.downloads.put("sunset-climb", State.FAILED, 0.0, NO_ROOM)
    class_with(stage)


def download_waiting(stage: Any) -> None:
    """The network went away in the middle."""
    why = Unavailable("The server cannot be reached.", "Check the network; the picture comes back by itself.")
    stage.keeping.downloads.put("sunset-climb", State.WAITING, 0.4, why)
    class_with(stage)


def download_offline(stage: Any) -> None:
    """Not on the tablet, and no network."""
    stage.set_network("OFFLINE", waiting=1)
    class_with(stage)


def library(stage: Any) -> None:
    """Some on the tablet, one on its way, one failed."""
    stage.keeping.put_some()
    stage.go("library")


def library_offline(stage: Any) -> None:
    """The same with no network: what is here comes first."""
    stage.set_network("OFFLINE", waiting=2)
    library(stage)


def library_here(stage: Any) -> None:
    """Only what is on the tablet."""
    library(stage)
    step(4)
    stage.navigation.screen.turn_here_only()


def home_offline(stage: Any) -> None:
    """No network, some classes here."""
    stage.keeping.put_some()
    stage.set_network("OFFLINE", waiting=2)
    stage.go("home")


def storage(stage: Any) -> None:
    """The settings about classes on the tablet."""
    stage.keeping.put_some()
    stage.go("settings", group="sync")


def storage_none(stage: Any) -> None:
    """The same with nothing downloaded."""
    stage.go("settings", group="sync")


def storage_remove(stage: Any) -> None:
    """Asked once before all of it goes."""
    storage(stage)
    step(4)
    from tests.gallery.finger import Finger
    from tests.gallery.sight import find

    Finger().tap(find("Remove all"))


SCENES = [
    Scene("keeping-class-size", download_size),
    Scene("keeping-class-downloading", download_on),
    Scene("keeping-class-menu", download_menu),
    Scene("keeping-class-on-tablet", download_done),
    Scene("keeping-class-failed", download_failed),
    Scene("keeping-class-waiting", download_waiting),
    Scene("keeping-class-offline", download_offline),
    Scene("keeping-library", library),
    Scene("keeping-library-offline", library_offline),
    Scene("keeping-library-here", library_here),
    Scene("keeping-home-offline", home_offline),
    Scene("keeping-storage", storage),
    Scene("keeping-storage-none", storage_none),
    Scene("keeping-storage-remove", storage_remove),
]
