"""Putting live classes on the schedule, changing and taking them off it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sync.cloud.catalogue import SLUG
from sync.cloud.classes.errors import PlanError
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.plan_file import read_plan
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.toml_lines import locate
from sync.cloud.data_directory import MIRROR, writing
from sync.cloud.live.errors import BadSchedule
from sync.cloud.schedule import NOTE, Planned, Schedule, folder_of
from sync.cloud.storage.address import Stores
from sync.cloud.storage.files import FileStorage
from sync.cloud.web_address import web_address
from sync.cloud.whole_file import replace_file
from sync.records import to_json

PLAN = "plan.toml"
KEY_LETTERS = 16
SEE_LIST = "see 'python -m sync.cloud live list'"


def moment(text: str) -> float:
    """A time as a person writes it, in Unix seconds; without a zone it is this machine's. Raises ``ValueError``."""
    return datetime.fromisoformat(text).astimezone().timestamp()


def dated_id(plan: Plan, starts_at: float) -> str:
    """The id of one live class of a plan: plans are ridden again and again, each time with its own leaderboard."""
    return f"{plan.id}-{datetime.fromtimestamp(starts_at).astimezone():%Y%m%d-%H%M}"


def put(
    data: Path,
    plan_file: Path,
    starts_at: float,
    origins: Sequence[str],
    now: float,
    class_id: str | None = None,
    stores: Stores | None = None,
) -> Planned:
    """Schedule a class; the one of that id is moved. ``stores`` have the classes, if ``data`` has not. Raises
    :class:`BadSchedule`, :class:`PlanError`, :class:`DirectoryError`, :class:`StorageError`."""
    plan = read_plan(plan_file)
    class_id = class_id or dated_id(plan, starts_at)
    _check_time(starts_at + plan.duration_s, now)
    _check(class_id, origins)
    if any(shelf.find(class_id) for shelf in _shelves(data, stores)):
        raise BadSchedule(f"there is a class {class_id!r} already", "give another id with --id")
    before = find(data, class_id, missing_ok=True)
    planned = Planned(
        fitness_class=replace(plan.record(now), id=class_id, playlist=f"/media/{class_id}/master.m3u8"),
        starts_at=starts_at,
        origins=tuple(origin.rstrip("/") for origin in origins),
        key=before.key if before else secrets.token_urlsafe(KEY_LETTERS)[:KEY_LETTERS],
        created_at=before.created_at if before else now,
        changed_at=now,
        sequence=before.sequence + 1 if before else 0,
    )
    text, folder = _with_id(plan_file.read_text(), class_id), folder_of(data, class_id)
    with writing(data):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / PLAN, text.encode())
    _write(data, planned)
    return planned


def cancel(data: Path, class_id: str, now: float) -> Planned:
    """Take a class off the schedule; calendars are told. Raises :class:`BadSchedule`."""
    return _change(data, class_id, now, cancelled=True)


def end(data: Path, class_id: str, now: float) -> Planned:
    """The class is over, whatever its plan says. Raises :class:`BadSchedule`."""
    return _change(data, class_id, now, ended_at=now)


def find(data: Path, class_id: str, missing_ok: bool = False) -> Planned | None:
    """A live class. Raises :class:`BadSchedule` when there is none, unless that is fine."""
    found = Schedule(data, lambda: 0.0).find(class_id)
    if found is None and not missing_ok:
        raise BadSchedule(f"there is no live class {class_id!r} in {data}", SEE_LIST)
    return found


def _change(data: Path, class_id: str, now: float, **changes: object) -> Planned:
    planned = find(data, class_id)
    assert planned is not None
    planned = replace(planned, changed_at=now, sequence=planned.sequence + 1, **changes)  # type: ignore[arg-type]
    _write(data, planned)
    return planned


def _write(data: Path, planned: Planned) -> None:
    content = json.dumps(to_json(planned), ensure_ascii=False, indent=1).encode()
    with writing(data):
        replace_file(folder_of(data, planned.id) / NOTE, content)


def _check_time(ends_at: float, now: float) -> None:
    if ends_at < now:
        over = datetime.fromtimestamp(ends_at).astimezone()
        raise BadSchedule(f"the class would be over since {over:%a %Y-%m-%d %H:%M}", "give a later time with --at")


def _check(class_id: str, origins: Sequence[str]) -> None:
    if not SLUG.fullmatch(class_id):
        raise BadSchedule(f"{class_id!r} is no class id", "use small letters, digits and hyphens, at most 80")
    for origin in origins:
        if web_address(origin) is None:
            raise BadSchedule(f"{origin!r} is no address of an origin", "write it like http://10.0.0.5:8091")


def fault_of_plan(data: Path, class_id: str) -> str | None:
    """Why nothing that is recorded of a class can become a class; ``None`` if it can, or where there is none."""
    if find(data, class_id, missing_ok=True) is None:
        return None
    try:
        read_plan(folder_of(data, class_id) / PLAN)
    except PlanError as error:
        return str(error)
    return None


def _shelves(data: Path, stores: Stores | None) -> tuple[Shelf, ...]:
    """Where classes are, or what a cloud on ``data`` has mirrored of them."""
    mirror = FileStorage(data / MIRROR)
    return Shelf(data), Shelf(data, stores or Stores(mirror, mirror))


def _with_id(text: str, class_id: str) -> str:
    """The text of a plan with another id."""
    lines = text.replace("\r\n", "\n").split("\n")
    row = locate(text.replace("\r\n", "\n"))[("id",)] - 1
    lines[row] = re.sub(r"""(?<==)(\s*)("[^"]*"|'[^']*')""", rf'\1"{class_id}"', lines[row], count=1)
    return "\n".join(lines)
