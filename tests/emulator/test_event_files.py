"""Each event file is sent to the trigger of its event type; any other file is an error."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import UndeliverableFileError
from consentry_emulator.event_files import deliver_file


def written(directory: Path, envelope: Any) -> Path:
    path = directory / "trigger-case.json"
    path.write_text(json.dumps(envelope))
    return path


def test_a_recorded_http_payload_is_handed_on_as_it_was_recorded(
    probes: Emulator, tmp_path: Path
) -> None:
    recorded = {
        "rawPath": "/things/fixed",
        "headers": {"x-recorded": "yes"},
        "requestContext": {
            "http": {"method": "GET", "path": "/things/fixed"},
            "authorizer": {"jwt": {"claims": {"iss": "https://elsewhere", "sub": "ann"}}},
        },
    }

    response = deliver_file(probes, written(tmp_path, recorded))

    assert isinstance(response, dict)
    assert json.loads(response["body"])["event"] == recorded


def test_an_event_keeps_its_own_id_on_the_bus_whose_rule_takes_it(
    probes: Emulator, tmp_path: Path
) -> None:
    event = {"id": "one", "source": "probe", "detail-type": "Ask", "detail": {}}

    deliver_file(probes, written(tmp_path, event))

    use_request, answered = probes.deliveries
    assert (use_request.function, use_request.event["id"]) == ("Answers", "one")
    assert answered.event["detail"] == {"to": "one"}


def test_each_record_of_a_batch_is_sent_to_the_queue(probes: Emulator, tmp_path: Path) -> None:
    batch = {"Records": [{"eventSource": "aws:sqs", "body": body} for body in ("good", "fine")]}

    deliver_file(probes, written(tmp_path, batch))

    (delivery,) = probes.deliveries
    assert [record["body"] for record in delivery.event["Records"]] == ["good", "fine"]


def test_an_object_event_is_delivered_for_the_bucket_here_once_its_object_is_there(
    probes: Emulator, tmp_path: Path
) -> None:
    detail = {"bucket": {"name": "recorded-elsewhere"}, "object": {"key": "acme/in/one.json"}}
    event = {"id": "one", "source": "aws.s3", "detail-type": "Object Created", "detail": detail}
    path = written(tmp_path, event)

    with pytest.raises(UndeliverableFileError, match="put the object"):
        deliver_file(probes, path)
    probes.put_object("acme/in/one.json", b"{}", bucket="Objects")
    probes.deliver()
    deliver_file(probes, path)

    ids = [one.event["id"] for one in probes.deliveries if one.function]
    assert len(ids) == 2
    assert ids[1] == "one"


@pytest.mark.parametrize(
    "envelope",
    [[], {}, {"Records": [{"eventSource": "aws:sns"}]}, {"Records": [{"eventSource": "aws:s3"}]}],
    ids=["array", "empty", "sns", "s3 notification"],
)
def test_an_event_of_no_trigger_is_an_error(
    probes: Emulator, tmp_path: Path, envelope: Any
) -> None:
    with pytest.raises(UndeliverableFileError, match="trigger-case"):
        deliver_file(probes, written(tmp_path, envelope))

    assert probes.deliveries == []
