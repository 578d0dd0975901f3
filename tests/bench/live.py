"""A live class on our console, beside plain libVLC on the same feed, in the same run.

A camera films the clock, two live origins send it on; each picture tells when it was taken. Measured: from camera to
screen on each way; how long the picture stands when the feed is cut off, and how long until the feed is shown again;
how far the class clocks of three consoles are apart, two of them on the feeds of both origins, one on HLS.

Run: python -m tests.bench.live [--seconds 8] [--cuts 3]
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.live_latency import Console as PlainLibvlc
from tests.live.camera import RATE, Camera
from tests.live.origins import LONG, Origin, schedule
from tests.live_console.live_console import LiveConsole, Picture
from tests.live_console.udp_gate import UdpGate

FILL_S = 2.0  # after a way is first seen, until it is measured
CUT_S = 12.0  # how long a feed stays cut off


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each way is watched (8)")
    parser.add_argument("--cuts", type=int, default=3, help="how often the feed is cut off (3)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        schedule(Path(folder), "hour", plan=LONG)
        origins = [Origin(Path(folder), "hour", name).start() for name in ("a", "b")]
        camera = Camera(*(origin.encoder_url for origin in origins))
        gates = [UdpGate(int(origin.facts["feed"].rpartition(":")[2])) for origin in origins]
        try:
            for origin in origins:
                origin.await_state("live")
            time.sleep(FILL_S)
            agreement_and_latency(origins, gates, arguments.seconds)
            for cut in range(arguments.cuts):
                cut_off(origins, gates, cut)
        finally:
            camera.close()
            for gate in gates:
                gate.close()
            for origin in origins:
                origin.stop()


def join(origins: Sequence[Origin], srt: Sequence[UdpGate]) -> LiveConsole:
    """A console in the class."""
    hls = tuple(f"{origin.url}/master.m3u8" for origin in origins)
    return LiveConsole(hls, tuple(gate.url for gate in srt), time.time() - 60.0)


def agreement_and_latency(origins: Sequence[Origin], gates: Sequence[UdpGate], seconds: float) -> None:
    """Three consoles at once, then plain libVLC on both ways at once."""
    blocked = UdpGate(gates[0].target, shut=True)
    starts = [gates[:1], gates[1:], [blocked]]
    consoles = [join(origins, srt) for srt in starts]
    for console, path in zip(consoles, ("srt", "srt", "hls"), strict=True):
        console.see(path)
    time.sleep(FILL_S)
    seen = [
        console.see(path, round(seconds * RATE * 0.8), seconds * 8)
        for console, path in zip(consoles, ("srt", "srt", "hls"), strict=True)
    ]
    ahead = [console.clock_ahead_s(pictures) for console, pictures in zip(consoles, seen, strict=True)]
    for console in consoles:
        console.close()
    blocked.close()
    report("SRT, our console", late(seen[0] + seen[1]))
    report("HLS, our console", late(seen[2]))
    print(f"{'class clocks of three consoles':<42} apart {max(ahead) - min(ahead):6.3f} s", flush=True)
    plain = [PlainLibvlc(gates[0].url), PlainLibvlc(f"{origins[0].url}/master.m3u8", 1000)]
    watch(plain, seconds + FILL_S + 6.0)
    apart = []
    for words, one in zip(("SRT", "HLS"), plain, strict=True):
        latencies = [at - taken for at, taken in one.steady()]
        report(f"{words}, plain libVLC", latencies)
        apart.append(statistics.median(latencies) if latencies else float("nan"))
    print(f"{'pictures of plain libVLC on both ways':<42} apart {max(apart) - min(apart):6.3f} s", flush=True)


def cut_off(origins: Sequence[Origin], gates: Sequence[UdpGate], number: int) -> None:
    """The only feed is cut off for a while, for our console and for plain libVLC."""
    gate, console = gates[0], join(origins, gates[:1])
    plain = PlainLibvlc(gate.url)
    watching = threading.Thread(target=plain.play, args=(FILL_S + 2 * CUT_S + 14.0,))
    watching.start()
    console.see("srt", round((2 * FILL_S) * RATE))
    gate.shut, cut_s = True, time.time()
    console.see("hls")
    time.sleep(max(cut_s + CUT_S - time.time(), 0))
    gate.shut, open_s = False, time.time()
    back_s = console.see("srt", within_s=60.0)[-1].at_s - open_s
    stand_s, lag_s = console.longest_stand_s(cut_s) + console.lag_s, console.lag_s
    console.close()
    watching.join()
    new = [at for (at, taken), (_, before) in zip(plain.shown[1:], plain.shown, strict=False) if taken != before]
    times = [at for at in new if at >= cut_s - 1.0] + [plain.shown[-1][0]]
    plain_s = max(after - before for before, after in itertools.pairwise(times))
    print(
        f"feed cut off {CUT_S:.0f} s, {number + 1}: picture stood {stand_s:.2f} s (a turn {lag_s:.2f} s), "
        f"the feed was back {back_s:.1f} s after it could be; plain libVLC stood {plain_s:.1f} s",
        flush=True,
    )


def watch(players: Sequence[PlainLibvlc], seconds: float) -> None:
    """All at once."""
    threads = [threading.Thread(target=player.play, args=(seconds,)) for player in players]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def late(pictures: Sequence[Picture]) -> list[float]:
    """From camera to screen."""
    return [one.at_s - one.taken_s for one in pictures]


def report(what: str, values: Sequence[float]) -> None:
    """A line of the table."""
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)] if ordered else float("nan")
    middle = statistics.median(ordered) if ordered else float("nan")
    print(f"{what:<42} p50 {middle:6.3f} s   p95 {p95:6.3f} s   ({len(ordered)} pictures)", flush=True)


if __name__ == "__main__":
    main()
