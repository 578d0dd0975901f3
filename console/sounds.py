"""Plays short sounds over the class, through Kivy's own mixer: libVLC would begin them a tenth of a second late."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from console.playback import sound_options
from console.settings import Settings
from console.tones import Tone, wav

SETTING = {Tone.TICK: "ticks", Tone.CHANGE: "ticks", Tone.FIVE: "five_sound"}

log = logging.getLogger(__name__)


def load(files: dict[Tone, Path]) -> dict[Tone, Any]:
    """The sounds of these WAV files, ready to play. It opens the sound device: not on the loop's thread."""
    from kivy.core.audio import SoundLoader  # it looks for ways to make sound as soon as it is imported

    loaded = {tone: SoundLoader.load(str(path)) for tone, path in files.items()}
    return {tone: sound for tone, sound in loaded.items() if sound is not None}


class Sounds:
    """As loud as the class, each kind only while its setting is on; silent where there is no way to make a sound."""

    def __init__(
        self,
        settings: Settings,
        *,
        load: Callable[[dict[Tone, Path]], dict[Tone, Any]] = load,
        possible: Callable[[], bool] = lambda: "SDL_AUDIODRIVER" in os.environ or not sound_options(),
    ) -> None:
        self._settings = settings
        self._load, self._possible = load, possible
        self._ready: dict[Tone, Any] = {}
        self._thread: threading.Thread | None = None

    def prepare(self) -> None:
        """Get ready, beside the loop; harmless when done before."""
        if self._thread is None and self._possible():
            self._thread = threading.Thread(target=self._prepare, name="sounds", daemon=True)
            self._thread.start()

    def play(self, tone: Tone) -> bool:
        """Let a tone be heard, if it may be; whether it was."""
        sound, loudness = self._ready.get(tone), self._settings.volume / 100
        if sound is None or not loudness or not self._settings.values[SETTING[tone]]:
            return False
        sound.volume = loudness
        sound.play()
        return True

    def _prepare(self) -> None:
        try:
            with TemporaryDirectory(prefix="breakaway-") as folder:
                files = {tone: Path(folder) / f"{tone.value}.wav" for tone in Tone}
                for tone, path in files.items():
                    path.write_bytes(wav(tone))
                self._ready = self._load(files)
        except Exception as error:  # whatever a sound system does, the ride goes on without ticks
            log.warning("there are no sounds (%r)", error)
