"""The gateway by itself, for technicians and benches: prints the address to open in any player.

python -m console.gateway URL [URL ...]      the class's multivariant playlist, on each server that has it
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import signal
import sys
import threading
from collections.abc import Sequence

from console.gateway import Gateway, GatewaySettings, Unavailable, View


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve one class until a signal comes; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m console.gateway", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("urls", nargs="+", metavar="URL", help="the class's playlist, one address a server, best first")
    parser.add_argument("--panel-height", type=int, default=1080, metavar="ROWS", help="of the screen (default 1080)")
    parser.add_argument("--max-rate", type=float, metavar="MBIT", help="most that a second of picture may take")
    parser.add_argument("--ahead", type=float, default=24.0, metavar="SECONDS", help="of film to fetch ahead (24)")
    parser.add_argument("--json", action="store_true", help="print what is known, and the figures at the end, as JSON")
    options = parser.parse_args(arguments)
    rate = round(options.max_rate * 1_000_000) if options.max_rate else None
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    gateway = Gateway(settings=GatewaySettings(ahead_s=options.ahead))
    try:
        view = gateway.view(options.urls, panel_height=options.panel_height, max_rate_bps=rate)
        _tell_opened(view, options.json)
        ended.wait()
        _tell_figures(view, options.json)
    except Unavailable as error:
        print(f"{error.reason}\n{error.remedy}", file=sys.stderr)
        return 1
    finally:
        gateway.close()
    return 0


def _tell_opened(view: View, as_json: bool) -> None:
    outline = view.outline()
    sizes = [f"{width}x{height}" for width, height in outline.sizes]
    if as_json:
        print(json.dumps({"url": view.url, "length_s": outline.length_s, "sizes": sizes}), flush=True)
        return
    length = "live" if outline.length_s is None else f"{outline.length_s:.0f} s"
    print(f"{view.url}\n{length}, {', '.join(sizes) or 'one rung'}; stop with Ctrl-C", flush=True)


def _tell_figures(view: View, as_json: bool) -> None:
    figures = dataclasses.asdict(view.quality)
    told = {name: figures[name] for name in ("rungs", "switches", "bytes_by_pathway", "failovers", "path")}
    if as_json:
        print(json.dumps(told), flush=True)
        return
    print(
        "\nseconds by rung:", ", ".join(f"{rung}p {seconds:.0f}" for rung, seconds in told["rungs"].items()) or "none"
    )
    print(
        "bytes by server:", ", ".join(f"{host} {count}" for host, count in told["bytes_by_pathway"].items()) or "none"
    )
    print(f"changes of rung: {told['switches']}; pieces another server stepped in for: {told['failovers']}")


if __name__ == "__main__":
    sys.exit(main())
