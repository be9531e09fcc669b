"""The dependencies of use cases: the real repositories over any DynamoDB client, and a customer, acme."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from consentry.aws.settings import Settings
from consentry.consent.consent_event import ConsentEvent, NamedPerson, Party
from consentry.consent.forms import Form
from consentry.consent.record_consent import RecordedConsent, record_consent
from consentry.decisions.decide import decide_use
from consentry.decisions.decision import Decision
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.requests import DataUseRequest
from consentry.privacy.open import PrivacyDependencies
from consentry.pseudonyms.repository import PseudonymRepository
from consentry.renewal.open import RenewalDependencies
from consentry.screening_jobs.open import ScreeningDependencies
from consentry.terms.assignment import Assignment
from consentry.terms.dynamodb import AssignmentRepository
from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library
from tests.testkit.fakes.dynamodb_tables import CONSENTS, DATA_SETS, DECISIONS, KEYS, PERMITS
from tests.testkit.fakes.object_repository import InMemoryObjectRepository
from tests.testkit.fakes.propagation_publisher import RecordingPublisher
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository
from tests.testkit.meeting_words import BUILT, EVERY_NODE, EVERY_USE

SETTINGS = {
    "CONSENT_TABLE": CONSENTS,
    "DECISION_TABLE": DECISIONS,
    "KEY_TABLE": KEYS,
    "PERMIT_TABLE": PERMITS,
    "DATA_SET_TABLE": DATA_SETS,
}
ACME = "acme"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVER = datetime(2020, 1, 1, tzinfo=UTC)
"""When the forms of the tests were registered, and since when their grants count where a test does not say."""
SECOND = timedelta(seconds=1)
OPERATOR = Caller.allowed("pipeline", "*", EVERY_PERMISSION)
DEFAULT_ASSIGNMENT = Assignment(terms="announced", guardrails=("house",))
EVERYTHING: dict[str, Any] = {"uses": EVERY_USE, "data": EVERY_NODE}
FORM = Form(
    customer=ACME,
    text="We may learn from all you share.",
    locale="en",
    covers_collected="anytime",
    **EVERYTHING,
)
FORM_SHA256 = hashlib.sha256(FORM.text.encode()).hexdigest()
FINE_TUNE = {"operation": "fine_tune", "service": "meeting_summary"}


@cache
def library() -> Library:
    """The truth tables that `make terms` built."""
    return read_library(BUILT, "meetings")


def use_request(request_id: str = "r-1", **changed: Any) -> DataUseRequest:
    """A request to fine-tune on acme's meeting audio in which ann speaks. Arguments replace fields."""
    document: dict[str, Any] = {
        "request_id": request_id,
        "customer": ACME,
        "use": FINE_TUNE,
        "model_owner": "first_party",
        "declared_by": "curator",
        "data": ["customer_content.audio"],
        "collected": {"at": "2026-02-01T09:00:00Z", "by_service": "meeting_summary"},
        "people": [{"person": "ann", "role": "speaker"}],
    }
    return DataUseRequest.read(document | changed)


def party_of(person: str | None) -> Party:
    """The party: a person, or None for the customer."""
    return "customer" if person is None else NamedPerson(person=person)


def consent_event(
    consent_event_id: str, kind: str, *, person: str | None = None, **changed: Any
) -> ConsentEvent:
    """A consent event of acme or one of its people about fine-tuning on meeting audio."""
    document: dict[str, Any] = {
        "consent_event_id": consent_event_id,
        "customer": ACME,
        "party": party_of(person),
        "kind": kind,
        "uses": [FINE_TUNE],
        "data": ["customer_content.audio"],
    }
    return ConsentEvent.read(document | changed)


@dataclass(eq=False)
class FakeDependencies(PrivacyDependencies, RenewalDependencies, ScreeningDependencies):
    """All that use cases depend on: the real repositories over a client, and objects in memory."""

    client: Any
    pseudonyms: PseudonymRepository = field(default_factory=FixedPseudonymRepository)
    library: Library = field(default_factory=library)
    assignment: Assignment = DEFAULT_ASSIGNMENT
    caller: Caller = OPERATOR
    pauses: list[float] = field(default_factory=list)
    files: InMemoryObjectRepository = field(default_factory=InMemoryObjectRepository)
    publisher: RecordingPublisher = field(default_factory=RecordingPublisher)

    def __post_init__(self) -> None:
        super().__init__(Settings.read(SETTINGS), pause=self.pauses.append)

    def dynamodb(self) -> Any:
        return self.client

    dynamodb_without_retries = dynamodb

    @cached_property
    def assignments(self) -> AssignmentRepository:
        return AssignmentRepository(self.table(CONSENTS), self.assignment)

    @cached_property
    def membership_files(self) -> InMemoryObjectRepository:
        return self.files

    def decide(self, request: DataUseRequest, *, at: datetime = NOW) -> Decision:
        return decide_use(request, caller=self.caller, at=at, deps=self)

    def record(self, consent_event: ConsentEvent, *, at: datetime = NOW) -> RecordedConsent:
        return record_consent(consent_event, caller=self.caller, at=at, deps=self)

    def grant(
        self, *, consent_event_id: str = "granted", at: datetime = NOW - SECOND, **fields: Any
    ) -> None:
        """Record a grant on a signed form."""
        form = self.consents.register(FORM, at=EVER).form_id
        self.record(
            consent_event(consent_event_id, "grant", form_id=form, signature="click", **fields),
            at=at,
        )
