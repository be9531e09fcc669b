"""The sample events in events/: each is answered by its handler, is consistent, and is used."""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pydantic import TypeAdapter

from consentry.kernel.errors import InvalidRequestError
from consentry.propagation.messages import read_stream_record, to_message
from consentry_cli.local_stack import deliver_file
from consentry_emulator.emulator import Emulator
from functions.openapi import PUBLISHED_EVENTS
from tests.testkit.api.fixtures import ROOT

EVENTS = ROOT / "events"
HTTP = sorted(EVENTS.glob("*/http-*.json"))
PUBLISHED = sorted(EVENTS.glob("*/published-*.json"))
DETAILS = {kind.__name__: kind for kind in PUBLISHED_EVENTS}
QUEUED = sorted(EVENTS.glob("*/queue-*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("path", HTTP, ids=lambda path: path.stem)
def test_each_sample_api_event_is_answered_by_its_route(cloud: Emulator, path: Path) -> None:
    context = read(path)["requestContext"]

    answer = deliver_file(cloud, path)

    assert isinstance(answer, dict)
    assert answer["statusCode"] in (200, 201, 403, 404, 422)
    assert isinstance(json.loads(answer["body"]), dict)
    assert context["routeKey"] == read(path)["routeKey"]
    jwt = context["authorizer"]["jwt"]
    assert {"sub", "consentry_customers"} <= set(jwt["claims"])
    assert jwt["claims"]["scope"].split() == jwt["scopes"]


@pytest.mark.parametrize("path", HTTP, ids=lambda path: path.stem)
def test_each_sample_api_event_has_the_path_and_query_of_its_parameters(path: Path) -> None:
    event = read(path)
    _, _, route = event["routeKey"].partition(" ")

    assert event["rawPath"] == event["requestContext"]["http"]["path"]
    assert event["rawPath"] == route.format(**event.get("pathParameters", {}))
    query = dict(parse_qsl(event["rawQueryString"]))
    assert query == event.get("queryStringParameters", {})


def test_sample_api_events_have_unique_request_ids() -> None:
    ids = [read(path)["requestContext"]["requestId"] for path in HTTP]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", QUEUED, ids=lambda path: path.stem)
def test_each_sample_sqs_message_has_the_digest_of_its_body(path: Path) -> None:
    for record in read(path)["Records"]:
        digest = hashlib.md5(record["body"].encode(), usedforsecurity=False)

        assert record["md5OfBody"] == digest.hexdigest()


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_each_sample_published_event_has_the_detail_of_its_type(path: Path) -> None:
    event = read(path)
    codec = TypeAdapter[Any](DETAILS[event["detail-type"]])

    detail = codec.validate_json(json.dumps(event["detail"]))

    assert codec.dump_python(detail, mode="json") == event["detail"]
    assert event["detail"]["schema_version"] == 1


@pytest.mark.parametrize("kind", PUBLISHED_EVENTS, ids=lambda kind: kind.__name__)
def test_every_published_event_has_a_schema_version(kind: type) -> None:
    schema = TypeAdapter[Any](kind).json_schema(mode="serialization")

    assert schema["properties"]["schema_version"]["const"] == 1


def test_sample_stream_records_are_a_grant_a_refusal_and_a_poison_record() -> None:
    grant, refusal, poison = read(EVENTS / "consent" / "stream-refusal-and-poison.json")["Records"]
    (message,) = read(EVENTS / "consent" / "propagation-queue-refusal.json")["Records"]

    assert to_message(grant) is None
    assert to_message(refusal) is not None
    assert json.loads(to_message(poison) or "{}") == poison
    assert read_stream_record(grant) is not None
    assert read_stream_record(json.loads(message["body"])) == read_stream_record(refusal)
    with pytest.raises(InvalidRequestError):
        read_stream_record(poison)


def test_every_sample_event_is_used_in_the_demo() -> None:
    demo = ROOT / "infra" / "consentry_demo"
    played = "".join(path.read_text() for path in demo.rglob("*.*"))
    events = [path.relative_to(EVENTS) for path in EVENTS.glob("*/*.json")]

    assert len(events) > 40
    assert HTTP
    assert PUBLISHED
    assert QUEUED
    assert [event for event in events if str(event) not in played] == []
