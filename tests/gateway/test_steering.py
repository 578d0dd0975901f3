"""Content steering as the draft of HLS's second edition has it: manifests, clones, and when to ask again."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.gateway.reading import Rung, Unreadable
from console.gateway.steering import Clone, Manifest, Steering, read_manifest

URL = "https://steer.example/ride.json?session=1"
FULL = {
    "VERSION": 1,
    "TTL": 10,
    "RELOAD-URI": "/next.json?session=2",
    "PATHWAY-PRIORITY": ["B2", "A"],
    "PATHWAY-CLONES": [
        {"BASE-ID": "A", "ID": "B2", "URI-REPLACEMENT": {"HOST": "b2.example", "PARAMS": {"token": "x y", "a": "2"}}},
        {"BASE-ID": "A", "ID": "C", "URI-REPLACEMENT": {"PER-VARIANT-URIS": {"v720": "https://c.example/v720.m3u8"}}},
    ],
}
RUNGS = (
    Rung("https://a.example/ride/v720.m3u8?a=1", 3_000_000, height=720, pathway="A", stable_id="v720"),
    Rung("https://a.example/ride/v360.m3u8", 900_000, height=360, pathway="A", stable_id="v360"),
)


def test_a_manifest_tells_order_clones_and_where_to_ask_next():
    manifest = read_manifest(json.dumps(FULL).encode(), URL)
    assert (manifest.priority, manifest.ttl_s) == (("B2", "A"), 10.0)
    assert manifest.reload_url == "https://steer.example/next.json?session=2"
    host, own = manifest.clones
    assert [rung.url for rung in host.of(RUNGS)] == [
        "https://b2.example/ride/v720.m3u8?a=2&token=x+y",
        "https://b2.example/ride/v360.m3u8?token=x+y&a=2",
    ]
    assert [rung.url for rung in own.of(RUNGS)] == ["https://c.example/v720.m3u8", RUNGS[1].url]
    assert {rung.pathway for rung in host.of(RUNGS)} == {"B2"}


def test_what_is_not_said_has_defaults():
    assert read_manifest(b'{"VERSION": 1, "PATHWAY-PRIORITY": ["A"]}', URL) == Manifest(("A",), 300.0)


@pytest.mark.parametrize(
    "change",
    [
        {"VERSION": 2},
        {"PATHWAY-PRIORITY": []},
        {"PATHWAY-PRIORITY": [1]},
        {"PATHWAY-PRIORITY": None},
        {"TTL": "soon"},
        {"TTL": math.inf},
        {"PATHWAY-CLONES": [{"ID": "x"}]},
        {"PATHWAY-CLONES": 7},
        {"RELOAD-URI": ["x"]},
    ],
)
def test_what_makes_no_sense_is_refused(change):
    with pytest.raises(Unreadable, match="steering manifest"):
        read_manifest(json.dumps(FULL | change).encode(), URL)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*FULL, "ID"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.one_of(st.binary(max_size=60), JSON.map(lambda told: json.dumps(told).encode())))
def test_any_bytes_are_a_manifest_or_unreadable(data):
    try:
        assert read_manifest(data, URL).priority
    except Unreadable as error:
        assert str(error)


def test_the_pathway_in_use_and_the_throughput_are_told():
    asked = Steering(URL).address("CDN A", 5_140_000.7)
    assert asked == "https://steer.example/ride.json?session=1&_HLS_pathway=CDN+A&_HLS_throughput=5140001"
    assert Steering("https://s.example/x").address("A", None) == "https://s.example/x?_HLS_pathway=A"


def test_it_is_asked_again_when_its_time_is_over_at_the_address_it_gave():
    steering = Steering(URL)
    steering.answered(Manifest(("A",), 20.0, "https://steer.example/2"), 100.0)
    assert (steering.url, steering.next_at_s) == ("https://steer.example/2", 120.0)
    steering.answered(Manifest(("A",), 0.0), 120.0)
    assert steering.next_at_s == 121.0, "no server has itself asked without a pause"


def test_gone_is_for_good_too_many_waits_as_told_and_other_trouble_for_the_usual_time():
    steering = Steering(URL)
    steering.answered(Manifest(("A",), 20.0), 0.0)
    steering.failed(503, None, 20.0)
    assert steering.next_at_s == 40.0
    steering.failed(429, 77.0, 40.0)
    assert steering.next_at_s == 117.0
    steering.failed(429, None, 117.0)
    assert steering.next_at_s == 137.0
    steering.failed(410, None, 137.0)
    assert steering.next_at_s == math.inf


def test_a_clone_of_a_rung_without_a_stable_id_has_no_address_of_its_own():
    clone = Clone("C", "A", rungs={"": "https://c.example/x"})
    rung = Rung("https://a.example/v.m3u8", 1, pathway="A")
    assert clone.of([rung])[0].url == rung.url
