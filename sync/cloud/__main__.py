"""``python -m sync.cloud serve | codes new | tablets list | tablets revoke | classes … | live … | edge …``"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import logging
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sync.cloud.accounts import CODE_LIFE_S, Accounts
from sync.cloud.data_directory import find
from sync.cloud.database import POSTGRES
from sync.cloud.errors import CloudError
from sync.cloud.storage.address import EXAMPLE
from sync.cloud.storage.errors import StorageError
from sync.cloud.store import Store

DATABASE = "postgresql://user@host/name"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in ("classes", "edge", "live"):
        return int(importlib.import_module(f"sync.cloud.{arguments[0]}.__main__").main(arguments[1:]) or 0)
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except CloudError as error:
        print(f"python -m sync.cloud: {error}", file=sys.stderr)
        return 1
    except StorageError as error:
        print(f"python -m sync.cloud: {error}: {error.remedy}", file=sys.stderr)
        return error.exit_status


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: choose 1 to 65535, or 0 for any free one")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of codes: choose 1 or more")
    return int(text)


def _database(text: str) -> str:
    if text and not text.startswith(POSTGRES):
        raise argparse.ArgumentTypeError(f"{text!r:.80} is no address of a database: write it like {DATABASE}")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sync.cloud", description="The cloud behind the bikes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    codes = commands.add_parser("codes", help="one-time codes that enrol tablets").add_subparsers(required=True)
    new = _add(codes, "new", _new_codes, "print a code, good for one tablet within an hour")
    new.add_argument("--count", type=_count, default=1, help="how many (1)")
    tablets = commands.add_parser("tablets", help="the tablets that are enrolled").add_subparsers(required=True)
    _add(tablets, "list", _list_tablets, "list them")
    revoke = _add(tablets, "revoke", _revoke_tablet, "end a tablet's access; its rides stay")
    revoke.add_argument("tablet_id")
    commands.add_parser("edge", help="configure nginx in front of the classes; 'edge --help'", add_help=False)
    commands.add_parser("classes", help="make and list classes; 'classes --help' tells more", add_help=False)
    commands.add_parser("live", help="classes as they happen; 'live --help' tells more", add_help=False)
    return parser


def _add_serve(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = _add(commands, "serve", _serve, "run the broker and the HTTP side until SIGTERM or Ctrl-C")
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1); 0.0.0.0 for a network")
    command.add_argument("--port", type=_port, default=8080, help="HTTP port (8080); 0 takes any free one, everywhere")
    command.add_argument("--mqtt-port", type=_port, default=1883, help="MQTT port for tablets (1883)")
    command.add_argument("--nats-port", type=_port, default=4222, help="NATS port, on loopback only (4222)")
    command.add_argument("--store", default="", metavar="URL", help=f"where the classes lie, if not in DIR: {EXAMPLE}")
    command.add_argument("--edge", action="append", default=[], metavar="URL", help="an edge in front of it (repeat)")
    command.add_argument("--verbose", action="store_true", help="log more")


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: object, words: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=words, description=words)
    command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the cloud's directory")
    command.add_argument(
        "--database", type=_database, default="", metavar="URL", help=f"the store, if not a file in DIR: {DATABASE}"
    )
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=run)
    return command


def _serve(options: argparse.Namespace) -> None:
    from sync.cloud.serve import Wanted, serve  # with all of the web framework: not for the small commands

    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    ports = (options.port, options.mqtt_port, options.nats_port)
    asyncio.run(
        serve(
            Wanted(
                options.data, options.host, *ports, options.json, options.store, tuple(options.edge), options.database
            )
        )
    )


def _new_codes(options: argparse.Namespace) -> None:
    with closing(_store(options)) as store:
        codes = [Accounts(store).new_code(time.time()) for _ in range(options.count)]
    if options.json:
        print(json.dumps({"codes": codes, "expires_in_s": CODE_LIFE_S}))
    else:
        print("\n".join(codes))


def _list_tablets(options: argparse.Namespace) -> None:
    with closing(_store(options)) as store:
        tablets = Accounts(store).tablets()
    if options.json:
        keys = ("id", "name", "enrolled_at", "revoked_at")
        print(json.dumps({"tablets": [{key: getattr(tablet, key) for key in keys} for tablet in tablets]}))
        return
    for tablet in tablets:
        state = "revoked " if tablet.revoked_at else "enrolled"
        since = datetime.fromtimestamp(tablet.revoked_at or tablet.enrolled_at)
        print(f"{tablet.id}  {state} {since:%Y-%m-%d %H:%M}  {tablet.name}")


def _revoke_tablet(options: argparse.Namespace) -> int:
    with closing(_store(options)) as store:
        done = Accounts(store).revoke(options.tablet_id, time.time())
    if options.json:
        print(json.dumps({"revoked": done}))
    elif not done:
        print(f"no tablet {options.tablet_id} has access; see 'tablets list'", file=sys.stderr)
    return 0 if done else 1


def _store(options: argparse.Namespace) -> Store:
    return Store.open(options.database or find(options.data))


if __name__ == "__main__":
    sys.exit(main())
