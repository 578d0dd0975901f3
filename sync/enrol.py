"""Enrolling a tablet: a one-time code of the cloud for this tablet's own credentials."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

import httpx

from sync.http_link import new_client, refusal
from sync.links import LinkDown
from sync.records import Enrolment, RecordError, from_json

PATIENCE_S = 15.0


class EnrolmentFailed(Exception):
    """The tablet was not enrolled. ``remedy`` says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


async def enrol(base_url: str, code: str, name: str) -> Enrolment:
    """Exchange a code for credentials. Raises :class:`EnrolmentFailed`."""
    _check(base_url)
    try:
        async with await new_client(base_url, {}, PATIENCE_S) as client:
            response = await client.post("/v1/enrol", json={"code": code.strip(), "name": name})
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:  # the last: letters no address can have
        raise _unreachable(base_url, error) from error
    if not response.is_success:
        raise _failure(response)
    try:
        return from_json(Enrolment, response.json())
    except (RecordError, ValueError) as error:
        raise EnrolmentFailed(
            f"{base_url} answers, but not as a Breakaway cloud ({error}).", "Check the address."
        ) from error


def _check(base_url: str) -> None:
    if not base_url.startswith(("http://", "https://")):
        raise EnrolmentFailed(f"{base_url} is no address of a cloud.", "It begins with http:// or https://.")
    try:
        address = urlsplit(base_url)
        possible = bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is no number, or none that there is
        possible = False
    if not possible:
        raise EnrolmentFailed(f"{base_url} is no address of a cloud.", "It looks like http://192.168.1.20:8080.")


def _unreachable(base_url: str, error: Exception) -> EnrolmentFailed:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        what = f"There is no cloud at {base_url} ({error or type(error).__name__})."
        return EnrolmentFailed(what, "Check the address and the network, then try again.")
    return EnrolmentFailed(
        f"{base_url} cannot be trusted, or does not speak https ({cause}).",
        "Check the address and this tablet's clock; a cloud's own certificate is made known with SSL_CERT_FILE.",
    )


def _failure(response: httpx.Response) -> EnrolmentFailed:
    try:
        given = response.json()
        return EnrolmentFailed(_sentence(given["error"]), _sentence(given["remedy"]))
    except (ValueError, KeyError, TypeError):
        reason = refusal(response)
        waits = isinstance(reason, LinkDown)
        return EnrolmentFailed(str(reason), "Try again in a minute." if waits else "Check the address and the code.")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
