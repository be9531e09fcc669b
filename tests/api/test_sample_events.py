"""The envelopes of events/: each is of its door's kind, is answered by it, and hangs together in itself."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from consentry_emulator.emulator import Emulator
from consentry_emulator.event_files import deliver_file
from tests.testkit.api.fixtures import ROOT

EVENTS = ROOT / "events"
HTTP = sorted(EVENTS.glob("*/api-*.json"))
QUEUED = sorted(EVENTS.glob("*/queue-*.json"))


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


@pytest.mark.parametrize("path", HTTP, ids=lambda path: path.stem)
def test_each_sample_api_event_is_answered_by_its_route(cloud: Emulator, path: Path) -> None:
    context = read(path)["requestContext"]

    answer = deliver_file(cloud, path)

    assert isinstance(answer, dict)
    assert answer["statusCode"] in (200, 403, 404, 422)
    assert isinstance(json.loads(answer["body"]), dict)
    assert context["routeKey"] == read(path)["routeKey"]
    assert {"sub", "consentry_customers"} <= set(context["authorizer"]["jwt"]["claims"])


def test_sample_api_events_have_unique_request_ids() -> None:
    ids = [read(path)["requestContext"]["requestId"] for path in HTTP]

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", QUEUED, ids=lambda path: path.stem)
def test_each_sample_sqs_message_has_the_digest_of_its_body(path: Path) -> None:
    for record in read(path)["Records"]:
        digest = hashlib.md5(record["body"].encode(), usedforsecurity=False)

        assert record["md5OfBody"] == digest.hexdigest()


def test_every_sample_event_is_used_in_the_demo() -> None:
    story = "".join(path.read_text() for path in (ROOT / "infra" / "consentry_demo").glob("*.py"))
    events = [path.relative_to(ROOT / "events") for path in (ROOT / "events").glob("*/*.json")]

    assert events
    assert [event for event in events if str(event) not in story] == []
