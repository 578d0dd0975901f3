"""Scenes of the browsing screens."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.pin import hash_pin
from sync.riders import GUEST, Rider
from tests.gallery import seed
from tests.gallery.scene import Scene
from tests.gallery.window import step


def home(stage: Any) -> None:
    """A rider with a history, a class left off."""
    stage.go("home")


def home_offline(stage: Any) -> None:
    """No network, two rides waiting."""
    stage.set_network("OFFLINE", waiting=2)
    stage.go("home")


def home_refused(stage: Any) -> None:
    """The cloud does not take the tablet's token."""
    stage.set_network("REFUSED", waiting=1)
    stage.go("home")


def home_new(stage: Any) -> None:
    """A rider who has never ridden."""
    stage.rider = seed.NEW
    stage.go("home")


def home_first_start(stage: Any) -> None:
    """A guest on a tablet fresh from its box."""
    stage.rider = GUEST
    stage.cache.put_classes([])
    stage.cache.set_setting("sync.enrolment", None)
    stage.set_network("NOT_ENROLLED")
    stage.sensing.sensors = []
    stage.go("home")


def home_few(stage: Any) -> None:
    """The cloud has two classes so far."""
    stage.cache.put_classes(seed.catalogue()[:2])
    stage.go("home")


def library(stage: Any) -> None:
    """Everything there is."""
    stage.go("library")


def library_offline(stage: Any) -> None:
    """The same without the network."""
    stage.set_network("OFFLINE", waiting=2)
    stage.go("library")


def library_filtered(stage: Any) -> None:
    """A filter on."""
    library(stage)
    stage.navigation.screen._ask(length="20–30 min", coach="Ines Aragón")


def library_menu(stage: Any) -> None:
    """A chip's menu open."""
    library(stage)
    step(4)
    stage.navigation.screen.tap_chip("coach")


def library_search(stage: Any) -> None:
    """Writing with the keys on the glass."""
    library(stage)
    step(4)
    field = stage.navigation.screen.ids.search
    field.focused = True
    field.write("beat")


def library_empty(stage: Any) -> None:
    """Nothing matches."""
    library(stage)
    screen = stage.navigation.screen
    screen.ids.search.text = "tango"
    screen._ask(length="20–30 min", coach="Ines Aragón")


def library_none(stage: Any) -> None:
    """No class on a tablet that is enrolled nowhere."""
    stage.cache.put_classes([])
    stage.cache.set_setting("sync.enrolment", None)
    stage.set_network("NOT_ENROLLED")
    stage.go("library")


def library_fetching(stage: Any) -> None:
    """The classes are on their way."""
    stage.cache.put_classes([])
    stage.go("library")


def library_few(stage: Any) -> None:
    """The cloud has two classes so far."""
    stage.cache.put_classes(seed.catalogue()[:2])
    stage.go("library")


def library_to_come(stage: Any) -> None:
    """The cloud answered: it has none yet."""
    stage.catalogue.fresh = True
    library_fetching(stage)


def class_detail(stage: Any) -> None:
    """A class with a best."""
    stage.go("class", class_id="sunset-climb")


def class_left_off(stage: Any) -> None:
    """A class left off, with words about it."""
    stage.go("class", class_id="disco-sprints")


def class_first(stage: Any) -> None:
    """A class never taken, an hour long; no standings are known."""
    stage.cache.db.execute("DELETE FROM leaders")
    stage.go("class", class_id="long-way-home")


def class_songs(stage: Any) -> None:
    """A class that names its songs."""
    classes = [seed.with_songs(one) if one.id == "sunset-climb" else one for one in seed.catalogue()]
    stage.cache.put_classes(classes)
    stage.go("class", class_id="sunset-climb")


def class_gone(stage: Any) -> None:
    """A class the cloud no longer has."""
    stage.go("class", class_id="never-heard-of")


def history(stage: Any) -> None:
    """Four months of riding."""
    stage.set_network("ONLINE", waiting=1)
    stage.go("history")


def history_last_month(stage: Any) -> None:
    """The month before, another trend, one day chosen."""
    screen = stage.go("history")
    screen.turn_month(-1)
    screen.show_trend(1)
    screen.choose_day(max(screen.ids.month.kj))


