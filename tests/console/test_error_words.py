"""What other rooms say went wrong, as riders read it."""

from __future__ import annotations

import gettext
from typing import Any

import pytest

from console import words
from console.alerts import no_picture
from console.error_words import sentence, told, what_and_remedy
from console.link_words import link_words
from console.player_events import Broken
from drivers.errors import LinkLost, PortMissing
from drivers.sensor import LinkState, SensorStatus

GERMAN = {
    "there is no port {}": "Es gibt keinen Anschluss {}",
    "{} does not answer": "{} antwortet nicht",
    "The server answered with error {}.": "Der Server antwortet mit Fehler {}.",
    "It is tried again.": "Es wird wieder versucht.",
}


class _Catalogue(gettext.NullTranslations):
    """A catalogue of a few sentences; a real one is a file that a translator makes."""

    def gettext(self, message: str) -> str:
        return GERMAN.get(message, message)


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_catalogue", _Catalogue())


def test_a_sentence_is_translated_around_what_it_is_about(german: Any) -> None:
    assert sentence("there is no port /dev/ttyUSB0") == "Es gibt keinen Anschluss /dev/ttyUSB0"
    assert sentence("The server answered with error 503.") == "Der Server antwortet mit Fehler 503."
    assert sentence("Strap {7} does not answer", "Strap {7}") == "Strap {7} antwortet nicht"


def test_a_sentence_that_nobody_translated_stays_and_begins_with_a_capital(german: Any) -> None:
    assert sentence("the bike {sic} went 'silent' at http://x:1/") == "The bike {sic} went 'silent' at http://x:1/"
    assert sentence("libvlc5 is 3.0 years old") == "Libvlc5 is 3.0 years old"
    assert sentence("") == "" == sentence(None)


def test_reason_and_remedy_are_told_together(german: Any) -> None:
    error = PortMissing("there is no port /dev/ttyUSB0", "It is tried again.")
    assert what_and_remedy(error) == ("Es gibt keinen Anschluss /dev/ttyUSB0", "Es wird wieder versucht.")
    assert told(ValueError("broken.")) == "Broken"
    status = SensorStatus("u", "Strap", LinkState.LOST, LinkLost("Strap does not answer", "It is tried again."))
    assert link_words(status, "heart").remedy == "Strap antwortet nicht. Es wird wieder versucht."


def test_only_a_picture_that_is_tried_again_promises_so() -> None:
    again = no_picture(Broken("The server cannot be reached.", "Check the network.", 3.0, 5.0))
    assert again.what == "The class goes on without picture" and "Trying again" in again.remedy
    assert no_picture(None) == again
    never = no_picture(Broken("No libVLC.", "install it", 0.0))
    assert (never.what, never.remedy) == ("No libVLC", "Install it")
