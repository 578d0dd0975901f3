"""``python -m sync.cloud classes build | publish | list | rollback | remove``: make the classes that tablets can ride.

With ``--json``, build prints one object a line: ``{"ready": id, …}`` each time a class can be ridden (at once for one
that is already there), and a last one with ``built``, ``unchanged`` and ``error``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from sync.cloud.classes import ffmpeg, ladder, publish_command
from sync.cloud.classes.errors import BadArguments, MakerError, PlanError, Problem
from sync.cloud.classes.plan_file import read_plan
from sync.cloud.classes.progress import Progress, clock
from sync.cloud.classes.shelf import Shelf
from sync.cloud.data_directory import expect
from sync.cloud.errors import CloudError
from sync.cloud.storage.address import EXAMPLE, stores_at
from sync.cloud.storage.errors import StorageError

PROGRAM = "python -m sync.cloud classes"
BEHIND_NICENESS = 15


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 something given is wrong, 130/143 interrupted."""
    options = _parser().parse_args(argv)
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        return int(options.run(options))
    except (MakerError, StorageError) as error:
        return _tell_error(error, options.json)
    except CloudError as error:
        return _tell_error(MakerError(str(error)), options.json)
    except OSError as error:
        if (known := ffmpeg.from_os(error)) is None:
            raise
        return _tell_error(known, options.json)
    except KeyboardInterrupt:
        return 130
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def _tell_error(error: MakerError | StorageError, as_json: bool) -> int:
    print(f"{error}\n{error.remedy}" if error.remedy else str(error), file=sys.stderr)
    if as_json:
        _put({"error": str(error), "remedy": error.remedy})
    return error.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=(__doc__ or "").split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = _add(commands, "build", _build, "make classes from plans; a folder stands for the plans in it, by name")
    build.add_argument("plans", type=Path, nargs="*", metavar="PLAN", help="a plan (TOML), or a folder of plans")
    build.add_argument("--all", type=Path, metavar="DIR", help="all plans of a folder, as if it were given as PLAN")
    build.add_argument("--video", type=Path, metavar="FILE", help="a video in place of the drawn picture (one PLAN)")
    build.add_argument("--rungs", type=_heights, default=(1080, 720, 360), help="heights to make (1080,720,360)")
    build.add_argument("--quick", action="store_true", help="360p only, to try a plan out")
    build.add_argument("--force", action="store_true", help="make again what is unchanged")
    publish_command.add_arguments(_add(commands, "publish", _publish, publish_command.WORDS))
    _add(commands, "list", _list, "list the classes that can be ridden")
    back = _add(commands, "rollback", _roll_back, "offer again the version of a class before this one")
    back.add_argument("id")
    remove = _add(commands, "remove", _remove, "take a class away")
    remove.add_argument("id")
    return parser


def _add(commands: Any, name: str, run: object, words: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=words.partition(":")[0], description=words)
    command.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the cloud's directory (data)")
    command.add_argument("--store", default="", metavar="URL", help=f"where the classes go, if not into DIR: {EXAMPLE}")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def _shelf(options: argparse.Namespace) -> Shelf:
    return Shelf(options.data, stores_at(options.store, options.data))


def _shelf_there(options: argparse.Namespace) -> Shelf:
    """For what only looks at classes, or takes them away: a mistyped directory is no empty shelf."""
    if not options.store:
        expect(options.data)
    return _shelf(options)


def _heights(text: str) -> tuple[int, ...]:
    try:
        heights = tuple(int(part) for part in text.split(","))
    except ValueError:
        heights = ()
    if not heights or not set(heights) <= set(ladder.HEIGHTS):
        raise argparse.ArgumentTypeError(f"expected some of {','.join(map(str, ladder.HEIGHTS))}, got {text!r}")
    return heights


def _build(options: argparse.Namespace) -> int:
    from sync.cloud.classes import video
    from sync.cloud.classes.production import Order  # with numpy and Pillow: not needed to list or to refuse

    paths = _plan_files([*options.plans, *([options.all] if options.all else [])])
    if options.video and len(paths) != 1:
        raise BadArguments("--video goes with exactly one PLAN", "build the others without it")
    heights, film, plans = (360,) if options.quick else options.rungs, None, _read_all(paths)
    if options.video:
        film = video.look_into(options.video, plans[0][1])
        heights = video.worth_making(film, heights)
    orders = [Order(path, plan, heights, film, options.force) for path, plan in plans]
    shelf = _shelf(options)
    if options.store:
        shelf.check()
    return _Line(options, shelf).work_off(orders)


def _plan_files(given: list[Path]) -> list[Path]:
    files = [file for path in given for file in _plans_at(path)]
    if not files:
        where = ", ".join(map(str, given)) or "the command line"
        raise BadArguments(f"no plan in {where}", f"name one, as in '{PROGRAM} build PLAN.toml --data DIR'")
    return files


