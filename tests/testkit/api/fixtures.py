"""The stack of the template, started once per test module; each test has its own customers."""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consentry_cli.local_stack import start
from consentry_emulator.emulator import Emulator
from consentry_emulator.stack_wiring import Function
from tests.testkit.scopes import EVERY_SCOPE

ROOT = Path(__file__).parents[3]
CUSTOMERS = itertools.count(1)
TUNE = {"operation": "fine_tune", "service": "meeting_summary"}
INFER = {"operation": "infer", "service": "meeting_summary"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[Emulator]:
    with start() as raised:
        yield raised


@dataclass(frozen=True)
class Http:
    """The response of an HTTP handler."""

    status: int
    body: Any


@dataclass(frozen=True)
class Customer:
    """A customer of the test's own, and its administrator, who sends the requests."""

    cloud: Emulator
    id: str

    @property
    def path(self) -> str:
        """The path of everything that belongs to the customer."""
        return f"/customers/{self.id}"

    def claims(self) -> dict[str, str]:
        return {"sub": "admin", "consentry_customers": self.id, "scope": EVERY_SCOPE}

    def send(
        self, method: str, path: str, body: Any = None, claims: Mapping[str, str] | None = None
    ) -> Http:
        answer = self.cloud.http(method, path, body, self.claims() if claims is None else claims)
        return Http(answer["statusCode"], json.loads(answer["body"]))

    def request(self, request_id: str | None, **changes: Any) -> dict[str, Any]:
        body = {
            "customer": self.id,
            "data": ["customer_content.audio"],
            "use": TUNE,
            "model_owner": "first_party",
            "collected": {"at": "2026-01-05T09:00:00Z", "by_service": "meeting_summary"},
            "people": [{"person": "ana", "role": "host"}, {"person": "ben", "role": "guest"}],
            "declared_by": "curation",
        }
        return body | ({"request_id": request_id} if request_id else {}) | changes

    def form(self, text: str = "?") -> dict[str, Any]:
        scope = {"uses": [TUNE, INFER], "data": ["customer_content"]}
        return {"text": text, "locale": "en", "covers_collected": "anytime"} | scope

    def registers_a_form(self) -> Http:
        """From then on the customer exists."""
        return self.send("POST", f"{self.path}/forms", self.form())

    def grants(self) -> None:
        form = self.registers_a_form()
        grant = {
            "consent_event_id": "grant",
            "party": "customer",
            "kind": "grant",
            "uses": [TUNE],
            "data": ["customer_content"],
            "form_id": form.body["form_id"],
            "signature": "click",
        }
        assert self.send("POST", f"{self.path}/consent-events", grant).status == 201
        self.cloud.deliver()  # the records in the stream

    def withdraws(self, person: str | None) -> None:
        withdrawal = {
            "consent_event_id": "withdrawal",
            "party": {"person": person} if person else "customer",
        }
        assert self.send("POST", f"{self.path}/withdrawals", withdrawal).status == 201

    def decisions(self) -> list[dict[str, Any]]:
        response = self.send("GET", f"{self.path}/decisions")
        decisions: list[dict[str, Any]] = response.body["decisions"]
        return decisions


@pytest.fixture
def acme(cloud: Emulator) -> Customer:
    return Customer(cloud, f"acme-{next(CUSTOMERS)}")


@pytest.fixture
def globex(cloud: Emulator) -> Customer:
    return Customer(cloud, f"globex-{next(CUSTOMERS)}")


def function(cloud: Emulator, name: str) -> Function:
    """A function of the template, by its logical id."""
    return next(each for each in cloud.wiring.functions.values() if each.logical_id == name)


def decision_count(cloud: Emulator) -> int:
    """How many rows the decision table holds."""
    table = function(cloud, "DecisionsHttpFunction").environment["DECISION_TABLE"]
    rows: int = cloud.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"]
    return rows


def sqs_batch(*bodies: str) -> dict[str, Any]:
    """A batch as Lambda polls it, its message ids `message-0` and so on."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SenderId": "AROAEXAMPLE:curation"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:requests",
                "awsRegion": "eu-central-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def bus_event(detail: Any, **changes: Any) -> dict[str, Any]:
    """A DataUseRequested event."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "DataUseRequested",
        "source": "meetings.pipeline",
        "account": "123456789012",
        "time": "2026-11-23T09:30:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    } | changes
