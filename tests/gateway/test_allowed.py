"""A class is fetched from where it comes from, and nowhere else."""

from __future__ import annotations

import pytest

from console.gateway.allowed import Allowed, NotAllowed

OWN = "https://studio.example/media/ride/master.m3u8"


@pytest.fixture
def allowed() -> Allowed:
    of_one_class = Allowed()
    of_one_class.own(OWN)
    return of_one_class


@pytest.mark.parametrize("url", [OWN, "https://STUDIO.example/other", "https://studio.example:443/x?y=1"])
def test_its_own_server_is_asked(allowed, url):
    assert allowed.check(url) == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "not on a web server"),
        ("ftp://studio.example/x", "not on a web server"),
        ("//studio.example/x", "not on a web server"),
        ("https:///x", "names no server"),
        ("https://me:secret@studio.example/x", "password"),
        ("https://elsewhere.example/x", "does not come from this server"),
        ("http://studio.example/x", "does not come from this server"),  # not in the clear
        ("https://studio.example:8443/x", "does not come from this server"),
        ("https://studio.example.evil.example/x", "does not come from this server"),
        ("http://[::1/x", "is no address"),
        ("http://studio.example:99999/x", "is no address"),
    ],
)
def test_others_are_refused_with_a_reason(allowed, url, why):
    with pytest.raises(NotAllowed, match=why):
        allowed.check(url)


def test_pathways_that_the_class_names_are_asked(allowed):
    allowed.name("https://edge.example/media/ride/v720.m3u8")
    assert allowed.check("https://edge.example/anything")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.1.1", "[::1]", "0.0.0.0", "a.localhost"])
def test_a_pathway_cannot_lead_to_the_tablet_itself(allowed, host):
    with pytest.raises(NotAllowed, match="tablet itself"):
        allowed.name(f"http://{host}:9000/x")


def test_a_class_on_the_tablet_itself_may_have_pathways_there():
    allowed = Allowed()
    allowed.own("http://127.0.0.1:9000/master.m3u8")
    allowed.name("http://127.0.0.1:9001/v.m3u8")
    assert allowed.check("http://127.0.0.1:9001/v.m3u8")
