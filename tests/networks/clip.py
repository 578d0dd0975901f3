"""The clip that is played over the networks: our own packaging, with rungs of exactly 0.35, 0.9 and 2.5 Mbit/s, and
below them the poster with the sound for about 0.1.

Its pictures are small and cheap to decode: the encoder fills up to the rate. A few seconds are encoded and repeated.
"""

from __future__ import annotations

from pathlib import Path

from sync.cloud.classes import captions, ffmpeg, ladder, packaging, pieces, playlists, still
from sync.cloud.classes.captions import Cue

RATES = {180: 300, 270: 850, 360: 2450}  # kbit/s of the picture
SOUND = 48  # kbit/s
ENCODED_S = 8


def make(folder: Path, seconds: int) -> None:
    """``master.m3u8`` with its rungs and captions in ``folder``, which must not exist; about a second of work.
    ``seconds`` is a multiple of :data:`ENCODED_S`."""
    folder.mkdir(parents=True)
    parts = seconds // ENCODED_S
    _encode(folder, parts)
    rungs, found = [], []
    for height in RATES:
        files = [ladder.part_name(height, part) for part in range(parts)]
        name, size = packaging.name_of(height), (ladder.width_of(height), height)
        playlist, made = packaging.package(folder, files, "sound.m4a", name, folder)
        rungs.append(packaging.measured(folder, name, playlist, size, ladder.FRAMES_PER_S, "clip"))
        found += made
    lowest, made = still.make(folder / "poster.png", "sound.m4a", rungs[0], seconds, folder, folder)
    rungs, found = [*rungs, lowest], [*found, *made]
    said, listed = captions.publish([Cue(0.5, 4.0, "Find your legs.")], seconds, folder)
    list_of_pieces = pieces.write(pieces.listing([*found, said]), folder, "pieces", ".json", folder)
    (folder / "master.m3u8").write_text(playlists.master(rungs, listed.path, None, list_of_pieces.path))


def _encode(folder: Path, parts: int) -> None:
    """``ladder.package``'s parts of every rung, all alike."""
    graph = [f"[0:v]split={len(RATES)}" + "".join(f"[s{height}]" for height in RATES)]
    graph += [f"[s{height}]scale={ladder.width_of(height)}:{height}[p{height}]" for height in RATES]
    top, group = max(RATES), str(ladder.GROUP_S * ladder.FRAMES_PER_S)
    picture = f"testsrc2=s={ladder.width_of(top)}x{top}:r={ladder.FRAMES_PER_S}:d={ENCODED_S}"
    arguments = ["-f", "lavfi", "-i", picture, "-filter_complex", ";".join(graph)]
    for height, rate in RATES.items():
        arguments += ["-map", f"[p{height}]", "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main"]
        arguments += ["-threads", "1", "-pix_fmt", "yuv420p", "-g", group, "-keyint_min", group, "-sc_threshold", "0"]
        arguments += [word for name in ("-b:v", "-minrate", "-maxrate", "-bufsize") for word in (name, f"{rate}k")]
        arguments += ["-x264-params", "nal-hrd=cbr:force-cfr=1", "-bsf:v", "dump_extra=freq=keyframe"]
        arguments.append(ladder.part_name(height, 0))
    ffmpeg.run(arguments, folder)
    for height in RATES:
        for part in range(1, parts):
            (folder / ladder.part_name(height, part)).hardlink_to(folder / ladder.part_name(height, 0))
    ffmpeg.run(["-f", "lavfi", "-i", "smptebars=s=1280x720", "-frames:v", "1", "poster.png"], folder)
    seconds = parts * ENCODED_S
    tone = ["-f", "lavfi", "-i", f"sine=f=330:r=48000:d={seconds},volume=0.05", "-c:a", "aac", "-b:a", f"{SOUND}k"]
    ffmpeg.run([*tone, "sound.m4a"], folder)