def history_empty(stage: Any) -> None:
    """A rider who has never ridden."""
    stage.rider = seed.NEW
    stage.go("history")


def profiles(stage: Any) -> None:
    """Five riders."""
    stage.go("profiles")


def profiles_full(stage: Any) -> None:
    """As many riders as there may be."""
    for n, name in enumerate(("Maximiliane Schwarzenegger", "Bo", "Aino")):
        stage.cache.save_rider(Rider(f"{n}" * 32, name, n, created_at=9.0))
    stage.go("profiles")


def profiles_pin(stage: Any) -> None:
    """A rider with a PIN, two digits typed."""
    stage.cache.save_rider(replace(seed.MARTA, pin_hash=hash_pin("1234")))
    screen = stage.go("profiles")
    screen.choose(seed.MARTA.id)
    for digit in "12":
        screen.ids.panel.children[0].ids.pad.type(digit)


def profiles_locked(stage: Any) -> None:
    """After three wrong tries."""
    profiles_pin(stage)
    for digit in "99" + "9999" * 2:
        stage.navigation.screen.ids.panel.children[0].ids.pad.type(digit)


def profiles_new(stage: Any) -> None:
    """A new rider's name."""
    stage.go("profiles")._ask_name()


def settings(group: str) -> Scene:
    """One group of the settings."""
    return Scene(f"settings-{group}", lambda stage: stage.go("settings", group=group))


def in_colours(colours: str) -> Scene:
    """The preview in another set of colours."""

    def arrange(stage: Any) -> None:
        stage.go("settings", group="seeing")
        stage.settings.colours = colours

    return Scene(f"settings-{colours.replace(' ', '-')}", arrange)


def settings_apps_on(stage: Any) -> None:
    """Programs follow the ride over Wi-Fi; Bluetooth cannot be used for it."""
    from drivers.errors import NeedsRider

    stage.settings.rebroadcast_wifi = stage.settings.rebroadcast_bluetooth = True
    stage.broadcast.wifi.on, stage.broadcast.server.clients[:] = True, [object()]
    stage.broadcast.bluetooth.trouble = NeedsRider(
        "this Bluetooth adapter cannot be heard by others while it listens to sensors",
        "Use Wi-Fi, or another adapter.",
    )
    stage.go("settings", group="apps")


def settings_not_enrolled(stage: Any) -> None:
    """A tablet that belongs to no cloud yet; the form says what is missing."""
    stage.cache.set_setting("sync.enrolment", None)
    stage.set_network("NOT_ENROLLED")
    screen = stage.go("settings", group="network")
    step(4)
    screen.ids.rows.children[0].children[0].send()


SCENES = [
    Scene("home", home),
    Scene("home-offline", home_offline),
    Scene("home-refused", home_refused),
    Scene("home-new", home_new),
    Scene("home-few", home_few),
    Scene("home-first-start", home_first_start),
    Scene("library", library),
    Scene("library-offline", library_offline),
    Scene("library-filtered", library_filtered),
    Scene("library-menu", library_menu),
    Scene("library-search", library_search),
    Scene("library-empty", library_empty),
    Scene("library-none", library_none),
    Scene("library-fetching", library_fetching),
    Scene("library-few", library_few),
    Scene("library-to-come", library_to_come),
    Scene("class", class_detail),
    Scene("class-left-off", class_left_off),
    Scene("class-songs", class_songs),
    Scene("class-first", class_first),
    Scene("class-gone", class_gone),
    Scene("history", history),
    Scene("history-last-month", history_last_month),
    Scene("history-empty", history_empty),
    *(settings(group) for group in ("rider", "ride", "sound", "seeing", "apps", "network", "sync")),
    Scene("settings-apps-on", settings_apps_on),
    Scene("settings-not-enrolled", settings_not_enrolled),
    in_colours("blue-yellow"),
    in_colours("high contrast"),
    Scene("profiles", profiles),
    Scene("profiles-pin", profiles_pin),
    Scene("profiles-locked", profiles_locked),
    Scene("profiles-new", profiles_new),
    Scene("profiles-full", profiles_full),
]
