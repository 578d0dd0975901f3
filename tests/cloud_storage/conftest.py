"""An S3 service on this machine, and a store of either kind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from sync.cloud.storage.door import Storage
from sync.cloud.storage.files import FileStorage
from sync.cloud.storage.s3 import S3Storage, connect

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The URL of an S3 service with a bucket ``classes``."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        connect(f"http://{host}:{port}").create_bucket(Bucket="classes")
        yield f"http://{host}:{port}"
        server.stop()


@pytest.fixture(scope="session")
def client(service: str) -> Any:
    """A client of the service; making one takes a while."""
    return connect(service)


@pytest.fixture(params=["files", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty store of each kind."""
    if request.param == "files":
        return FileStorage(tmp_path / "store")
    return S3Storage(request.getfixturevalue("client"), "classes", f"test/{tmp_path.name}")
