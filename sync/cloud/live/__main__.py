"""``python -m sync.cloud live CLASS | schedule | list | cancel | end``: classes as they happen.

CLASS is the id of a scheduled class, or a plan (TOML), which is then scheduled for now.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.cloud.classes.errors import MakerError
from sync.cloud.data_directory import expect
from sync.cloud.errors import CloudError
from sync.cloud.live import planning
from sync.cloud.live.ending import GRACE_S
from sync.cloud.schedule import Planned, Schedule, Seen, state_of
from sync.cloud.storage.address import EXAMPLE, stores_at
from sync.cloud.storage.errors import StorageError

PROGRAM = "python -m sync.cloud live"
COMMANDS = ("schedule", "list", "cancel", "end")
RUNGS = (720, 360)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 failed, 2 something given is wrong."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] not in COMMANDS and not arguments[0].startswith("-"):
        arguments = ["run", *arguments]
    parser = _parser()
    if arguments and arguments[0].startswith("-") and arguments[0] not in ("-h", "--help"):
        parser.error(f"name a class or a command first: {PROGRAM} CLASS --data DIR, or {PROGRAM} list --data DIR")
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except (CloudError, MakerError, StorageError) as error:
        remedy = getattr(error, "remedy", "")
        print(f"{PROGRAM}: {error}" + (f"\n{remedy}" if remedy else ""), file=sys.stderr)
        return getattr(error, "exit_status", 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=(__doc__ or "").split("\n\n")[0])
    commands = parser.add_subparsers(required=True, metavar="CLASS | COMMAND")
    _add_run(commands)
    schedule = _add(commands, "schedule", _schedule, "plan a live class, or move it")
    schedule.add_argument("plan", type=Path, metavar="PLAN", help="its plan (TOML)")
    schedule.add_argument("--at", type=_moment, required=True, metavar="TIME", help="like 2026-11-28T18:00")
    schedule.add_argument(
        "--origin", action="append", default=[], metavar="URL", help="an origin's HTTP address; twice for two"
    )
    schedule.add_argument("--id", help="the class id (the plan's, with date and time)")
    words = f"where the cloud has its classes, if not in DIR: {EXAMPLE}"
    schedule.add_argument("--store", default="", metavar="URL", help=words)
    _add(commands, "list", _list, "list the live classes")
    for name, run, words in (("cancel", _cancel, "take a class off"), ("end", _end, "end a class before its time")):
        _add(commands, name, run, words).add_argument("id")
    return parser


def _add_run(commands: Any) -> None:
    run = _add(commands, "run", _run, "be an origin of CLASS, until SIGTERM or Ctrl-C")
    run.add_argument("fitness_class", metavar="CLASS", help="the id of a scheduled class, or a plan (TOML)")
    run.add_argument("--name", default="", help="this origin's name; each origin of a class needs its own")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1); 0.0.0.0 for a network")
    run.add_argument("--rtmp", type=_port, metavar="PORT", help="take RTMP here (1935, when no --srt is given)")
    run.add_argument("--srt", type=_port, metavar="PORT", help="take SRT here")
    run.add_argument("--http", type=_port, default=8091, metavar="PORT", help="HLS and live.json (TCP, 8091)")
    run.add_argument("--feed", type=_port, default=8091, metavar="PORT", help="the SRT feed for consoles (UDP, 8091)")
    run.add_argument("--rungs", type=_heights, default=RUNGS, help="heights to make (720,360)")
    run.add_argument(
        "--feed-latency", type=int, default=120, metavar="MS", help="what SRT may take to mend losses (120)"
    )
    run.add_argument("--srt-latency", type=int, default=200, metavar="MS", help="the same, from the encoder (200)")
    run.add_argument("--grace", type=float, default=GRACE_S, metavar="S", help="how much longer a class may take (120)")
    run.add_argument("--store", default="", metavar="URL", help=f"where the classes go, if not into DIR: {EXAMPLE}")
    run.add_argument("--verbose", action="store_true", help="log more")


def _add(commands: Any, name: str, run: object, words: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.add_argument("--data", type=Path, default=Path("data"), metavar="DIR", help="the cloud's directory (data)")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: choose 1 to 65535, or 0 for any free one")
    return int(text)


def _heights(text: str) -> tuple[int, ...]:
    heights = tuple(int(part) for part in text.split(",") if part.isdigit())
    if not heights or len(heights) > 4 or not all(90 <= height <= 1080 and height % 18 == 0 for height in heights):
        raise argparse.ArgumentTypeError(f"expected heights of 16:9 pictures like 720,360 (at most four), got {text!r}")
    return heights


def _moment(text: str) -> float:
    try:
        return planning.moment(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a time like 2026-11-28T18:00, got {text!r}") from None


def _run(options: argparse.Namespace) -> None:
    from sync.cloud.live.serving import Wanted, serve  # with a web server: not for the small commands

    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    stores_at(options.store, options.data)  # a mistyped address is told now, not after the class
    class_id = options.fitness_class
    if class_id.endswith(".toml"):
        planned, plan = planning.put(options.data, Path(class_id), time.time(), (), time.time()), Path(class_id)
        _warn_without_origin(planned, plan, options.data, options.store)
        class_id = planned.id
    else:
        expect(options.data)
        if fault := planning.fault_of_plan(options.data, class_id):
            print(f"What is recorded cannot become a class until its plan is mended: {fault}", file=sys.stderr)
    rtmp = 1935 if options.rtmp is None and options.srt is None else options.rtmp
    wanted = Wanted(
        data=options.data,
        store=options.store,
        class_id=class_id,
        name=options.name,
        host=options.host,
        http=options.http,
        feed=options.feed,
        rtmp=rtmp,
        srt=options.srt,
        heights=options.rungs,
        feed_latency_ms=options.feed_latency,
        srt_latency_ms=options.srt_latency,
        grace_s=options.grace,
        json=options.json,
    )
    asyncio.run(serve(wanted))


def _schedule(options: argparse.Namespace) -> None:
    expect(options.data)
    stores = stores_at(options.store, options.data) if options.store else None
    planned = planning.put(options.data, options.plan, options.at, options.origin, time.time(), options.id, stores)
    _tell(planned, options.json)
    _warn_without_origin(planned, options.plan, options.data, options.store)
    if not options.json:
        also = "" if options.store else " (with --store, where the cloud has it)"
        print(f"Each origin{also}: {_origin(planned, options.data, options.store)}")


def _origin(planned: Planned, data: Path, store: str = "") -> str:
    return f"{PROGRAM} {shlex.join([planned.id, '--data', str(data), *_with_store(store)])}"


def _with_store(store: str) -> list[str]:
    return ["--store", store] if store else []


def _warn_without_origin(planned: Planned, plan: Path, data: Path, store: str) -> None:
    if planned.origins:
        return
    at = datetime.fromtimestamp(planned.starts_at).astimezone().isoformat()
    words = ["schedule", str(plan), "--at", at, "--id", planned.id, "--origin", "http://HOST:8091", "--data", str(data)]
    again = f"{PROGRAM} {shlex.join([*words, *_with_store(store)])}"
    print(f"No console can show this class: it has no origin's address. To give it one: {again}", file=sys.stderr)


def _list(options: argparse.Namespace) -> None:
    expect(options.data)
    for planned in Schedule(options.data, time.monotonic).all():
        _tell(planned, options.json)


def _cancel(options: argparse.Namespace) -> None:
    expect(options.data)
    _tell(planning.cancel(options.data, options.id, time.time()), options.json)


def _end(options: argparse.Namespace) -> None:
    expect(options.data)
    planned = planning.end(options.data, options.id, time.time())
    _tell(planned, options.json)
    if not options.json:
        print("Its origins make a class of what they recorded. If none runs any more, this does (with --store, where")
        print(f"the cloud has it): {_origin(planned, options.data)}")


def _tell(planned: Planned, as_json: bool) -> None:
    state = state_of(planned, Seen(shown=True), time.time())  # by its plan: the origins are not asked
    if as_json:
        facts = {"id": planned.id, "title": planned.fitness_class.title, "starts_at": planned.starts_at}
        facts |= {"ends_at": planned.ends_at, "origins": planned.origins, "key": planned.key}
        facts |= {"cancelled": planned.cancelled, "ended_at": planned.ended_at, "state": state}
        print(json.dumps(facts, ensure_ascii=False))
        return
    at = datetime.fromtimestamp(planned.starts_at).astimezone()
    print(f"{planned.id:<40} {at:%a %Y-%m-%d %H:%M}  key {planned.key}  {planned.fitness_class.title}  {state}")


if __name__ == "__main__":
    sys.exit(main())
