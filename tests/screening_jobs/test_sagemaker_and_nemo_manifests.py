"""SageMaker and NeMo manifests are screened unchanged: only the request's mapping knows them."""

import json
from typing import Any

import pytest

from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import (
    AUDIO,
    COLLECTED_AT,
    CONSTANTS,
    ScreeningDriver,
    screening,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables


def sagemaker(person: str, **metadata: Any) -> bytes:
    """A line of a SageMaker augmented manifest: source-ref, label, and the label's `-metadata` object."""
    document = {
        "source-ref": f"s3://meetings/{person}.wav",
        "speaker": 0,
        "speaker-metadata": {
            "class-name": person,
            "confidence": 0.0,
            "type": "groundtruth/text-classification",
            "job-name": "labeling-job/speakers",
            "human-annotated": "yes",
            "creation-date": COLLECTED_AT,
            **metadata,
        },
    }
    return json.dumps(document).encode() + b"\n"


def nemo(person: str, **more: Any) -> bytes:
    """A line of a NeMo manifest: audio_filepath, duration, text, and any other fields."""
    document = {
        "audio_filepath": f"/data/{person}.wav",
        "duration": 3.25,
        "text": "so what do we say",
        "speaker": person,
        "recorded_at": COLLECTED_AT,
        **more,
    }
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


SAGEMAKER = CONSTANTS | {
    "people": {"field": "speaker-metadata.class-name", "role": "speaker"},
    "collected_at": {"field": "speaker-metadata.creation-date"},
}
NEMO = CONSTANTS | {
    "people": {"field": "speaker", "role": "speaker"},
    "collected_at": {"field": "recorded_at"},
}


@pytest.mark.parametrize(("line", "fields"), [(sagemaker, SAGEMAKER), (nemo, NEMO)])
def test_sagemaker_and_nemo_manifests_are_screened_through_a_field_mapping(
    line: Any, fields: dict[str, Any]
) -> None:
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    acme.deps.record(consent_event("w", "withdrawal", person="bob"))
    acme.put([line("ann"), line("bob"), line("a\x01b")])

    decision = acme.screen(screening(fields=fields))

    assert acme.output(decision, "admitted") == line("ann")
    assert acme.output(decision, "rejected") == line("bob")
    assert acme.output(decision, "undetermined") == line("a\x01b")
    assert [kind.facts.data for kind in decision.row_patterns] == [(AUDIO,)] * 2


def test_a_timestamp_without_an_offset_is_undetermined() -> None:
    """Ground Truth's `creation-date` has no offset: map a constant or another field."""
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    line = sagemaker("ann", **{"creation-date": "2026-02-01T09:00:00.123456"})
    acme.put([line])

    by_field = acme.screen(screening("s-1", fields=SAGEMAKER))
    by_constant = acme.screen(
        screening("s-2", fields=SAGEMAKER | {"collected_at": {"constant": COLLECTED_AT}})
    )

    assert dict(by_field.invalid_rows) == {
        "collected_at: is a date or time without an offset: declare its `zone` "
        "(column `speaker-metadata.creation-date`)": 1
    }
    assert acme.output(by_constant, "admitted") == line
