"""``python -m sync.cloud edge config | sign``: what an nginx in front of the classes needs."""

from __future__ import annotations

import argparse
import os
import pwd
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sync.cloud.catalogue import SLUG
from sync.cloud.data_directory import MIRROR, find
from sync.cloud.edge import nginx, signing, worker
from sync.cloud.edge.edges import edges_at
from sync.cloud.errors import CloudError
from sync.cloud.storage.address import EXAMPLE, stores_at
from sync.cloud.storage.errors import StorageError

PROGRAM = "python -m sync.cloud edge"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options) or 0)
    except CloudError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
    except StorageError as error:
        print(f"{PROGRAM}: {error}: {error.remedy}", file=sys.stderr)
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
    sign.add_argument("--store", default="", metavar="URL", help=f"where the classes lie, if not in DIR: {EXAMPLE}")
    sign.set_defaults(run=_sign)
    for command in (config, sign):
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the cloud's directory")
    return parser


def _config(options: argparse.Namespace) -> None:
    cloud, user = find(options.data).parent, worker.unprivileged()
    checked = nginx.EdgeConfig(
        options.origin,
        secret="",
        cache=options.cache,
        listen=options.listen,
        size=options.size,
        live=tuple(options.live),
        rate=options.rate,
        user=worker.directive(user),
    )
    if options.out is None:  # perhaps for another machine: nothing is made on this one
        print(nginx.text(replace(checked, secret=signing.secret_of(cloud))), end="")
        return
    out, cache = options.out.resolve(), options.cache.resolve()
    _check_places(out, cache, user)
    worker.make(cache)
    text = nginx.text(replace(checked, secret=signing.secret_of(cloud)))
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    print(f"Start the edge with: nginx -c {out}")


def _check_places(out: Path, cache: Path, user: pwd.struct_passwd | None) -> None:
    """Raises :class:`BadConfig` before anything is made."""
    if out.is_dir():
        raise nginx.BadConfig(f"{out} is a folder: name a file with --out")
    if not out.parent.is_dir():
        raise nginx.BadConfig(f"there is no folder {out.parent}: choose another place with --out")
    if user is not None and (closed := worker.closed_to(user, cache)) is not None:
        raise nginx.BadConfig(
            f"nginx serves as {user.pw_name}, who may not enter {closed}: choose another place with --cache"
        )


def _sign(options: argparse.Namespace) -> None:
    if not SLUG.fullmatch(options.class_id):
        raise CloudError(f"{options.class_id!r:.80} is no id of a class")
    edge = edges_at([options.edge])[0].url if options.edge else ""
    cloud = find(options.data).parent
    if not _is_offered(options.class_id, cloud, options.store):
        raise CloudError(f"there is no class {options.class_id!r}: 'python -m sync.cloud classes list' tells which are")
    before = signing.prefix(signing.secret_of(cloud), options.class_id, signing.expiry(time.time()))
    print(f"{edge}{before}/media/{options.class_id}/")


def _is_offered(class_id: str, cloud: Path, store: str) -> bool:
    """Whether the store of a cloud has a class, or what the cloud mirrors of a store elsewhere."""
    record = f"{class_id}/class.json"
    return stores_at(store, cloud).records.exists(record) or (not store and (cloud / MIRROR / record).is_file())


if __name__ == "__main__":
    sys.exit(main())
