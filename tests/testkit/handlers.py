"""The real handlers over fakes of AWS, at a given time; calls to AWS may fail."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any
from unittest.mock import patch

import time_machine

from consentry.aws import clients
from consentry.aws.dependencies import forget
from consentry.permits import open as permit_dependencies
from consentry.terms import open as terms
from consentry.terms.policy_set import Library
from consentry_emulator.delivery.http_api import Request, payload
from consentry_emulator.runtime import LambdaContext
from consentry_emulator.stack_wiring import Route
from functions.consent import http as consent
from functions.decisions import http as decisions
from functions.permits import http as permits
from functions.privacy import http as privacy
from functions.screening import object_created
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_errors import Crash
from tests.testkit.fakes.dynamodb_tables import (
    CONSENTS,
    DATA_SETS,
    DECISIONS,
    KEYS,
    PERMITS,
    create_tables,
)
from tests.testkit.fakes.faults import Fault, FaultyClient
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner
from tests.testkit.fakes.s3 import FakeS3
from tests.testkit.meeting_words import BUILT
from tests.testkit.scopes import EVERY_SCOPE

BUCKET = "screening"
ENVIRONMENT = {
    "CONSENT_TABLE": CONSENTS,
    "DECISION_TABLE": DECISIONS,
    "KEY_TABLE": KEYS,
    "TERMS_DIRECTORY": str(BUILT),
    "VOCABULARY": "meetings",
    "DEFAULT_TERMS": "announced",
    "GUARDRAILS": "house",
    "SCREENING_BUCKET": BUCKET,
    "PERMIT_TABLE": PERMITS,
    "DATA_SET_TABLE": DATA_SETS,
    "PERMIT_KEY": "key-1",
    "PERMIT_ISSUER": "consentry-tests",
}
CONTEXT: Any = LambdaContext(
    "consentry", "arn:aws:lambda:eu-central-1:123456789012:function:consentry", 512, "1", "log", 1e9
)
CLAIMS = {"sub": "admin", "consentry_customers": "*", "scope": EVERY_SCOPE}


HANDLERS = {
    "decisions": decisions,
    "forms": consent,
    "consent-events": consent,
    "withdrawals": consent,
    "erasures": privacy,
    "permits": permits,
}
"""By the part of the path after the customer."""


@dataclass(frozen=True, slots=True)
class HandlerResponse:
    """The response of an HTTP handler: its status and body."""

    status: int
    body: Any


@dataclass
class Handlers:
    """The handlers, with one set of fakes."""

    library: Library
    dynamodb: FakeDynamoDB = field(default_factory=FakeDynamoDB)
    s3: FakeS3 = field(default_factory=FakeS3)
    faults: list[Fault | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        create_tables(self.dynamodb)

    def http(
        self, at: datetime, method: str, path: str, body: Any = None
    ) -> HandlerResponse | None:
        """Send one HTTP request; None if the handler crashed."""
        handler = HANDLERS[path.removeprefix("/customers/").split("/")[1]]
        route = Route("api", method, path, "function", None)
        request = Request(method, path, json.dumps(body), CLAIMS)
        with self._environment(at):
            event = payload(request, route, {}, CLAIMS)
            try:
                answer = handler.handle(event, CONTEXT)
            except Crash:
                return None
        return HandlerResponse(answer["statusCode"], json.loads(answer["body"]))

    def object_created(self, at: datetime, key: str) -> Mapping[str, Any]:
        """Deliver the event of a screening request that is in the bucket."""
        event = {
            "version": "0",
            "id": "event-1",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {"bucket": {"name": BUCKET}, "object": {"key": key}},
        }
        with self._environment(at):
            answer: Mapping[str, Any] = object_created.handle(event, CONTEXT)
        return answer

    @contextmanager
    def _environment(self, at: datetime) -> Iterator[None]:
        client = FaultyClient(self.dynamodb, *self.faults)
        self.faults = []
        with ExitStack() as stack:
            stack.enter_context(time_machine.travel(at, tick=False))
            stack.enter_context(patch.dict("os.environ", ENVIRONMENT))
            stack.enter_context(patch.object(clients, "dynamodb", lambda: client))
            stack.enter_context(patch.object(clients, "dynamodb_without_retries", lambda: client))
            stack.enter_context(patch.object(clients, "s3", lambda: self.s3))
            stack.enter_context(patch.object(terms, "_library", lambda *_: self.library))
            stack.enter_context(
                patch.object(
                    permit_dependencies, "KmsPermitSigner", lambda *_: InMemoryPermitSigner()
                )
            )
            stack.enter_context(patch("time.sleep", lambda _: None))
            stack.enter_context(patch("sys.stdout", StringIO()))
            forget()
            yield
            forget()
