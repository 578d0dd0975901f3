"""``python -m sync.cloud edge config | sign``: what an nginx in front of the classes needs."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from sync.cloud.catalogue import SLUG
from sync.cloud.data_directory import find
from sync.cloud.edge import nginx, signing
from sync.cloud.errors import CloudError

PROGRAM = "python -m sync.cloud edge"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options) or 0)
    except CloudError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
    except OSError as error:
        print(f"{PROGRAM}: {error.filename}: {error.strerror}; choose another place", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=PROGRAM, description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    words = "write the configuration of an edge, to be started with nginx -c FILE"
    config = commands.add_parser("config", help=words, description=words)
    config.add_argument("--origin", required=True, metavar="URL", help="where the cloud answers")
    config.add_argument("--live", action="append", default=[], metavar="URL", help="a live origin, for /live/ (repeat)")
    config.add_argument("--cache", type=Path, required=True, metavar="DIR", help="where the edge keeps what it fetched")
    config.add_argument("--size", default="20g", help="how much it keeps (20g)")
    config.add_argument("--listen", default="8090", metavar="PORT", help="port, or address:port (8090)")
    config.add_argument("--rate", type=int, default=nginx.RATE, help=f"asks a second of one address ({nginx.RATE})")
    config.add_argument(
        "--out", type=Path, metavar="FILE", help="write it there, for its owner only, not to the screen"
    )
    config.set_defaults(run=_config)
    words = "print the address of a class on an edge, good for half a day or a whole one"
    sign = commands.add_parser("sign", help=words, description=words)
    sign.add_argument("class_id")
    sign.add_argument("--edge", default="", metavar="URL", help="the edge's address, to stand before it")
    sign.set_defaults(run=_sign)
    for command in (config, sign):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the cloud's directory")
    return parser


def _config(options: argparse.Namespace) -> None:
    options.cache.mkdir(parents=True, exist_ok=True)
    secret = signing.secret_of(find(options.data).parent)
    live = tuple(options.live)
    text = nginx.text(
        nginx.EdgeConfig(options.origin, secret, options.cache, options.listen, options.size, live, options.rate)
    )
    if options.out is None:
        print(text, end="")
        return
    with os.fdopen(os.open(options.out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    print(f"Start the edge with: nginx -c {options.out.absolute()}")


def _sign(options: argparse.Namespace) -> None:
    if not SLUG.fullmatch(options.class_id):
        raise CloudError(f"{options.class_id!r:.80} is no id of a class")
    secret = signing.secret_of(find(options.data).parent)
    before = signing.prefix(secret, options.class_id, signing.expiry(time.time()))
    print(f"{options.edge.rstrip('/')}{before}/media/{options.class_id}/")


if __name__ == "__main__":
    sys.exit(main())
