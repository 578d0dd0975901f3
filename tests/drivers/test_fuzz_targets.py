"""Every codec has a target for ``python -m tests.fuzz``, and withstands a short attack with each run of the tests."""

import random

import pytest

from drivers.decoding_frames import PROTOCOLS
from tests.fuzz.__main__ import Broken, attack
from tests.fuzz.targets import TARGETS, Fuzzed


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_attack_is_withstood(name):
    fed, ways = attack(TARGETS[name], random.Random(name), rounds=60)
    assert fed >= 60 and ways >= 2, "it understands the bytes it begins from, and refuses others"


def test_every_codec_has_a_target():
    assert TARGETS.keys() >= {"peloton", "dircon", "schwinn", "battery", *PROTOCOLS}


def test_what_breaks_a_codec_is_told():
    def breaks(data):
        assert b"\xff" not in data

    with pytest.raises(Broken) as broken:
        attack(Fuzzed(lambda: breaks, (b"\x01\x02",)), random.Random(1), rounds=1000)
    assert b"\xff" in broken.value.past[-1] and broken.value.past[-1].hex() in str(broken.value)
