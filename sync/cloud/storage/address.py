"""Which store a text means: ``s3://bucket/prefix?endpoint=https://…``, or a directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from sync.cloud.storage.door import Storage, checked
from sync.cloud.storage.errors import BadAddress
from sync.cloud.storage.files import FileStorage
from sync.cloud.web_address import web_address

S3_OPTIONS = ("endpoint", "region", "profile", "redirect")
EXAMPLE = "s3://my-bucket/classes?endpoint=https://s3.example.org"


@dataclass(frozen=True, slots=True)
class Stores:
    """The two halves of a store of classes: ``media``, and ``records`` with one small file a class, which say what is
    offered. With ``redirect``, whoever asks for a piece is sent to the store itself."""

    media: Storage
    records: Storage
    redirect: bool = False


def shelf_of(data: Path) -> Stores:
    """The store in the cloud's own directory: one folder a class, its record within it."""
    files = FileStorage(data / "classes")
    return Stores(files, files)


def stores_at(address: str, data: Path) -> Stores:
    """The stores that an address names; those of ``data`` for an empty one. Raises :class:`BadAddress`."""
    if not address:
        return shelf_of(data)
    try:
        parts = urlsplit(address)
    except ValueError:
        raise _no_store(address) from None
    if parts.scheme == "file" and not parts.netloc and parts.path:
        files = FileStorage(Path(unquote(parts.path)))
        return Stores(files, files)
    if parts.scheme != "s3" or not parts.netloc:
        raise _no_store(address)
    options = _options(parts.query)
    prefix = parts.path.strip("/")
    if prefix:
        checked(prefix)
    from sync.cloud.storage.s3 import S3Storage, connect  # with all of boto3: only for those who use it

    client = connect(options.get("endpoint"), options.get("region"), options.get("profile"))
    media, records = (S3Storage(client, parts.netloc, f"{prefix}/{half}".strip("/")) for half in ("media", "records"))
    return Stores(media, records, options.get("redirect") == "yes")


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in options.items():
        if name not in S3_OPTIONS:
            raise BadAddress(f"a store has no option {name!r:.40}", f"it has {', '.join(S3_OPTIONS)}")
        if not value or (name == "redirect" and value not in ("yes", "no")):
            wanted = "yes or no" if name == "redirect" else "a value"
            raise BadAddress(f"{name} is {value!r:.40} in the store's address; expected {wanted}", f"as in {EXAMPLE}")
    endpoint = options.get("endpoint")
    if endpoint is not None and web_address(endpoint) is None:
        raise BadAddress(f"endpoint {endpoint!r:.80} is no web address", f"write it as in {EXAMPLE}")
    return options


def _no_store(address: str) -> BadAddress:
    return BadAddress(f"{address!r:.120} is no address of a store", f"write it like {EXAMPLE}")
