"""What the rider has set on this tablet: typed values, kept in the cache the moment they change. No Kivy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar, cast, overload

V = TypeVar("V", bool, int, str)


class Store(Protocol):
    """Where settings are kept: the cache."""

    def setting(self, key: str, default: Any = None) -> Any: ...
    def set_setting(self, key: str, value: Any) -> None: ...


class Setting(Generic[V]):
    """One setting: its default, and what it may be. What is kept but no longer allowed reads as the default."""

    def __init__(self, default: V, choices: tuple[V, ...] | range = ()) -> None:
        self.default: V = default
        self.choices: tuple[V, ...] | range = choices

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, settings: None, owner: type) -> Setting[V]: ...
    @overload
    def __get__(self, settings: Settings, owner: type) -> V: ...
    def __get__(self, settings: Settings | None, owner: type) -> Setting[V] | V:
        if settings is None:
            return self
        return cast(V, settings.values[self.name])

    def __set__(self, settings: Settings, value: V) -> None:
        if not self.allows(value):
            raise ValueError(f"{self.name} cannot be {value!r}; it may be one of {self.choices or type(self.default)}")
        settings.keep(self.name, value)

    def allows(self, value: object) -> bool:
        """Whether the setting may be ``value``."""
        return type(value) is type(self.default) and (not self.choices or value in self.choices)


class Settings:
    """The settings of this tablet. Reading costs nothing; setting stores at once and tells who watches."""

    units = Setting("metric", ("metric", "imperial"))
    colours = Setting("standard", ("standard", "blue-yellow", "high contrast"))
    less_motion = Setting(False)
    captions = Setting(True)
    volume = Setting(80, range(0, 101))
    ticks = Setting(True)
    five_sound = Setting(True)
    auto_pause = Setting(True)
    leaderboard = Setting(True)
    own_best = Setting(True)
    # How much of the network and of the tablet classes may take.
    data_saver = Setting(False)
    class_room_gb = Setting(8, (2, 4, 8, 16, 32))
    # Whether other programs can see this bike, and set its resistance.
    rebroadcast_wifi = Setting(False)
    rebroadcast_bluetooth = Setting(False)
    rebroadcast_control = Setting(False)
    home_broker = Setting("")  # where the ride is told over MQTT; empty is nowhere
    # What a ride does with a brake that can be set.
    brake_in_class = Setting("hand", ("hand", "class", "power"))
    brake_free = Setting("hand", ("hand", "power"))
    brake_power_w = Setting(100, range(25, 1001))
    # Which sensor (its URL) is believed in each metric; empty is automatic.
    source_cadence_rpm = Setting("")
    source_resistance_pct = Setting("")
    source_power_w = Setting("")
    source_heart_rate_bpm = Setting("")

    def __init__(self, store: Store) -> None:
        self.values: dict[str, bool | int | str] = {}
        self._store = store
        self._watchers: dict[str, list[Callable[[Any], None]]] = {}
        for name, setting in vars(Settings).items():
            if isinstance(setting, Setting):
                kept = store.setting(f"console.{name}", setting.default)
                self.values[name] = kept if setting.allows(kept) else setting.default

    def keep(self, name: str, value: bool | int | str) -> None:
        """Store one value and tell its watchers; an unchanged value does nothing."""
        if self.values[name] == value:
            return
        self.values[name] = value
        self._store.set_setting(f"console.{name}", value)
        for watcher in self._watchers.get(name, []):
            watcher(value)

    def watch(self, name: str, watcher: Callable[[Any], None]) -> None:
        """Call ``watcher(value)`` now, and each time the setting changes."""
        self._watchers.setdefault(name, []).append(watcher)
        watcher(self.values[name])
