"""A long screening through the stack: its checkpoints are temporary, and contain no ids."""

import json
from functools import partial

import pytest

from consentry.screening_jobs.screen_manifest import screen_manifest
from tests.testkit.api.bucket import Bucket
from tests.testkit.api.canaries import CANARY
from tests.testkit.api.fixtures import Customer
from tests.testkit.builders.interrupted_screenings import SMALL_LIMITS
from tests.testkit.builders.screenings import row


@pytest.fixture
def bucket(acme: Customer, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    with_small_limits = partial(screen_manifest, limits=SMALL_LIMITS)
    monkeypatch.setattr(
        "consentry.screening_jobs.screen_manifest.screen_manifest", with_small_limits
    )
    acme.grants()
    return Bucket(acme)


def test_a_long_screening_stores_temporary_checkpoints_and_logs_its_progress(
    bucket: Bucket,
) -> None:
    bucket.drop("manifests/m.jsonl", b"".join(row(f"{CANARY}-{at}") for at in range(9)))
    bucket.drop("requests/r.json", bucket.request(request_id="long"))

    answer = bucket.invoke("requests/r.json")

    parts = [key for key in bucket.listed() if "/parts/" in key]
    tags = [bucket.s3.get_object_tagging(Bucket=bucket.name, Key=key)["TagSet"] for key in parts]
    progress = [line for line in map(json.loads, answer.log.splitlines()) if "total" in line]
    assert answer.payload["outcome"] == "allow"
    assert len(parts) >= 4
    assert tags == [[{"Key": "consentry", "Value": "temporary"}]] * len(parts)
    assert len(progress) > 2
    assert all(0 < line["done"] < line["total"] for line in progress)
    assert CANARY not in answer.log
    assert not [key for key in parts if CANARY.encode() in bucket.read(key)]
