"""Scenes of the riding screens: real rides by a rider who follows the plan."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from console.own_cloud import PLANS
from console.player import PlayerState
from console.player_events import Broken
from drivers.sample import Sample
from sync.cloud.classes.plan_file import read_plan
from sync.records import Board, Quality, Standings
from sync.riders import GUEST
from tests.gallery import seed
from tests.gallery.scene import Scene
from tests.gallery.staged_picture import StagedPlayer
from tests.gallery.staged_ride import StagedRide, the_class
from tests.gallery.window import step

SECOND_PUSH_S = 1086.0  # of Sunset Climb: 0:24 of the second push are left
FRAMES = 3
DRAWN_S = 30.0  # of the way to a moment are drawn, too
READ_S = 0.26  # after so long a screen has read everything anew


def begin(stage: Any, *, heart: bool = True, player: StagedPlayer | None = None) -> StagedRide:
    """A class at its first second."""
    one = the_class(stage)
    if player is not None:
        one = replace(one, captions="/media/sunset-climb/captions.vtt")
    ride = StagedRide(stage, one, heart=heart, player=player)
    stage.go("ride")
    return ride


def ride_to(stage: Any, seconds: float, *, heart: bool = True, player: StagedPlayer | None = None) -> StagedRide:
    """A class ridden up to a second, against an own best, with standings."""
    ride = begin(stage, heart=heart, player=player).race_own_best()
    for _stretch in range(400):
        left_s = seconds - (ride.session.class_s or 0.0)
        if left_s <= 0:
            break
        ride.go(min(7.5, max(left_s, 0.1)))
        if left_s < DRAWN_S:
            stage.navigation.screen.draw(ride.now_s)
    draw(stage, ride.stand())
    return ride


def draw(stage: Any, ride: StagedRide, frames: int = FRAMES) -> None:
    """Let the screen draw the ride's moment, with the needles at rest. The ride's own time stands meanwhile."""
    ride.screen_s = max(ride.screen_s, ride.now_s) + READ_S
    for _frame in range(frames):
        stage.navigation.screen.draw(ride.screen_s)
        ride.screen_s += 0.05
        step()


def ride_in_class(stage: Any) -> None:
    """In the middle of a class."""
    ride_to(stage, SECOND_PUSH_S)


def ride_bright(stage: Any) -> None:
    """Over the brightest picture there can be, with captions."""
    player = StagedPlayer(caption="Two more minutes. Shoulders down, hands light, and the legs do the rest.")
    ride = ride_to(stage, SECOND_PUSH_S, player=player)
    ride.go(2, cadence_rpm=118.0, resistance_pct=49.0)
    draw(stage, ride)


def ride_song(stage: Any) -> None:
    """A class whose plan names its songs, and has a message for this moment."""
    one = seed.with_songs(the_class(stage))
    ride = StagedRide(stage, one, player=StagedPlayer(caption="Shoulders down, hands light."))
    stage.go("ride")
    ride.go(2)
    draw(stage, ride)


def ride_folded(stage: Any) -> None:
    """One row over the picture."""
    ride = ride_to(stage, SECOND_PUSH_S)
    stage.navigation.screen.fold(True)
    draw(stage, ride)


def ride_menu(stage: Any) -> None:
    """What a small panel keeps in its menu; on a large one nothing."""
    ride = ride_to(stage, SECOND_PUSH_S)
    stage.navigation.screen.menu_open = True
    draw(stage, ride)


def ride_under_and_over(stage: Any) -> None:
    """Too slow, too heavy, and the next segment three seconds away."""
    ride = ride_to(stage, SECOND_PUSH_S + 20.7)
    ride.go(0.5, cadence_rpm=82.0, resistance_pct=71.0)
    draw(stage, ride)


def ride_sensor_lost(stage: Any) -> None:
    """The bike has been silent for five seconds, the network for 42."""
    ride = ride_to(stage, SECOND_PUSH_S)
    draw(stage, ride.go(5, bike=False).stand(ago_s=42))


def ride_stale(stage: Any) -> None:
    """The bike has been silent for three seconds."""
    ride = ride_to(stage, SECOND_PUSH_S)
    draw(stage, ride.go(3, bike=False))


def ride_no_bike(stage: Any) -> None:
    """No sensor at all: the class goes on."""
    ride = begin(stage)
    stage.sensing.sensors.clear()
    draw(stage, ride.go(8, bike=False, strap=False))


def ride_alone(stage: Any) -> None:
    """Nobody else is here."""
    ride = ride_to(stage, 60.0, heart=False)
    draw(stage, ride.stand(alone=True))


def ride_high_five(stage: Any) -> None:
    """One given, two received."""
    ride = ride_to(stage, SECOND_PUSH_S)
    ride.session.fived.add("Lou")
    ride.session.take_fives(ride.session.header.id, ("Hill Witch", "Lou"))
    draw(stage, ride.stand())


def ride_no_picture(stage: Any) -> None:
    """The video broke."""
    ride_to(stage, SECOND_PUSH_S, player=StagedPlayer(PlayerState.BROKEN, picture=False))


def ride_no_player(stage: Any) -> None:
    """There is no libVLC on this tablet."""
    ride = ride_to(stage, SECOND_PUSH_S, player=StagedPlayer(PlayerState.BROKEN, picture=False))
    remedy = "Run: sudo apt install libvlc5 vlc-plugin-base"
    ride.session.hear_player(Broken("The video player libVLC is not installed.", remedy, 0.0))
    draw(stage, ride)


def ride_stalled(stage: Any) -> None:
    """The video waits for its next piece."""
    ride_to(stage, SECOND_PUSH_S, player=StagedPlayer(PlayerState.STALLED))


def ride_sound_only(stage: Any) -> None:
    """The network carries no more than the sound: the poster stands in the picture's place."""
    player = StagedPlayer(caption="Shoulders down. Stay with it.")
    player.show_poster(read_plan(PLANS / "1-first-spin.toml"))
    ride_to(stage, SECOND_PUSH_S, player=player)


