"""The data about one person, as a page for that person."""

from collections.abc import Iterable, Iterator

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.status import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.status import OutdatedCause
from consentry.decisions.evaluation import Outcome
from consentry.html.environment import render
from consentry.html.labels import label
from consentry.kernel.vocabulary import ConsentStatus, DataCategory
from consentry.privacy.person_export import PersonDecision, PersonExport
from consentry.receipts.explanation import EVERY_USE, TRAINING_ONLY, data_label, uses_label
from consentry.receipts.receipt import receipt_path

_STATUSES = {
    ConsentStatus.GRANTED: "given on a signed form",
    ConsentStatus.DEEMED: "given without a signed form",
    ConsentStatus.UNIDENTIFIED: "the person is not identified",
    ConsentStatus.NEVER_ASKED: "no consent event",
    ConsentStatus.INVALIDATED: "no longer valid: the terms changed",
    ConsentStatus.EXPIRED: "expired",
    ConsentStatus.REFUSED: "refused",
    ConsentStatus.WITHDRAWN: "withdrawn",
    ConsentStatus.UNREADABLE: "could not be read",
}
_EVENTS = {
    ConsentEventKind.GRANT: "consent given",
    ConsentEventKind.REFUSAL: "consent refused",
    ConsentEventKind.WITHDRAWAL: "consent withdrawn",
}
_OUTCOMES = {Outcome.ALLOW: "allowed", Outcome.DENY: "denied"}
_CAUSES = {
    OutdatedCause.ASSIGNMENT: "other terms were assigned",
    OutdatedCause.NEW_VERSION: "the terms have a new version",
    OutdatedCause.MATERIAL_CHANGE: "the terms changed materially",
    OutdatedCause.EXPIRED_CONSENT: "a consent expired",
}


def render_person_page(export: PersonExport) -> str:
    """Render the export as HTML."""
    return render(
        "privacy/person.html",
        export=export,
        statuses=list(_statuses(export.statuses)),
        data_label=data_label,
        uses_label=uses_label,
        nodes_of_event=_nodes_of_event,
        explanation=_explanation,
        status_label=_STATUSES.__getitem__,
        event_label=_event_label,
        outcome_label=lambda decision: _OUTCOMES[decision.outcome],
        cause_label=_CAUSES.__getitem__,
        receipt_path=receipt_path,
        what_stops=f"{EVERY_USE} {TRAINING_ONLY}",
    )


def _statuses(statuses: Iterable[UseStatus]) -> Iterator[tuple[str, ConsentStatus, str]]:
    """Yield uses, status and data: one row for all uses that have the same status for the same data."""
    uses: dict[tuple[ConsentStatus, tuple[DataCategory, ...]], list[UseStatus]] = {}
    for each in statuses:
        uses.setdefault((each.status, each.data), []).append(each)
    for (status, data), alike in uses.items():
        yield uses_label(alike), status, data_label(data)


def _nodes_of_event(record: StoredConsentEvent) -> str:
    data = record.consent_event.data
    return "all data" if isinstance(data, str) else ", ".join(map(label, data))


def _event_label(record: StoredConsentEvent) -> str:
    return "erasure" if record.is_erasure else _EVENTS[record.consent_event.kind]


def _explanation(decision: PersonDecision) -> str:
    return "; ".join(text for reason in decision.reasons for text in reason.explanations)