def _plans_at(path: Path) -> list[Path]:
    try:
        return sorted(file for file in path.iterdir() if file.suffix == ".toml")
    except PermissionError as error:
        raise BadArguments(f"{path}: {error.strerror}", "give yourself the right to it, or name another") from None
    except OSError:
        return [path]  # no folder: reading it will tell


def _read_all(paths: list[Path]) -> list[tuple[Path, Any]]:
    """All plans, or every fault of all of them."""
    plans, faults = [], []
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            plan = read_plan(path)
            if (other := seen.setdefault(plan.id, path)) != path:
                raise PlanError(path, [Problem(0, f"id {plan.id!r} is also that of {other}; each class needs its own")])
            plans.append((path, plan))
        except PlanError as error:
            faults.append(str(error))
    if faults:
        wrong = MakerError("\n".join(faults), "nothing was made; mend the plans and build again")
        wrong.exit_status = PlanError.exit_status
        raise wrong
    return plans


class _Line:
    """The orders, one after the other: the first class to where it can be ridden, then all else at low priority."""

    def __init__(self, options: argparse.Namespace, shelf: Shelf) -> None:
        self._json, self._shelf, self._began = options.json, shelf, time.monotonic()
        self._progress = Progress(sys.stderr)
        self._built: list[str] = []
        self._ready: list[str] = []

    def work_off(self, orders: list[Any]) -> int:
        waiting = []
        for order in orders:
            if missing := order.missing(self._shelf):
                waiting.append((order, missing))
            else:
                self._tell_ready(order)
        if waiting:
            self._shelf.check()
            with self._shelf.making(
                lambda: self._progress.say("Another maker is at work here; waiting for it.")
            ) as work:
                for order, _ in waiting:
                    self._make(order, work)
        unchanged = [order.plan.id for order in orders if order.plan.id not in self._built]
        if self._json:
            _put({"built": self._built, "unchanged": unchanged, "seconds": round(time.monotonic() - self._began, 1)})
        return 0

    def _make(self, order: Any, work: Path) -> None:
        from sync.cloud.classes.production import Production, in_passes

        missing = order.missing(self._shelf)  # another maker may have made it while this one waited
        if len(missing) < len(order.heights):
            self._tell_ready(order)
        if not missing:
            return
        production = Production(order, self._shelf, work, self._progress, time.time)
        for heights in in_passes(missing):
            production.make(heights)
            self._tell_ready(order)
        self._built.append(order.plan.id)

    def _tell_ready(self, order: Any) -> None:
        """Say once that a class can be ridden; from the first on, work goes on in the background."""
        class_id = order.plan.id
        if class_id in self._ready:
            return
        self._ready.append(class_id)
        seconds = round(time.monotonic() - self._began, 1)
        if self._json:
            _put({"ready": class_id, "title": order.plan.title, "seconds": seconds})
            self._progress = Progress(None)  # whoever reads the lines goes on now; a bar would be in the way
        else:
            print(f"{order.plan.title} is ready to ride ({clock(seconds)}).", flush=True)
        if len(self._ready) == 1:
            _step_back()


def _step_back() -> None:
    """From here on, this process and those it starts only take what the machine's other programs leave."""
    os.nice(BEHIND_NICENESS)
    if hasattr(os, "SCHED_IDLE"):  # niceness alone still takes pictures from a class that is being ridden
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _put(line: dict[str, Any]) -> None:
    """One line of JSON; that nobody reads any more is no reason to stop."""
    with contextlib.suppress(BrokenPipeError):
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _list(options: argparse.Namespace) -> int:
    shelf = _shelf_there(options)
    for one in shelf.classes():
        heights = sorted(shelf.rungs(one.id), reverse=True)
        if options.json:
            facts = {"id": one.id, "title": one.title, "seconds": one.duration_s, "rungs": heights}
            _put({**facts, "bytes": one.size_bytes, "revision": one.revision})
        else:
            rungs, size = ", ".join(f"{height}p" for height in heights), (one.size_bytes or 0) / 1e6
            print(f"{one.id:<24} {clock(one.duration_s):>6}  {size:6.1f} MB  {rungs:<18} {one.title}")
    return 0


def _publish(options: argparse.Namespace) -> int:
    return publish_command.run(options, _shelf(options), _put)


def _roll_back(options: argparse.Namespace) -> int:
    version = _shelf_there(options).roll_back(options.id)
    if options.json:
        _put({"offered": options.id, "revision": version.revision, "before": version.before})
    else:
        print(f"{version.record.title} is offered as it was before. The same command again takes this back.")
    return 0


def _remove(options: argparse.Namespace) -> int:
    if not _shelf_there(options).remove(options.id):
        raise MakerError(
            f"there is no class {options.id!r}", f"see which there are with '{PROGRAM} list --data {options.data}'"
        )
    if options.json:
        _put({"removed": options.id})
    return 0


if __name__ == "__main__":
    sys.exit(main())
