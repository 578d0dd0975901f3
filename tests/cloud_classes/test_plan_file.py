"""Plans: good ones are read whole, bad ones get every fault at once, each with its line and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cloud.classes.errors import PlanError
from sync.cloud.classes.language import name_of
from sync.cloud.classes.plan import Line, zone_of
from sync.cloud.classes.plan_file import read_plan
from sync.records import Message, Song

DEMOS = sorted((Path(__file__).resolve().parents[2] / "assets" / "classes").glob("*.toml"))


def faults(tmp_path: Path, text: str | bytes) -> list[str]:
    """The messages for a plan, without the path before them."""
    path = tmp_path / "plan.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).splitlines()]


def test_a_good_plan_is_read_whole(tmp_path, plan_text):
    path = tmp_path / "plan.toml"
    path.write_text(plan_text)
    plan = read_plan(path)
    assert (plan.id, plan.title, plan.duration_s, plan.starts_s) == ("short-hill", "Short Hill", 20, (0, 10, 20))
    climb = plan.segments[1]
    assert (climb.cadence_rpm, climb.resistance_pct, climb.zone) == ((64, 72), (48, 54), 5)
    assert climb.lines == (Line(1.0, "Here is the hill."), Line(6.0, "Stay with it & breathe."))
    assert [line.row for line in climb.lines] == [25, 26]
    assert climb.record().line == "Here is the hill. Stay with it & breathe."
    assert plan.segments[0].lines == (Line(1.0, "Find your legs."),)


@pytest.mark.parametrize(
    ("good", "bad", "row", "expected"),
    [
        ('id = "short-hill"', 'id = "Short Hill"', 1, "small letters, digits and single hyphens"),
        ('title = "Short Hill"', 'titel = "Short Hill"', 2, "did you mean 'title'?"),
        ('title = "Short Hill"', "title = 7", 2, "expected a text in quotes, got 7"),
        ('title = "Short Hill"', f'title = "{"x" * 33}"', 2, "text too long: 33 letters, at most 32"),
        ('coach = "Ines Aragón"', 'coach = " "', 3, "expected a text, got an empty one"),
        ('coach = "Ines Aragón"', 'coach = "a\\u0007b"', 3, "cannot be shown"),
        ("effort = 2", "effort = 4", 5, "effort: expected a whole number 1-3, got 4"),
        ("effort = 2", "effort = true", 5, "expected a whole number 1-3"),
        ("effort = 2", "effort = 2.0", 5, "expected a whole number 1-3"),
        ('motif = "ridges"', 'motif = "ridge"', 7, "did you mean 'ridges'?"),
        ("palette = 0", "palette = 6", 8, "palette: expected a whole number 0-5, got 6"),
        ("seconds = 10", "seconds = 0", 13, 'expected whole seconds over 0, or minutes and seconds like "1:30"'),
        ("seconds = 10", "seconds = -5", 13, "expected whole seconds over 0"),
        ("seconds = 10", 'seconds = "1:75"', 13, "got '1:75'"),
        ("seconds = 10\n", "", 11, "it is missing"),
        ("seconds = 10", "seconds = 99999", 11, "the most is 14400 s (4 hours)"),
        ("cadence = [80, 90]", "cadence = [90, 80]", 14, "the range is reversed: write [80, 90]"),
        ("cadence = [80, 90]", "cadence = 85", 14, "expected [low, high] within 20-180 rpm, got 85"),
        ("cadence = [80, 90]", "cadence = [80, 90, 95]", 14, "expected [low, high]"),
        ("resistance = [24, 30]", "resistance = [24, 130]", 15, "expected [low, high] within 0-100 %"),
        ("zone = 5", "zone = 8", 23, "zone: expected a whole number 1-7, got 8"),
        ("zone = 5", "zne = 5", 23, "unknown key 'zne'; did you mean 'zone'?"),
        ("zone = 5", "colour = 5", 23, "a segment has name, seconds, cadence, resistance, zone, line"),
        ('line = "Find your legs."', "line = 3", 16, "expected a text, or a list like"),
        ('line = "Find your legs."', f'line = "{"x " * 121}"', 16, "text too long: 241 letters, at most 240"),
        ('line = "Find your legs."', f'line = "{"word " * 45}"', 16, "takes at least"),
        ("{at = 6,", "{at = 16,", 26, "expected seconds into the segment (0 to under 10), got 16"),
        ("{at = 6,", "{at = 0.5,", 25, "the next line begins at 0.5 s, not after this one (1 s)"),
        ("{at = 6,", "{at = 1.2,", 25, "text too long: it takes at least 0.8 s to say, but has 0.2 s"),
        ("{at = 6, say", "{at = 6, sya", 26, "unknown key 'sya'; did you mean 'say'?"),
        ("[[segment]]", "[segment]", 18, "not valid TOML"),
        (
            "palette = 0",
            "palette = ",
            8,
            "not valid TOML: Invalid value at column 11; texts and lengths stand in quotes",
        ),
        (
            'kind = "',
            "kind = Hills #",
            4,
            "not valid TOML: Invalid value at column 8; texts and lengths stand in quotes",
        ),
        ("seconds = 10", "seconds = 1:30", 13, 'lengths stand in quotes ("Hills", "1:30")'),
        ("cadence = [80, 90]", "cadence = 80, 90", 14, "ranges in brackets ([80, 95])"),
        ("palette = 0", "palette 0", 8, "write: key = value"),
        ("palette = 0", "palette = 0\npalette = 1", 9, "it stands there twice"),
        ('title = "Short Hill"', 'title = "Short Hill', 2, "is its closing quote missing?"),
        ("zone = 5", "zone = [5", 24, "the closing bracket is missing"),
        ("palette = 0\n", "", 1, "palette is missing; expected a whole number 0-5"),
        ('kind = "', '# kind = "', 1, "kind is missing"),
        ('name = "Climb"\n', "", 18, "name is missing; expected a text of at most 24 letters"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path, plan_text, good, bad, row, expected):
    assert good in plan_text
    told = faults(tmp_path, plan_text.replace(good, bad, 1))
    assert any(line.startswith(f":{row}: ") and expected in line for line in told), told


def test_a_line_at_no_moment_of_its_segment_is_the_only_fault(tmp_path, plan_text):
    late = plan_text.replace("{at = 1,", "{at = 70,", 1)
    assert late != plan_text
    [told] = faults(tmp_path, late)
    assert "expected seconds into the segment (0 to under 10), got 70" in told
    [told] = faults(tmp_path, plan_text.replace("{at = 6,", "{at = 70,", 1))
    assert told.startswith(":26: ") and "got 70" in told
    songs = 'song = [{at = 70, title = "One"}, {at = 2, title = "Two"}]\nname = "Climb"'
    [told] = faults(tmp_path, plan_text.replace('name = "Climb"', songs, 1))
    assert "got 70" in told


MORE = """\
collections = ["Beginners", "Hills of the week"]

