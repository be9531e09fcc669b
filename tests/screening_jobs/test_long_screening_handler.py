"""A screening of many people at its door: what it keeps on the way may be kept, passes, and names nobody."""

import json

import pytest

from consentry.manifests import lines_manifest
from consentry.screening_jobs import checkpoint_repository, screening_job
from tests.testkit.api.bucket import Bucket
from tests.testkit.api.canaries import CANARY
from tests.testkit.api.fixtures import Customer
from tests.testkit.builders.screenings import row


@pytest.fixture
def bucket(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setattr(checkpoint_repository, "PEOPLE_PER_PART", 2)
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 150)
    monkeypatch.setattr(screening_job, "LONG_BYTES", 0)
    acme.grants()
    return Bucket(acme)


def test_a_long_screening_stores_temporary_checkpoints_and_logs_its_progress(
    bucket: Bucket,
) -> None:
    bucket.drop("manifests/m.jsonl", b"".join(row(f"{CANARY}-{at}") for at in range(9)))
    bucket.drop("requests/r.json", bucket.request(request_id="long"))

    answer = bucket.invoke("requests/r.json")

    kept = [key for key in bucket.listed() if "/parts/" in key]
    tags = [bucket.s3.get_object_tagging(Bucket=bucket.name, Key=key)["TagSet"] for key in kept]
    segment_line = [line for line in map(json.loads, answer.log.splitlines()) if "total" in line]
    assert answer.payload["outcome"] == "allow"
    assert len(kept) >= 4
    assert tags == [[{"Key": "consentry", "Value": "temporary"}]] * len(kept)
    assert len(segment_line) > 2
    assert all(0 < line["done"] < line["total"] for line in segment_line)
    assert CANARY not in answer.log
    assert not [key for key in kept if CANARY.encode() in bucket.read(key)]
