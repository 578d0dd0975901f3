"""A store at any service that speaks S3. Credentials come from where boto3 looks for them: the environment
(``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``), ``~/.aws``, or the machine's role; never from the address."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError, ProfileNotFound

from sync.cloud.storage.door import CHUNK_BYTES, Content, Entry, checked, checked_folder
from sync.cloud.storage.errors import BadRange, Denied, NoBucket, NoSuchKey, StorageError, Unreachable

TRIES, CONNECT_S, READ_S = 5, 5, 60
PART_BYTES = 8 << 20  # larger things go up in parts of this size, several at once
AT_ONCE = 8
MOST_REMOVED = 1000  # by one request
_ABSENT = ("404", "NoSuchKey", "NotFound")
_DENIED = ("401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken")
_BUSY = ("500", "502", "503", "504", "InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout")


def connect(endpoint: str | None = None, region: str | None = None, profile: str | None = None) -> Any:
    """A client of the service. Raises :class:`Denied` when ``profile`` is not known here."""
    config = Config(
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=4 * AT_ONCE,
        signature_version="s3v4",
        s3={"addressing_style": "path"} if endpoint else {},
        request_checksum_calculation="when_required",  # services other than Amazon's do not know the new ones
        response_checksum_validation="when_required",
    )
    with _told("the service"):
        session = boto3.Session(profile_name=profile, region_name=region)
        home = session.region_name or "us-east-1"
        return session.client("s3", endpoint_url=endpoint, region_name=home, config=config)


class S3Storage:
    """The objects of ``bucket`` whose keys begin with ``prefix``; ``client`` is boto3's, from :func:`connect`."""

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self._client, self._bucket = client, bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._transfer = TransferConfig(PART_BYTES, AT_ONCE, PART_BYTES)

    def check(self) -> None:
        with self._named():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def put(self, key: str, content: bytes | Path, media_type: str = "", cache: str = "") -> None:
        place = {"Bucket": self._bucket, "Key": self._prefix + checked(key)}
        facts = {name: value for name, value in (("ContentType", media_type), ("CacheControl", cache)) if value}
        with self._named():
            if isinstance(content, bytes):
                self._client.put_object(**place, **facts, Body=content)
            else:
                with content.open("rb") as file:
                    self._client.upload_fileobj(file, **place, ExtraArgs=facts, Config=self._transfer)

    def get(self, key: str, first: int = 0, last: int | None = None) -> Content:
        wanted = {} if (first, last) == (0, None) else {"Range": f"bytes={first}-{'' if last is None else last}"}
        with self._named():
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._prefix + checked(key), **wanted)
            except ClientError as error:
                if _code(error) in _ABSENT:
                    raise NoSuchKey(f"there is no {key}") from None
                if _code(error) == "InvalidRange":
                    raise BadRange(f"{key} has no byte {first}") from None
                raise
        length = int(answer["ContentLength"])
        size = int(answer["ContentRange"].rpartition("/")[2]) if "ContentRange" in answer else length
        start = first if "ContentRange" in answer else 0
        return Content(Entry(key, size, _tag(answer)), start, start + length - 1, self._chunks(answer["Body"]))

    def stat(self, key: str) -> Entry | None:
        with self._named():
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=self._prefix + checked(key))
            except ClientError as error:
                if _code(error) in _ABSENT:
                    return None
                raise
        return Entry(key, int(answer["ContentLength"]), _tag(answer))

    def exists(self, key: str) -> bool:
        return self.stat(key) is not None

    def list(self, prefix: str = "") -> Iterator[Entry]:
        pages = self._client.get_paginator("list_objects_v2")
        with self._named():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + checked_folder(prefix)):
                for one in page.get("Contents", ()):
                    yield Entry(one["Key"].removeprefix(self._prefix), int(one["Size"]), _tag(one))

    def remove(self, keys: Iterable[str]) -> None:
        names = [{"Key": self._prefix + checked(key)} for key in keys]
        for start in range(0, len(names), MOST_REMOVED):
            with self._named():
                answer = self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": names[start : start + MOST_REMOVED], "Quiet": True}
                )
            for one in answer.get("Errors", ()):
                raise Denied(f"{one['Key']} cannot be removed: {one.get('Message')}", _RIGHTS)

    def url_of(self, key: str, life_s: int = 3600) -> str:
        place = {"Bucket": self._bucket, "Key": self._prefix + checked(key)}
        with self._named():
            return str(self._client.generate_presigned_url("get_object", Params=place, ExpiresIn=life_s))

    def _chunks(self, body: Any) -> Iterator[bytes]:
        with contextlib.closing(body), self._named():
            yield from body.iter_chunks(CHUNK_BYTES)

    def _named(self) -> contextlib.AbstractContextManager[None]:
        return _told(f"bucket {self._bucket!r} at {self._client.meta.endpoint_url}")


_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws in the address: ?profile=NAME"
_RIGHTS = "let these credentials list, read, write and delete in the bucket, or use others"


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """boto3's errors as ours."""
    try:
        yield
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise Denied(f"{what}: no credentials ({error})", _KEYS) from error
    except ClientError as error:
        raise _answered(what, error) from error
    except BotoCoreError as error:
        raise Unreachable(f"{what} does not answer: {error}", "check endpoint and network; then try again") from error


def _answered(what: str, error: ClientError) -> StorageError:
    code, words = _code(error), error.response["Error"].get("Message", "")
    if code == "NoSuchBucket":
        return NoBucket(f"{what}: there is no such bucket", "make the bucket first, or correct its name in the address")
    if code in _DENIED:
        return Denied(f"{what} refuses these credentials: {words or code}", _RIGHTS)
    if code in _BUSY:
        return Unreachable(f"{what} cannot answer now: {words or code}", "try again in some minutes")
    return StorageError(f"{what}: {code}: {words}", "see the service's own log")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _tag(answer: Any) -> str:
    return str(answer["ETag"]).strip('"')
