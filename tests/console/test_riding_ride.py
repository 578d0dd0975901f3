"""The ride as a rider meets it: a real session, real touches, on both panels where they differ."""

from __future__ import annotations

from typing import Any

import pytest

from console.player import PlayerState
from console.ride import Pause, RideState
from tests.gallery.window import part, step


@pytest.fixture
def ride(stage: Any) -> Any:
    """Sunset Climb, 0:24 before the end of the second push."""
    from tests.gallery.riding import SECOND_PUSH_S, ride_to

    return ride_to(stage, SECOND_PUSH_S)


def test_a_glance_tells_range_effort_time_and_place(size: tuple[int, int], ride: Any, see: Any) -> None:
    ride.go(0.6, cadence_rpm=98.0, resistance_pct=46.0, power_w=248.0)
    words = see(ride)
    assert {"98", "248", "46"} <= words, "the three numbers"
    assert {"In range", "95–105", "Add 10", "56–60", "Zone 5"} <= words, "how they stand"
    assert {"Second push", "then Recover, 1:30 at Z2", "Z5", "0:24"} <= words, "how long still, and what follows"
    assert {"You", "Lou", "tempo_tom"} <= words, "who is near"
    assert {"18:06", "9:54"} <= words


@pytest.mark.parametrize(
    ("cadence", "resistance", "words"),
    [(88, 62, {"Add 7", "Ease 2"}), (105, 56, {"In range"}), (121, 58, {"Ease 16", "In range"})],
)
def test_cues_say_what_to_do_in_whole_numbers(ride: Any, see: Any, cadence: int, resistance: int, words: set) -> None:
    ride.go(0.6, cadence_rpm=float(cadence), resistance_pct=float(resistance))
    assert words <= see(ride)


def test_a_cue_has_a_shape_and_a_colour_of_its_own(stage: Any, ride: Any, see: Any) -> None:
    from console import theme

    seen = []
    for cadence in (88.0, 100.0, 121.0):
        ride.go(0.6, cadence_rpm=cadence)
        see(ride)
        card = part(stage, "cadence")
        seen.append((card.ids.pill.icon, list(card.edge)))
    assert seen == [("arrow-up", theme.UNDER), ("check", theme.ACCENT), ("arrow-down", theme.OVER)]


def test_a_silent_bike_is_muted_after_2_s_and_a_dash_after_4(stage: Any, ride: Any, see: Any) -> None:
    from console import theme

    ride.go(0.6, cadence_rpm=98.0)
    assert list(part(stage, "cadence").colour) == theme.ACCENT
    ride.go(2.0, bike=False)
    assert "98" in see(ride) and list(part(stage, "cadence").colour) == theme.MUTED
    assert "No signal" in see(ride)
    ride.go(2.2, bike=False)
    words = see(ride)
    assert "98" not in words and "–" in words
    assert "Bike signal lost" in words and any("the class goes on" in line for line in words)
    ride.go(1.0)
    assert "Bike is back" in see(ride)
    ride.go(4.5)
    assert "Bike is back" not in see(ride), "good news leaves by itself"


def test_a_silent_strap_is_a_dash_and_no_strap_is_no_card(stage: Any, ride: Any, see: Any) -> None:
    assert part(stage, "heart").parent is not None
    ride.go(5, strap=False)
    see(ride)
    assert part(stage, "heart").value == "–"


def test_the_last_three_seconds_announce_what_comes(stage: Any, ride: Any, see: Any) -> None:
    ride.go(20.0)
    assert "Next" not in see(ride)
    ride.go(1.3)
    assert {"0:03", "Next"} <= see(ride)
    shown = {part(stage, "cadence").target_shown}
    for _moment in range(9):
        ride.go(0.1)
        see(ride)
        shown.add(part(stage, "cadence").target_shown)
    assert part(stage, "cadence").target == "80–90" and shown == {True, False}, "it blinks"
    ride.go(2.0)
    assert {"Recover", "Z2", "then Second climb, 4:00 at Z4"} <= see(ride)


