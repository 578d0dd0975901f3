"""Catalogues to search in."""

from __future__ import annotations

import itertools
import random

from sync.records import FitnessClass, Segment

COACHES = ("Ines Aragón", "Tom Okafor", "Mia Lindqvist", "Söre Ødegård", "Jun Park", "Lea Weiß")
KINDS = ("Hills", "Intervals", "Sprints", "Recovery", "Rhythm", "Endurance")
MUSIC = ("Synthwave", "Indie", "House", "Hip-hop", "Classical", "Eighties")
FIRST = ("Sunset", "Canyon", "Night", "Harbour", "Alpine", "Desert", "Velvet", "Neon", "River", "Thunder", "Copper")
SECOND = ("Climb", "Road", "Sprints", "Ladder", "Pyramid", "Roll", "Breakaway", "Tempo", "Descent", "Switchbacks")
SHELVES = ("For beginners", "Race season", "Lunch breaks", "Long Sundays")


def one_class(class_id: str = "a", **changes: object) -> FitnessClass:
    """A class; what is not named is ordinary."""
    given = {
        "id": class_id,
        "title": "Sunset Climb",
        "coach": "Ines Aragón",
        "kind": "Hills",
        "effort": 2,
        "music": "Synthwave",
        "motif": "ridges",
        "palette": 0,
        "duration_s": 1800,
        "segments": (Segment("Roll out", 1800),),
        "playlist": f"/media/{class_id}/master.m3u8",
        **changes,
    }
    return FitnessClass(**given)  # type: ignore[arg-type]


def catalogue(count: int, seed: int = 1) -> list[FitnessClass]:
    """So many classes, no two of one title."""
    luck = random.Random(seed)
    titles = itertools.product(range(1, 10_000), FIRST, SECOND)
    return [
        one_class(
            f"class-{i}",
            title=f"{first} {second} {number}",
            coach=luck.choice(COACHES),
            kind=luck.choice(KINDS),
            music=luck.choice(MUSIC),
            effort=luck.randint(1, 3),
            duration_s=luck.choice((600, 1200, 1800, 2700, 3600)),
            published_at=1_700_000_000.0 + i,
            collections=tuple(luck.sample(SHELVES, luck.randint(0, 2))),
            description=f"{luck.choice(FIRST)} air, {luck.choice(SECOND).lower()} legs and a long way home.",
        )
        for i, (number, first, second) in enumerate(itertools.islice(titles, count))
    ]