def ride_paused(stage: Any) -> None:
    """A planned pause."""
    ride = ride_to(stage, SECOND_PUSH_S)
    ride.session.pause()
    draw(stage, ride)


def ride_leaving(stage: Any) -> None:
    """The question before a ride ends."""
    ride = ride_to(stage, SECOND_PUSH_S)
    stage.navigation.screen.asking = True
    draw(stage, ride)


def free_ride(stage: Any, seconds: float = 1458.0) -> StagedRide:
    """A free ride with two laps."""
    ride = StagedRide(stage, None)
    stage.cache.set_setting("just_ride.goal", "output 300")
    stage.go("just-ride")
    for lap_s in (480.0, 420.0):
        ride.go(min(lap_s, seconds / 3))
        ride.session.add_lap()
    ride.go(max(seconds - ride.session.now().elapsed_s, 0.1))
    draw(stage, ride)
    return ride


def just_ride(stage: Any) -> None:
    """In the middle of a free ride."""
    free_ride(stage)


def just_ride_run(stage: Any) -> None:
    """A run on a treadmill: no cadence, no output, but a speed and a distance."""
    ride = StagedRide(stage, None)
    stage.cache.set_setting("just_ride.goal", "none 0")
    stage.go("just-ride")
    for turn in range(1300):
        at_s = ride.now_s
        belt = {"speed_kmh": 11.5 + math.sin(turn / 200), "incline_pct": 1.0}
        ride.hear(Sample(at_s, "ble://D0:11:22:33:44:66", heart_rate_bpm=148 + 6 * math.sin(turn / 150), **belt))
        ride.go(0.5, bike=False, strap=False)
    draw(stage, ride)


def just_ride_idle(stage: Any) -> None:
    """Before the first turn of the pedals."""
    ride = StagedRide(stage, None, heart=False)
    stage.cache.set_setting("just_ride.goal", "none 0")
    stage.go("just-ride")
    draw(stage, ride)


def just_ride_no_sensor(stage: Any) -> None:
    """Without any sensor, the clock started by hand."""
    ride = StagedRide(stage, None, heart=False)
    stage.sensing.sensors.clear()
    stage.cache.set_setting("just_ride.goal", "time 1800")
    stage.go("just-ride")
    ride.session.start()
    draw(stage, ride.go(75, bike=False, strap=False))


def just_ride_first_minute(stage: Any) -> None:
    """A plot that has only begun."""
    free_ride(stage, 95.0)


def just_ride_goals(stage: Any) -> None:
    """Choosing a goal."""
    ride = free_ride(stage)
    stage.navigation.screen.touch_goal()
    draw(stage, ride)


def just_ride_lost(stage: Any) -> None:
    """The bike went silent."""
    ride = free_ride(stage)
    draw(stage, ride.go(6, bike=False))


def just_ride_paused(stage: Any) -> None:
    """Nobody pedals."""
    ride = free_ride(stage)
    draw(stage, ride.go(4, cadence_rpm=0.0, power_w=0.0))


def ridden(stage: Any, strength: float = 1.13, seconds: int = 1680, class_id: str | None = "sunset-climb") -> str:
    """A ride that has just ended; returns its id."""
    one = the_class(stage, class_id) if class_id else None
    return seed.add_ride(
        stage.cache, stage.rider, one, datetime.now() - timedelta(seconds=seconds + 2), seconds, strength
    )


