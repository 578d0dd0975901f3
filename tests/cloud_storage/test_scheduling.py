"""Live classes of a cloud whose classes lie in a bucket: no id is given twice, and what is wrong with it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sync.cloud.classes.plan_file import read_plan
from sync.cloud.live.__main__ import main
from sync.cloud.storage.address import stores_at
from sync.records import to_json

PLAN = Path(__file__).resolve().parents[2] / "assets" / "classes" / "1-first-spin.toml"


@pytest.fixture
def schedule(tmp_path: Path, service: str):
    """``schedule(class_id, bucket)`` runs the command; returns its exit status."""
    (tmp_path / "cloud.sqlite3").touch()

    def run(class_id: str, bucket: str) -> int:
        when = ["--at", "2100-01-01T18:00", "--origin", "http://10.0.0.5:8091", "--id", class_id]
        where = ["--data", str(tmp_path), "--store", f"s3://{bucket}/scheduling?endpoint={service}"]
        return main(["schedule", str(PLAN), *when, *where])

    return run


def test_an_id_that_a_class_in_the_bucket_has_is_refused(schedule, service, tmp_path, capsys):
    taken = replace(read_plan(PLAN).record(0.0), id="taken")
    records = stores_at(f"s3://classes/scheduling?endpoint={service}", tmp_path).records
    records.put("taken/class.json", json.dumps(to_json(taken)).encode())
    assert schedule("taken", "classes") == 2
    assert "there is a class 'taken' already" in capsys.readouterr().err and not (tmp_path / "live").exists()
    assert schedule("free", "classes") == 0


def test_a_missing_bucket_is_told_before_anything_is_planned(schedule, tmp_path, capsys):
    assert schedule("free", "nowhere") == 1
    told = capsys.readouterr().err
    assert "bucket 'nowhere'" in told and "make the bucket first" in told and not (tmp_path / "live").exists()