def test_a_new_segment_wipes_over_the_old_one_in_180_ms(stage: Any, ride: Any, see: Any) -> None:
    banner, screen = part(stage, "banner"), stage.navigation.screen
    see(ride)
    ride.go(20)
    while banner.zone == 5:
        ride.go(0.1)
        now_s = max(ride.screen_s, ride.now_s)
        screen.draw(now_s)
    assert banner.zone == 2 and banner._wiped == 0.0
    shares = []
    for _turn in range(4):
        now_s += 0.06
        screen.draw(now_s)
        shares.append(banner._wiped)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0, 1.0])


def test_less_motion_leaves_only_the_needles(stage: Any, see: Any) -> None:
    from tests.gallery.riding import SECOND_PUSH_S, ride_to

    stage.settings.less_motion = True
    ride = ride_to(stage, SECOND_PUSH_S + 20.0)
    ride.go(1.2)
    for _moment in range(30):
        ride.go(0.1)
        stage.navigation.screen.draw(ride.screen_s + 1.0 + ride.now_s)
        assert part(stage, "cadence").target_shown and not part(stage, "banner").pulsing
        assert part(stage, "banner")._wiped == 1.0


def test_a_tap_on_the_picture_folds_to_one_row_and_another_brings_all_back(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    everything = see(ride)
    finger.tap((size[0] * 0.45, size[1] * 0.45))
    folded = see(ride)
    assert {"Second push", "0:24", "Zone 6", "9:54 left"} <= folded and "You" not in folded
    finger.tap((size[0] * 0.45, size[1] * 0.45))
    assert see(ride) == everything
    finger.tap(part(stage, "cadence"))
    assert see(ride) == everything, "a tap on a card is not a tap on the picture"


def test_the_button_in_the_corner_folds_through_a_menu_on_small_panels(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    from tests.gallery.writing import target

    see(ride)
    finger.tap(part(stage, "fold"))
    if size == (1280, 800):
        assert {"Captions", "Sound", "More picture"} <= see(ride)
        finger.tap(target("More picture"))
    assert "Show all" in see(ride)
    finger.tap(target("Show all"))
    assert "Show all" not in see(ride) and "You" in see(ride)


def test_leaving_asks_once_and_keeps_riding_by_default(stage: Any, finger: Any, ride: Any, see: Any) -> None:
    from console import theme
    from tests.gallery.writing import target

    see(ride)
    finger.tap(part(stage, "leave"))
    assert {"END THE RIDE?", "Keep riding", "Pause", "End ride"} <= see(ride)
    assert list(target("Keep riding").ground) == theme.ACCENT != list(target("End ride").ground)
    finger.tap(target("Keep riding"))
    assert "END THE RIDE?" not in see(ride) and not stage.done
    finger.tap(part(stage, "leave"))
    see(ride)
    finger.tap(target("End ride"))
    assert stage.done == [("end_ride",)]


def test_a_planned_pause_stops_ride_and_class_until_the_rider_goes_on(
    stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    from tests.gallery.writing import target

    see(ride)
    finger.tap(part(stage, "leave"))
    see(ride)
    finger.tap(target("Pause"))
    assert {"Paused", "18:06", "Continue", "End ride"} <= see(ride)
    before = ride.session.class_s
    ride.go(30)
    assert ride.session.class_s == before and "18:06" in see(ride)
    finger.tap(target("Continue"))
    assert ride.session.now().state is RideState.RIDING and "Paused" not in see(ride)


def test_standing_still_pauses_and_the_first_turn_goes_on(ride: Any, see: Any) -> None:
    ride.go(4, cadence_rpm=0.0, power_w=0.0)
    assert ride.session.now().pause is Pause.NO_PEDALLING
    assert {"Paused", "Turn the pedals and it goes on."} <= see(ride)
    ride.go(1)
    assert "Paused" not in see(ride)


def test_the_leaderboard_has_two_boards_and_tells_its_age(stage: Any, finger: Any, ride: Any, see: Any) -> None:
    from tests.gallery.writing import target

    assert {"318", "alp_anna", "+58", "−1.1", "Your best"} <= see(ride)
    finger.tap(target("All time"))
    ride.go(0.3)
    words = see(ride)
    assert "watts_up" in words and "alp_anna" not in words
    ride.stand(ago_s=42)
    ride.go(0.3)
    assert "Standings from 0:42 ago" in see(ride)


def test_without_network_or_company_the_board_says_so(stage: Any, finger: Any, see: Any) -> None:
    from tests.gallery.riding import ride_to

    ride = ride_to(stage, 30.0)
    ride.stand(alone=True)
    ride.go(0.3)
    assert {"You are first here today", "You"} <= see(ride)
    board, folded = part(stage, "board"), stage.navigation.screen.folded
    finger.tap((board.center_x, board.y + 20))
    assert stage.navigation.screen.folded is not folded, "below a short board there is picture"
    stage.navigation.screen.fold(False)
    ride.session.standings = ride.session.standings_at_s = None
    stage.set_network("OFFLINE")
    ride.go(0.3)
    assert "No network. Standings come back with it." in see(ride)


def test_settings_take_board_and_best_away(stage: Any, ride: Any, see: Any) -> None:
    assert {"You", "Your best", "kJ ahead"} <= see(ride)
    stage.settings.leaderboard = stage.settings.own_best = False
    ride.go(0.3)
    assert not {"You", "Your best", "kJ ahead"} & see(ride)


def test_captions_and_sound_have_a_button_each(stage: Any, finger: Any, see: Any) -> None:
    from tests.gallery.riding import ride_to
    from tests.gallery.staged_picture import StagedPlayer

    player = StagedPlayer(caption="Shoulders down.")
    ride = ride_to(stage, 40.0, player=player)
    assert "Shoulders down." in see(ride)
    finger.tap(part(stage, "captions"))
    assert "Shoulders down." not in see(ride) and not stage.settings.captions
    stage.settings.volume = 60
    finger.tap(part(stage, "sound"))
    assert stage.settings.volume == 0
    finger.tap(part(stage, "sound"))
    assert stage.settings.volume == 60, "as loud as before"


def test_a_stalled_and_a_broken_video_stop_nothing(stage: Any, see: Any) -> None:
    from tests.gallery.riding import ride_to
    from tests.gallery.staged_picture import StagedPlayer

    player = StagedPlayer()
    ride = ride_to(stage, 40.0, player=player)
    assert part(stage, "cover").parent is None, "the picture is the ground"
    player.state = PlayerState.STALLED
    before = ride.session.class_s
    ride.go(3)
    assert "Video is catching up" in see(ride)
    assert ride.session.class_s == pytest.approx(before + 3, abs=0.5), "the class goes on by the ride's own clock"
    player.state, player.still = PlayerState.PLAYING, True
    assert "Slow network, sound only" in see(ride)
    player.state, player.still = PlayerState.BROKEN, False
    player.frames.clear()
    ride.go(3)
    step(2)
    assert "The class goes on without picture" in see(ride)
    assert ride.session.class_s == pytest.approx(before + 6, abs=1.0)
    assert part(stage, "cover").parent is not None, "the drawn cover is the ground again"


def test_a_missing_player_is_named_with_its_remedy_and_no_retry_is_promised(stage: Any) -> None:
    from tests.gallery.riding import ride_no_player
    from tests.gallery.writing import said

    ride_no_player(stage)
    words = said(stage.navigation.screen)
    assert {"The video player libVLC is not installed", "Run: sudo apt install libvlc5 vlc-plugin-base"} <= words
    assert not any("Trying again" in line for line in words)


def test_a_picture_that_takes_long_is_announced(stage: Any, see: Any) -> None:
    from tests.gallery.riding import begin
    from tests.gallery.staged_picture import StagedPlayer

    ride = begin(stage, player=StagedPlayer(PlayerState.OPENING, picture=False))
    assert "The picture is on its way" not in see(ride)
    ride.go(1.5)
    assert "The picture is on its way" in see(ride)
    assert ride.session.class_s == 0.0, "the class waits for its first picture"
    ride.player.play()
    ride.go(1.0)
    assert "The picture is on its way" not in see(ride)


def test_what_the_bike_says_is_drawn_at_once_and_all_else_with_the_next_picture(stage: Any) -> None:
    from tests.gallery.riding import ride_to
    from tests.gallery.staged_picture import WHITE, StagedPlayer

    player = StagedPlayer(caption="Sit tall.")
    ride = ride_to(stage, 40.0, player=player)
    screen, card, spoken = stage.navigation.screen, part(stage, "cadence"), part(stage, "spoken")
    screen.draw(ride.screen_s + 0.1)
    ride.go(0.3, cadence_rpm=77.0)
    screen.draw(ride.screen_s + 0.12)
    assert card.value == "77"
    player.caption = "Shoulders down."
    screen.draw(ride.screen_s + 0.13)
    assert spoken.text == "Sit tall.", "no redraw for words alone"
    player.show(WHITE)
    step()
    assert spoken.text == "Shoulders down."
    player.caption = "And rest."
    screen.draw(ride.screen_s + 0.2)
    assert spoken.text == "And rest.", "nothing waits longer than a picture takes"


def test_a_tap_on_the_output_shows_the_totals_on_small_panels(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    small = size == (1280, 800)
    assert ("kcal" in see(ride)) is not small
    finger.tap(part(stage, "output"))
    assert "kcal" in see(ride)
    ride.go(5.5)
    assert ("kcal" in see(ride)) is not small


def test_nothing_is_drawn_anew_while_nothing_changes(stage: Any, ride: Any, see: Any) -> None:
    from kivy.core.window import Window

    ride.session.pause()
    see(ride, 6)
    drawn = []
    Window.bind(on_flip=lambda *_: drawn.append(1))
    for _turn in range(5):
        stage.navigation.screen.draw(ride.screen_s)
        step()
    assert not drawn


def test_a_tap_on_a_hand_gives_its_rider_a_high_five(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    see(ride)
    board = part(stage, "board")
    rows = {line.name: line for line in board._lines if line.name}
    assert not rows["You"].handle and rows["Lou"].handle
    hand = rows["Lou"].ids.hand
    assert min(hand.size) >= 64 - 0.5
    finger.tap(hand)
    assert ("give_five", "Lou") in stage.done
    ride.session.fived.add("Lou")
    see(ride)
    assert hand.given and not rows["tempo_tom"].ids.hand.given
    stage.set_network("OFFLINE")
    ride.go(0.6)
    see(ride)
    assert hand.disabled and hand.opacity == pytest.approx(0.4), "without a network it waits"


def test_a_high_five_is_told_for_a_while_and_so_is_what_comes_after_it(stage: Any, ride: Any, see: Any) -> None:
    ride.go(0.6)
    see(ride)
    ride.session.take_fives("another ride", ("Nobody",))
    ride.session.take_fives(ride.session.header.id, ("Hill Witch", "Lou"))
    ride.go(0.6)
    assert {"High five from Lou", "And 1 other rider of this class."} <= see(ride)
    ride.go(4.5)
    assert "High five from Lou" not in see(ride)
    ride.session.take_fives(ride.session.header.id, ("Lou",))
    ride.go(0.6)
    assert {"High five from Lou", "Tap the hand beside their name to give one back."} <= see(ride)


def test_good_news_do_not_hide_that_the_picture_broke(stage: Any, see: Any) -> None:
    from tests.gallery.riding import SECOND_PUSH_S, ride_to
    from tests.gallery.staged_picture import StagedPlayer

    picture = StagedPlayer()
    ride = ride_to(stage, SECOND_PUSH_S, player=picture)
    ride.session.take_fives(ride.session.header.id, ("Lou",))
    ride.go(0.6)
    assert "High five from Lou" in see(ride)
    picture.state = PlayerState.BROKEN
    ride.go(5)
    assert "The class goes on without picture" in see(ride)
