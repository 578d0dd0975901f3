"""A shelf that is named from where its program stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.cloud.classes.shelf import Shelf


def test_its_folders_are_whole_paths_for_the_tools_that_work_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Shelf(Path("some/data")).directory == tmp_path / "some" / "data" / "classes"
