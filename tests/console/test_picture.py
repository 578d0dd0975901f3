"""The picture in a real window: its colours, its place, and that it costs nothing while nothing moves."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

from console.player import Player, PlayerState
from tests.films import COLOURS, FilmServer, colour_film, ffmpeg
from tests.gallery.window import step, step_until

GROUND = (10, 120, 60)


@pytest.fixture
def picture(window: Any) -> Iterator[Any]:
    """A Picture with a player, alone in the window over a green ground."""
    from kivy.graphics import Color, Rectangle

    from console.picture import Picture

    held = list(window.children)
    for child in held:
        window.remove_widget(child)
    shown = Picture(player=Player(options=("--aout=dummy",)), size_hint=(None, None))
    with window.canvas.before:
        tint, ground = Color(*(value / 255 for value in GROUND)), Rectangle(size=window.size)
    window.add_widget(shown)
    yield shown
    shown.player.close(wait_s=20)
    shown.player = None
    window.remove_widget(shown)
    window.canvas.before.remove(ground)
    window.canvas.before.remove(tint)
    for child in reversed(held):
        window.add_widget(child)


def place(picture: Any, x: int, y: int, width: int, height: int) -> None:
    picture.pos, picture.size = (x, y), (width, height)


def screen(folder: Path) -> Image.Image:
    """What the window shows."""
    from tests.gallery.window import save_picture

    step(2)
    save_picture(folder / "screen.png")
    return Image.open(folder / "screen.png").convert("RGB")


def play(picture: Any, film: Path | str) -> None:
    picture.player.open(str(film))
    step_until(lambda: picture.has_picture, 30)


def near(colour: Any, expected: Any, tolerance: int = 6) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(colour, expected, strict=True))


@pytest.mark.parametrize(
    ("width", "height", "matrix"),
    [(1280, 720, "bt709"), (640, 360, "bt601"), (426, 240, "bt601")],
)
def test_colours_are_those_that_were_coded(picture: Any, tmp_path: Path, width: int, height: int, matrix: str) -> None:
    colour_film(tmp_path / "bars.mp4", width, height, matrix)
    place(picture, 100, 50, width, height)
    play(picture, tmp_path / "bars.mp4")
    image, top = screen(tmp_path), 50 + height
    stripe = -(-width // len(COLOURS))
    for index, name in enumerate(COLOURS):
        x = 100 + min(index * stripe + stripe // 2, width - 1)
        for y in (image.height - 50 - 3, image.height - top + 2):
            assert near(image.getpixel((x, y)), ImageColor.getrgb(name)), name
    last = COLOURS[(width - 1) // stripe]
    assert near(image.getpixel((99 + width, image.height - 60)), ImageColor.getrgb(last), 40)
    for outside in ((98, image.height - 60), (101 + width, image.height - 60), (110, image.height - top - 2)):
        assert near(image.getpixel(outside), GROUND)


def test_smaller_versions_of_a_large_film_keep_its_colours(picture: Any, tmp_path: Path) -> None:
    colour_film(tmp_path / "bars.ts", 640, 360, "bt709")
    (tmp_path / "v.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nbars.ts\n#EXT-X-ENDLIST\n")
    rungs = "#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=640x360\nv.m3u8\n"
    rungs += "#EXT-X-STREAM-INF:BANDWIDTH=900000000,RESOLUTION=1920x1080\nhigh.m3u8\n"
    (tmp_path / "master.m3u8").write_text("#EXTM3U\n" + rungs)
    server = FilmServer(tmp_path)
    place(picture, 0, 0, 640, 360)
    play(picture, f"{server.url}/master.m3u8")
    image = screen(tmp_path)
    server.close()
    for index, name in enumerate(COLOURS):
        assert near(image.getpixel((index * 80 + 40, image.height - 180)), ImageColor.getrgb(name)), name


def test_it_fits_or_fills_its_place(picture: Any, tmp_path: Path) -> None:
    colour_film(tmp_path / "bars.mp4", 640, 360, "bt601")
    place(picture, 0, 0, 800, 800)
    play(picture, tmp_path / "bars.mp4")
    image = screen(tmp_path)
    assert near(image.getpixel((400, image.height - 100)), GROUND)
    assert near(image.getpixel((2, image.height - 400)), ImageColor.getrgb(COLOURS[0]))
    picture.fit = "fill"
    image = screen(tmp_path)
    assert near(image.getpixel((30, image.height - 5)), ImageColor.getrgb(COLOURS[1]))
    assert near(image.getpixel((770, image.height - 795)), ImageColor.getrgb(COLOURS[6]))
    assert near(image.getpixel((802, image.height - 400)), GROUND)


def test_nothing_is_drawn_while_nothing_moves(picture: Any, window: Any, film_server: FilmServer) -> None:
    drawn, frames = [], []
    count = window.fbind("on_flip", lambda *_: drawn.append(time.monotonic()))
    picture.bind(on_frame=lambda *_: frames.append(time.monotonic()))
    place(picture, 0, 0, 320, 180)
    play(picture, f"{film_server.url}/plain/master.m3u8")
    step_until(lambda: len(frames) > 20)
    assert len(drawn) <= len(frames) + 3
    picture.player.pause()
    time.sleep(0.3)
    step(3)
    before = len(drawn)
    deadline = time.monotonic() + 0.6
    while time.monotonic() < deadline:
        step()
    window.unbind_uid("on_flip", count)
    assert len(drawn) == before


def test_the_last_picture_stands_at_the_end_and_goes_on_closing(picture: Any, tmp_path: Path, film_server: Any) -> None:
    place(picture, 0, 0, 640, 360)
    picture.player.open(f"{film_server.url}/plain/master.m3u8", start_s=7.0, duration_s=8.0)
    step_until(lambda: picture.player.state is PlayerState.ENDED, 30)
    image = screen(tmp_path)
    assert picture.has_picture and near(image.getpixel((320, image.height - 100)), (0, 0, 0))
    picture.player.close()
    step_until(lambda: not picture.has_picture)
    image = screen(tmp_path)
    assert near(image.getpixel((320, image.height - 100)), GROUND)


def test_the_picture_follows_a_change_of_its_size(picture: Any, tmp_path: Path) -> None:
    parts = []
    for number, (width, height) in enumerate(((320, 180), (640, 360))):
        colour = "red" if number == 0 else "blue"
        source = f"color=c={colour}:s={width}x{height}:r=30"
        coding = ["-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]
        ffmpeg("-f", "lavfi", "-i", source, *coding, str(tmp_path / f"{number}.ts"))
        parts.append(f"#EXT-X-DISCONTINUITY\n#EXTINF:2,\n{number}.ts\n")
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-PLAYLIST-TYPE:VOD\n"
    (tmp_path / "v.m3u8").write_text(head + "".join(parts) + "#EXT-X-ENDLIST\n")
    server = FilmServer(tmp_path)
    place(picture, 0, 0, 640, 360)
    play(picture, f"{server.url}/v.m3u8")
    image = screen(tmp_path)
    assert near(image.getpixel((600, image.height - 300)), (254, 0, 0), 10)

    def blue() -> bool:
        image = screen(tmp_path)
        return near(image.getpixel((600, image.height - 300)), (0, 0, 254), 10)

    step_until(blue, 20)
    assert near(screen(tmp_path).getpixel((3, image.height - 3)), (0, 0, 254), 10)
    server.close()


@pytest.mark.parametrize(
    ("space", "fill", "expected"),
    [
        ((0, 0, 1920, 1080), False, (0, 0, 1920, 1080, 0, 0)),
        ((10, 20, 640, 640), False, (10, 160, 640, 360, 0, 0)),
        ((0, 0, 1080, 1080), True, (0, 0, 1080, 1080, 280, 0)),
        ((0.2, 0.2, 1280.3, 720.2), False, (0, 0, 1280, 720, 0, 0)),
        ((0, 0, 0, 0), True, (0, 0, 0, 0, 0, 0)),
    ],
)
def test_places_are_whole_pixels(window: Any, space: Any, fill: bool, expected: Any) -> None:
    from console.picture import place

    assert place((1280, 720), space, fill) == pytest.approx(expected, abs=0.3)
