"""What is particular to each kind of store: addresses, faults, large things, links that lead out."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from sync.cloud.storage.address import stores_at
from sync.cloud.storage.errors import BadAddress, Denied, NoBucket, NoSuchKey, StorageError, Unreachable
from sync.cloud.storage.files import FileStorage
from sync.cloud.storage.s3 import PART_BYTES, S3Storage, connect


def test_an_address_names_a_bucket_a_folder_and_the_service(service, client, tmp_path):
    stores = stores_at(f"s3://classes/some/where?endpoint={service}&redirect=yes", tmp_path)
    stores.media.put("spin/piece", b"piece", cache="immutable")
    stores.records.put("spin/class.json", b"{}")
    whole = S3Storage(client, "classes")
    assert [one.key for one in whole.list("some/where")] == [
        "some/where/media/spin/piece",
        "some/where/records/spin/class.json",
    ]
    assert stores.redirect and stores.media.url_of("spin/piece").startswith(f"{service}/classes/some/where/media/spin/")


def test_without_an_address_and_by_file_the_store_is_a_directory(tmp_path):
    for stores in (stores_at("", tmp_path / "data"), stores_at(f"file://{tmp_path}/data/classes", tmp_path)):
        stores.media.put("spin/piece", b"piece")
        assert (tmp_path / "data/classes/spin/piece").read_bytes() == b"piece"
        assert stores.records.exists("spin/piece") and not stores.redirect


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("classes", "is no address of a store"),
        ("ftp://bucket/x", "is no address of a store"),
        ("s3:///x", "is no address of a store"),
        ("s3://bucket/../x", "is no key of a store"),
        ("s3://bucket?endpint=x", "a store has no option 'endpint'"),
        ("s3://bucket?region=", "region is '' in the store's address; expected a value"),
        ("s3://bucket?redirect=maybe", "expected yes or no"),
        ("s3://bucket?endpoint=localhost:9000", "is no web address"),
        ("s3://bucket?endpoint=http://", "is no web address"),
        ("s3://bucket?endpoint=http://host:99999", "is no web address"),
        ("s3://[bucket", "is no address of a store"),
    ],
)
def test_a_wrong_address_is_a_sentence_with_a_remedy(tmp_path, address, told):
    with pytest.raises(BadAddress, match=told) as caught:
        stores_at(address, tmp_path)
    assert caught.value.remedy


def test_a_missing_bucket_is_named(service, client):
    nowhere = S3Storage(client, "nowhere")
    for verb in (nowhere.check, lambda: nowhere.put("a", b""), lambda: list(nowhere.list()), lambda: nowhere.get("a")):
        with pytest.raises(NoBucket, match=f"bucket 'nowhere' at {service}: there is no such bucket") as caught:
            verb()
        assert "make the bucket first" in caught.value.remedy


def test_missing_credentials_and_profiles_are_told_with_where_to_put_them(service, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    with pytest.raises(Denied, match="no credentials") as caught:
        S3Storage(connect(service), "classes").check()
    assert "AWS_ACCESS_KEY_ID" in caught.value.remedy
    with pytest.raises(Denied, match="nobody"):
        connect(service, profile="nobody")


def test_a_service_that_is_not_there_is_told(service, monkeypatch):
    monkeypatch.setattr("sync.cloud.storage.s3.TRIES", 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port}") as caught:
        S3Storage(connect(f"http://127.0.0.1:{port}"), "classes").check()
    assert "check endpoint" in caught.value.remedy


def test_a_service_that_stumbles_is_asked_again(service, client):
    """The first two answers are 503; the piece arrives all the same."""
    with Stumbling(service, 2) as address:
        store = S3Storage(connect(address), "classes", "stumbling")
        store.put("piece", b"piece")
    assert S3Storage(client, "classes", "stumbling").get("piece").read() == b"piece"


class Stumbling:
    """A gate before the service: its first ``times`` requests are answered with 503, others are passed on."""

    def __init__(self, service: str, times: int) -> None:
        self._to, self._times = service.removeprefix("http://").split(":"), times
        self._gate = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._run, daemon=True).start()
        return f"http://127.0.0.1:{self._gate.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._gate.close()

    def _run(self) -> None:
        while True:
            try:
                one, _ = self._gate.accept()
            except OSError:
                return
            with one:
                asked = self._whole(one)
                if self._times > 0:
                    self._times -= 1
                    one.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    continue
                with socket.create_connection((self._to[0], int(self._to[1]))) as real:
                    real.sendall(asked.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
                    while part := real.recv(65536):
                        one.sendall(part)

    @staticmethod
    def _whole(one: socket.socket) -> bytes:
        """A request with its body; a body that waits for leave gets it."""
        asked = one.recv(65536)
        head = asked.partition(b"\r\n\r\n")[0].lower()
        if b"expect: 100-continue" in head:
            one.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if b"content-length" in line), 0)
        while len(asked.partition(b"\r\n\r\n")[2]) < length:
            asked += one.recv(65536)
        return asked.replace(b"Expect: 100-continue\r\n", b"")


def test_large_things_go_up_in_parts(client, tmp_path):
    """An object that was sent in parts is tagged with their number."""
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(PART_BYTES + 5)
    store = S3Storage(client, "classes", "large")
    store.put("piece", large, "video/mp4", "public, immutable")
    entry = store.stat("piece")
    assert entry and entry.size_bytes == PART_BYTES + 5 and entry.tag.endswith("-2")
    assert store.get("piece", PART_BYTES).read() == bytes(5)


def test_files_that_are_links_and_files_being_made_are_not_there(tmp_path):
    store = FileStorage(tmp_path / "store")
    store.put("spin/piece", b"piece")
    (tmp_path / "secret").write_text("private")
    (tmp_path / "store/spin/link").symlink_to(tmp_path / "secret")
    (tmp_path / "store/.making").mkdir()
    (tmp_path / "store/.making/part").write_text("half")
    assert [one.key for one in store.list()] == ["spin/piece"]
    assert not store.exists("spin/link")


def test_a_file_that_goes_between_two_looks_is_not_there(tmp_path, monkeypatch):
    store = FileStorage(tmp_path / "store")
    look = store.path

    def look_and_lose(key: str) -> Path | None:
        found = look(key)
        if found is not None:
            found.unlink()
        return found

    monkeypatch.setattr(store, "path", look_and_lose)
    store.put("spin/piece", b"piece")
    with pytest.raises(NoSuchKey, match="there is no spin/piece"):
        store.get("spin/piece")
    store.put("spin/piece", b"piece")
    assert store.stat("spin/piece") is None


def test_a_store_that_is_a_file_is_told(tmp_path):
    (tmp_path / "store").touch()
    with pytest.raises(BadAddress, match="Not a directory"):
        list(FileStorage(tmp_path / "store").list())


def test_a_directory_that_may_not_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("no directory")
    with pytest.raises(StorageError) as caught:
        FileStorage(tmp_path / "file").check()
    assert str(tmp_path / "file") in str(caught.value) and "--data" in caught.value.remedy