[[segment]]
name = "Zones"
seconds = 30
power_zone = [2, 3]
song = [
  {at = 0, title = "Night Drive", artist = "The Pedals"},
  {at = 20, title = "Untitled"},
]
message = [{at = 5.5, text = "Sit tall."}]
"""


@pytest.fixture
def rich_text(plan_text) -> str:
    """A plan with everything an instructor may give."""
    return plan_text.split("[[segment]]")[0] + MORE


def test_songs_messages_power_zones_and_collections_reach_the_catalogue(tmp_path, rich_text):
    path = tmp_path / "plan.toml"
    path.write_text(rich_text)
    plan = read_plan(path)
    assert plan.collections == ("Beginners", "Hills of the week")
    record = plan.segments[0].record()
    assert record.songs == (Song(0.0, "Night Drive", "The Pedals"), Song(20.0, "Untitled"))
    assert (record.messages, record.power_zone) == ((Message(5.5, "Sit tall."),), (2, 3))
    assert zone_of(plan.segments[0]) == 3


@pytest.mark.parametrize(
    ("good", "bad", "row", "expected"),
    [
        ('["Beginners", "Hills of the week"]', '"Beginners"', 11, "expected a list of texts"),
        ('"Hills of the week"', '"Beginners"', 11, "'Beginners' stands there twice"),
        ('"Hills of the week"', "7", 11, "collections: expected a text in quotes, got 7"),
        ('"Hills of the week"', ", ".join(f'"{i}"' for i in range(9)), 11, "has 10 texts, at most 8"),
        ("power_zone = [2, 3]", "power_zone = [2, 8]", 16, "expected [low, high] within 1-7"),
        ("power_zone = [2, 3]", "power_zone = [3, 2]", 16, "the range is reversed: write [2, 3]"),
        ("{at = 20,", "{at = 30,", 19, "expected seconds into the segment (0 to under 30), got 30"),
        ("{at = 20,", "{at = 0,", 19, "song: at 0 s, but the one before it is at 0 s"),
        ('title = "Untitled"', 'titel = "Untitled"', 19, "unknown key 'titel'; did you mean 'title'?"),
        ('title = "Untitled"', 'artist = "A"', 19, "title is missing"),
        ('[{at = 5.5, text = "Sit tall."}]', '"Sit tall."', 21, "expected a list like"),
        ('text = "Sit tall."', f'text = "{"x" * 81}"', 21, "text too long: 81 letters, at most 80"),
        ("{at = 5.5, ", "{", 21, "expected seconds into the segment"),
    ],
)
def test_faults_in_what_goes_with_a_segment_are_told_with_their_line(tmp_path, rich_text, good, bad, row, expected):
    assert good in rich_text
    told = faults(tmp_path, rich_text.replace(good, bad, 1))
    assert any(line.startswith(f":{row}: ") and expected in line for line in told), told


def test_a_plan_says_its_language_which_is_english_otherwise(tmp_path, plan_text):
    path, effort = tmp_path / "plan.toml", "effort = 2\n"
    for told, language in (("", "en"), ('language = "fi"\n', "fi"), ('language = "PT-br"\n', "pt-BR")):
        path.write_text(plan_text.replace(effort, effort + told))
        assert read_plan(path).language == language
    assert name_of("pt-BR") == "Português (BR)" and name_of("tlh") == "tlh"
    for bad in ('"Portuguese"', "7", '""'):
        [told] = faults(tmp_path, plan_text.replace(effort, f"{effort}language = {bad}\n"))
        assert told.startswith(':6: language: expected a language tag (BCP 47), like "en"'), told


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path, plan_text):
    bad = plan_text.replace("effort = 2", "effort = 9").replace("[80, 90]", "[90, 80]").replace("zone = 5", "zone = 0")
    assert [line.split(":")[1] for line in faults(tmp_path, bad)] == ["5", "14", "23"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "id is missing"),
        ("", "expected at least one [[segment]]"),
        ("segment = 3\n", "expected tables headed [[segment]], with two brackets"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"# " + b"x" * (1 << 20), "a plan has at most"),
    ],
)
def test_a_file_that_is_no_plan_at_all(tmp_path, text, expected):
    assert any(expected in line for line in faults(tmp_path, text))


def test_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(PlanError, match=r"nowhere\.toml: cannot be read: No such file or directory"):
        read_plan(tmp_path / "nowhere.toml")


def test_a_mark_of_the_encoding_is_no_fault(tmp_path, plan_text):
    path = tmp_path / "plan.toml"
    path.write_text(plan_text, encoding="utf-8-sig")
    assert read_plan(path).id == "short-hill"


def test_windows_line_ends_keep_the_count(tmp_path, plan_text):
    told = faults(tmp_path, plan_text.replace("zone = 5", "zone = 9").replace("\n", "\r\n"))
    assert told == [":23: zone: expected a whole number 1-7, got 9"]


@pytest.mark.parametrize("path", DEMOS, ids=lambda path: path.stem)
def test_the_demo_classes_are_good_plans(path):
    plan = read_plan(path)
    assert all(segment.lines and 1 <= zone_of(segment) <= 7 for segment in plan.segments)
    assert not any("!" in line.say for segment in plan.segments for line in segment.lines)


def test_the_demo_classes_are_of_different_kinds():
    plans = [read_plan(path) for path in DEMOS]
    assert [plan.duration_s for plan in plans] == [300, 480, 720]
    assert len({plan.kind for plan in plans}) == len({plan.motif for plan in plans}) == len(plans) == 3
