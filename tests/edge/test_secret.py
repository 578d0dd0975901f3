"""The secret between a cloud and its edges: whoever makes it, the cloud's own user can read it, and nobody else."""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.cloud.edge.signing import SECRET, secret_of
from sync.cloud.errors import DirectoryError

OWNER = 12_345
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")


def test_it_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    secret = secret_of(tmp_path)
    assert len(secret) == 48 and secret_of(tmp_path) == secret
    assert (tmp_path / SECRET).stat().st_mode & 0o777 == 0o600


def test_an_empty_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / SECRET).touch()
    with pytest.raises(DirectoryError, match="is empty"):
        secret_of(tmp_path)


def test_all_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(secret_of, [tmp_path] * 8))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [SECRET]


@as_root
def test_root_makes_it_for_whom_the_directory_belongs_to(tmp_path: Path) -> None:
    os.chown(tmp_path, OWNER, OWNER)
    secret_of(tmp_path)
    assert (tmp_path / SECRET).stat().st_uid == OWNER


@as_root
def test_who_may_not_read_it_is_told_what_to_do() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        data = Path(folder)
        data.chmod(0o755)
        secret_of(data)
        os.seteuid(OWNER)
        try:
            with pytest.raises(DirectoryError, match="chown"):
                secret_of(data)
        finally:
            os.seteuid(0)
