"""Event files are delivered by the trigger of their kind; any other file is an error."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import UndeliverableFileError
from consentry_emulator.event_files import deliver_file


def write_event(directory: Path, event: Any) -> Path:
    path = directory / "trigger-case.json"
    path.write_text(json.dumps(event))
    return path


def test_a_recorded_http_payload_is_sent_unchanged(probes: Emulator, tmp_path: Path) -> None:
    recorded = {
        "rawPath": "/things/fixed",
        "headers": {"x-recorded": "yes"},
        "requestContext": {
            "http": {"method": "GET", "path": "/things/fixed"},
            "authorizer": {"jwt": {"claims": {"iss": "https://elsewhere", "sub": "ann"}}},
        },
    }

    response = deliver_file(probes, write_event(tmp_path, recorded))

    assert isinstance(response, dict)
    assert json.loads(response["body"])["event"] == recorded


def test_an_event_is_put_unchanged_on_the_bus_with_a_matching_rule(
    probes: Emulator, tmp_path: Path
) -> None:
    event = {"id": "one", "source": "probe", "detail-type": "Ask", "detail": {}}

    deliver_file(probes, write_event(tmp_path, event))

    delivered, published = probes.deliveries
    assert (delivered.function, delivered.event["id"]) == ("Answers", "one")
    assert published.event["detail"] == {"to": "one"}


def test_each_record_of_a_batch_is_sent_to_the_queue(probes: Emulator, tmp_path: Path) -> None:
    batch = {"Records": [{"eventSource": "aws:sqs", "body": body} for body in ("good", "fine")]}

    deliver_file(probes, write_event(tmp_path, batch))

    (delivery,) = probes.deliveries
    assert [record["body"] for record in delivery.event["Records"]] == ["good", "fine"]


def test_an_object_event_is_delivered_for_the_own_bucket_if_the_object_exists(
    probes: Emulator, tmp_path: Path
) -> None:
    detail = {"bucket": {"name": "recorded-elsewhere"}, "object": {"key": "acme/in/one.json"}}
    event = {"id": "one", "source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    path = write_event(tmp_path, event)

    with pytest.raises(UndeliverableFileError, match="put the object"):
        deliver_file(probes, path)
    probes.put_object("acme/in/one.json", b"{}", bucket="Objects")
    probes.deliver()
    deliver_file(probes, path)

    ids = [each.event["id"] for each in probes.deliveries if each.function]
    assert len(ids) == 2
    assert ids[1] == "one"


@pytest.mark.parametrize(
    "envelope",
    [[], {}, {"Records": [{"eventSource": "aws:sns"}]}, {"Records": [{"eventSource": "aws:s3"}]}],
    ids=["array", "empty", "sns", "s3 notification"],
)
def test_an_event_without_trigger_is_an_error(
    probes: Emulator, tmp_path: Path, envelope: Any
) -> None:
    with pytest.raises(UndeliverableFileError, match="trigger-case"):
        deliver_file(probes, write_event(tmp_path, envelope))

    assert probes.deliveries == []