def summarise(stage: Any, ride_id: str) -> None:
    """Show a summary, and let a best fill its tile."""
    stage.settings.less_motion = True
    stage.go("summary", ride_id=ride_id)
    for moment in range(3):
        stage.navigation.screen.draw(moment * 2.0)
        step(3)


def summary_best(stage: Any) -> None:
    """A new best, in the cloud, among others."""
    ride_id = ridden(stage)
    board = Board(318, 41)
    stage.cache.put_standings(Standings("sunset-climb", ride_id, 1680.0, 0.0, board, board))
    stage.cache.acknowledge(seed.Answer(ride_id, 1680, True))
    summarise(stage, ride_id)


def summary_first(stage: Any) -> None:
    """The first ride of a class, ended before the class was, by the first rider of that class."""
    ride_id = ridden(stage, 0.9, 400, "long-way-home")
    stage.cache.put_standings(Standings("long-way-home", ride_id, 400.0, 0.0, Board(1, 1), Board(1, 1)))
    summarise(stage, ride_id)


def summary_plain(stage: Any) -> None:
    """Below the own best, far down among many, waiting for the network."""
    stage.set_network("OFFLINE", waiting=1)
    ride_id = ridden(stage, 1.02)
    board = Board(12_408, 4031)
    stage.cache.put_standings(Standings("sunset-climb", ride_id, 1680.0, 0.0, Board(1, 1), board))
    summarise(stage, ride_id)


def summary_stalled(stage: Any) -> None:
    """A ride whose picture stood for a while."""
    ride_id = ridden(stage, 1.02)
    stage.cache.put_quality(ride_id, Quality(startup_s=0.8, played_s=1660.0, stalled_s=18.4, stalls=3, path="hls"))
    summarise(stage, ride_id)


def summary_free(stage: Any) -> None:
    """A free ride."""
    summarise(stage, ridden(stage, 0.9, 1410, None))


def summary_unmeasured(stage: Any) -> None:
    """A ride of which no sensor spoke."""
    ride = StagedRide(stage, None, heart=False)
    ride.session.start()
    ride.go(240, bike=False, strap=False)
    header = replace(ride.session.header, started_at=datetime.now().timestamp() - 242)
    stage.cache.begin_ride(header)
    stage.cache.append(header.id, ride.session.points)
    stage.cache.finish_ride(header.id, datetime.now().timestamp(), ride.session.ride.totals)
    stage.session = None
    summarise(stage, header.id)


def summary_short(stage: Any) -> None:
    """Under a minute: keep it?"""
    summarise(stage, ridden(stage, seconds=34))


def summary_guest(stage: Any) -> None:
    """A guest's ride."""
    stage.rider = GUEST
    summarise(stage, ridden(stage))


def summary_old(stage: Any) -> None:
    """A ride of the past, from the history."""
    rides = stage.cache.rides(stage.rider.id)
    summarise(stage, next(ride.header.id for ride in rides if ride.header.class_id == "pulse-20"))


SCENES = [
    Scene("ride", ride_in_class),
    Scene("ride-bright", ride_bright),
    Scene("ride-song", ride_song),
    Scene("ride-folded", ride_folded),
    Scene("ride-menu", ride_menu),
    Scene("ride-under-over", ride_under_and_over),
    Scene("ride-stale", ride_stale),
    Scene("ride-sensor-lost", ride_sensor_lost),
    Scene("ride-no-bike", ride_no_bike),
    Scene("ride-alone", ride_alone),
    Scene("ride-high-five", ride_high_five),
    Scene("ride-no-picture", ride_no_picture),
    Scene("ride-no-player", ride_no_player),
    Scene("ride-stalled", ride_stalled),
    Scene("ride-sound-only", ride_sound_only),
    Scene("ride-paused", ride_paused),
    Scene("ride-leaving", ride_leaving),
    Scene("just-ride", just_ride),
    Scene("just-ride-run", just_ride_run),
    Scene("just-ride-idle", just_ride_idle),
    Scene("just-ride-no-sensor", just_ride_no_sensor),
    Scene("just-ride-first-minute", just_ride_first_minute),
    Scene("just-ride-goals", just_ride_goals),
    Scene("just-ride-lost", just_ride_lost),
    Scene("just-ride-paused", just_ride_paused),
    Scene("summary", summary_best),
    Scene("summary-first", summary_first),
    Scene("summary-plain", summary_plain),
    Scene("summary-free", summary_free),
    Scene("summary-stalled", summary_stalled),
    Scene("summary-unmeasured", summary_unmeasured),
    Scene("summary-short", summary_short),
    Scene("summary-guest", summary_guest),
    Scene("summary-old", summary_old),
]
