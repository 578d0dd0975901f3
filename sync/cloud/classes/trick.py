"""Pictures to find a place in a class by: an I-frame playlist for players, and tiles with a WebVTT track for scrubbing.

Both are made of the key pictures of a finished rung, one every ``GROUP_S``, so that only those are decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes import boxes, captions, ffmpeg, pieces
from sync.cloud.classes.ladder import GROUP_S
from sync.cloud.classes.pieces import Piece

FRAME = (320, 180)
TILE, ACROSS, DOWN = (240, 136), 5, 5
FOLDER = "trick"


@dataclass(frozen=True, slots=True)
class Trick:
    """What the master playlist says of them; rates are bits a second."""

    playlist: str
    thumbnails: str
    codecs: str
    peak: int
    average: int
    width: int = FRAME[0]
    height: int = FRAME[1]


def make(playlist: str, duration_s: float, work: Path, home: Path) -> tuple[Trick, list[Piece]]:
    """Make them in ``home``, the class's directory, of the rung whose playlist lies there; ``work`` is for what comes
    in between."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    spread = f"setpts=N*{GROUP_S}/TB"
    tiles = f"scale={TILE[0]}:{TILE[1]}:flags=area,tile={ACROSS}x{DOWN}"
    graph = f"[0:v]{spread},split[a][b];[a]scale={FRAME[0]}:{FRAME[1]}:flags=area[frames];[b]{tiles}[tiles]"
    as_they_come = ["-fps_mode", "passthrough"]
    arguments = ["-skip_frame", "nokey", "-i", str(home / playlist), "-filter_complex", graph, "-map", "[frames]"]
    arguments += [*as_they_come, "-c:v", "libx264", "-preset", "veryfast", "-crf", "27", "-g", "1"]
    arguments += ["-pix_fmt", "yuv420p", "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4"]
    arguments += ["frames.mp4", "-map", "[tiles]", *as_they_come, "-q:v", "6", str(folder / "tiles%03d.jpg")]
    ffmpeg.run(arguments, work)
    (work / "frames.mp4").replace(folder / "frames.mp4")
    return _described(folder, duration_s, home)


def _described(folder: Path, duration_s: float, home: Path) -> tuple[Trick, list[Piece]]:
    content = (folder / "frames.mp4").read_bytes()
    frames = pieces.settle(folder / "frames.mp4", "frames", home)
    tiles = [pieces.settle(path, path.stem, home) for path in sorted(folder.glob("tiles*.jpg"))]
    parts = _fragments(content)
    name = Path(frames.path).name
    listed = pieces.write(_playlist(name, parts, duration_s).encode(), folder, "", ".m3u8", home)
    track = _track([tile.path for tile in tiles], len(parts) - 1, duration_s)
    thumbnails = pieces.write(track.encode(), home, "thumbnails", ".vtt", home)
    sizes = [end - start for start, end in parts[1:]]
    trick = Trick(
        playlist=listed.path,
        thumbnails=thumbnails.path,
        codecs=boxes.codec(content[: parts[0][1]]),
        peak=max(sizes) * 8 // GROUP_S,
        average=sum(sizes) * 8 // (GROUP_S * len(sizes)),
    )
    return trick, [frames, *tiles, listed, thumbnails]


def _fragments(content: bytes) -> list[tuple[int, int]]:
    """Where the init section and each fragment begin and end."""
    found, begun = [], 0
    for box in boxes.boxes(content):
        if box.kind in ("moov", "mdat"):
            found.append((begun, box.end))
            begun = box.end
    return found


def _playlist(name: str, parts: list[tuple[int, int]], duration_s: float) -> str:
    (start, end), frames = parts[0], parts[1:]
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{GROUP_S}", "#EXT-X-MEDIA-SEQUENCE:0"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-I-FRAMES-ONLY"]
    lines.append(f'#EXT-X-MAP:URI="{name}",BYTERANGE="{end - start}@{start}"')
    for i, (start, end) in enumerate(frames):
        length = min(GROUP_S, duration_s - i * GROUP_S)
        lines += [f"#EXTINF:{length:.3f},", f"#EXT-X-BYTERANGE:{end - start}@{start}", name]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def _track(tiles: list[str], count: int, duration_s: float) -> str:
    """A WebVTT track whose cues are rectangles of pictures (W3C Media Fragments)."""
    cues = []
    for i in range(count):
        sheet, place = divmod(i, ACROSS * DOWN)
        row, column = divmod(place, ACROSS)
        where = f"{tiles[sheet]}#xywh={column * TILE[0]},{row * TILE[1]},{TILE[0]},{TILE[1]}"
        cues.append(captions.Cue(i * GROUP_S, min((i + 1) * GROUP_S, duration_s), where))
    return captions.webvtt(cues)
