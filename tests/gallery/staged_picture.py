"""A player that stands still: a real picture in real frames, in whatever state a scene needs."""

from __future__ import annotations

import ctypes

import numpy as np

from console.frames import Frames
from console.player import PlayerState
from sync.cloud.classes.picture.film import Film
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.production import POSTER_AT
from sync.records import Quality

WHITE, GREY = 235, 128


class StagedPlayer:
    """Has what the ride reads of a player; its picture is white: the hardest ground for words."""

    def __init__(self, state: PlayerState = PlayerState.PLAYING, caption: str = "", picture: bool = True) -> None:
        self.state, self.caption, self.position_s = state, caption, 0.0
        self.still = False
        self.came, self.frames_shown, self.frames_dropped = Quality(), 0, 0
        self.frames = Frames()
        if picture:
            self.show(WHITE)

    def show(self, brightness: int) -> None:
        """The next picture, all of one brightness."""
        self.frames.resize(1280, 720)
        number, frame = self.frames.begin()
        ctypes.memset(frame.luma, brightness, ctypes.sizeof(frame.luma))
        ctypes.memset(frame.chroma, GREY, ctypes.sizeof(frame.chroma))
        self.frames.show(number)

    def show_poster(self, plan: Plan) -> None:
        """The poster of a class in the picture's place, as its own rung brings it."""
        self.frames.resize(640, 360)
        number, frame = self.frames.begin()
        film = Film(plan, 640, 360)
        planes = film.frame(int(film.journey.frames * POSTER_AT), words=False).frame
        luma, blue, red = np.split(planes.reshape(-1), [640 * 360, 640 * 360 * 5 // 4])
        ctypes.memmove(frame.luma, luma.tobytes(), luma.size)
        ctypes.memmove(frame.chroma, np.stack([blue, red], axis=1).tobytes(), blue.size * 2)
        self.frames.show(number)
        self.still = True

    def pass_time(self, seconds: float) -> None:
        """The position moves as long as the picture does."""
        if self.state is PlayerState.PLAYING:
            self.position_s += seconds

    def seek(self, position_s: float) -> None:
        """Go to a position."""
        self.position_s = position_s

    def play(self) -> None:
        """Go on."""
        self.state = PlayerState.PLAYING

    def pause(self) -> None:
        """Hold."""
        self.state = PlayerState.PAUSED

    def close(self) -> None:
        """Forget the picture."""
        self.frames.clear()
