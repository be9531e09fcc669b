"""Screening requests and manifests of acme, and screenings of them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.manifests.screening_request import ScreeningRequest
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.screening.progress import Progress
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening_jobs.issue_permit import PermitIssuer
from consentry.screening_jobs.screen_manifest import screen_manifest
from tests.testkit.builders.dependencies import (
    ACME,
    FINE_TUNE,
    NOW,
    FakeDependencies,
    consent_event,
)
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.object_repository import InMemoryObjectRepository
from tests.testkit.fakes.permit_signer import InMemoryPermitSigner

KEY = f"{ACME}/manifests/m.jsonl"
AUDIO = "customer_content.audio"
COLLECTED_AT = "2026-02-01T09:00:00Z"
FIELDS: dict[str, Any] = {
    "people": {"field": "people", "role": "speaker"},
    "data": {"field": "data"},
    "collected_at": {"field": "at"},
    "collected_by": {"constant": "meeting_summary"},
}
TIMED_FIELDS: dict[str, Any] = FIELDS | {
    "recording": {"field": "meeting"},
    "onset": {"field": "onset"},
    "duration": {"field": "duration"},
}
CONSTANTS: dict[str, Any] = {
    "data": {"constant": AUDIO},
    "collected_at": {"constant": COLLECTED_AT},
    "collected_by": {"constant": "meeting_summary"},
}


def screening(request_id: str = "s-1", **changed: Any) -> ScreeningRequest:
    """A request to fine-tune on the rows of a JSONL manifest. Arguments replace fields."""
    document: dict[str, Any] = {
        "request_id": request_id,
        "customer": ACME,
        "use": FINE_TUNE,
        "model_owner": "first_party",
        "declared_by": "curator",
        "manifest": {"key": KEY, "format": "jsonl"},
        "fields": FIELDS,
    }
    return ScreeningRequest.read(document | changed)


def csv_screening(**changed: Any) -> ScreeningRequest:
    """A request for a CSV manifest."""
    location = {"key": KEY, "format": "csv"}
    return screening(**{"manifest": location} | changed)


def rttm_screening(**changed: Any) -> ScreeningRequest:
    """A request for an RTTM manifest."""
    location = {"key": KEY, "format": "rttm"}
    return screening(**{"manifest": location, "fields": CONSTANTS} | changed)


def row(*people: str, data: Any = AUDIO, at: Any = COLLECTED_AT, **more: Any) -> bytes:
    """A line of a JSONL manifest."""
    return json.dumps({"people": people, "data": data, "at": at, **more}).encode() + b"\n"


def rttm_line(recording: str, person: str, seconds: str = "1.5") -> bytes:
    """A line of an RTTM manifest."""
    return segment_line(recording, person, "0.0", seconds)


def segment_line(recording: str, person: str, onset: str, duration: str) -> bytes:
    """A line of a JSONL manifest with an onset."""
    return f"SPEAKER {recording} 1 {onset} {duration} <NA> <NA> {person} <NA> <NA>\n".encode()


class ScreeningDriver:
    """Screens manifests. `deps` and `store` may be shared with other drivers.

    `limits` may be set later.
    """

    def __init__(
        self,
        deps: FakeDependencies,
        store: InMemoryObjectRepository | None = None,
        limits: ScreeningLimits = DEFAULT_LIMITS,
    ) -> None:
        self.limits = limits
        self.deps = deps if store is None else replace(deps, files=store)
        self.signer = InMemoryPermitSigner()

    @property
    def store(self) -> InMemoryObjectRepository:
        """The objects: the manifest and the outputs of screenings."""
        return self.deps.files

    def put(self, lines: Iterable[bytes]) -> None:
        """Store the manifest."""
        self.store.objects[KEY] = b"".join(lines)

    def screen(
        self,
        request: ScreeningRequest | None = None,
        *,
        at: datetime = NOW,
        keys: PseudonymRepository | None = None,
        progress: Progress | None = None,
    ) -> ScreeningDecision:
        """Deliver a request once. `keys` replaces the pseudonym repository."""
        return screen_manifest(
            request or screening(),
            caller=self.deps.caller,
            at=at,
            deps=self.deps if keys is None else replace(self.deps, pseudonyms=keys),
            issuer=self.issuer,
            progress=progress,
            limits=self.limits,
        )

    @property
    def issuer(self) -> PermitIssuer:
        """The issuer of the permits."""
        return PermitIssuer("consentry-tests", self.signer, self.deps.permits)

    def permit(self, decision: ScreeningDecision) -> str | None:
        """The permit file of a decision."""
        token = decision.decision_id.rpartition("~")[2]
        found = self.store.objects.get(f"{ACME}/screenings/{token}/permit.jwt")
        return found.decode() if found else None

    def output(self, decision: ScreeningDecision, name: str) -> bytes:
        """Read an output of a decision."""
        return self.store.objects[decision.outputs[name].key]

    def reasons(self, decision: ScreeningDecision) -> list[dict[str, Any]]:
        """The reason of each row that is not admitted."""
        written = [json.loads(line) for line in self.output(decision, "reasons").splitlines()]
        return [
            {**reason, "line": line}
            for reason in written
            for line in range(reason["line"], reason.pop("through", reason["line"]) + 1)
        ]

    def report(self, decision: ScreeningDecision) -> Any:
        """The stored report."""
        token = decision.decision_id.rpartition("~")[2]
        return json.loads(self.store.objects[f"{ACME}/screenings/{token}/report.json"])


def screening_with_withdrawals(*withdrew: str) -> ScreeningDriver:
    """A driver for a customer that granted and people who withdrew."""
    client = FakeDynamoDB()
    create_tables(client)
    screened = ScreeningDriver(FakeDependencies(client))
    screened.deps.grant()
    for person in withdrew:
        screened.deps.record(consent_event(f"w-{person}", "withdrawal", person=person))
    return screened
