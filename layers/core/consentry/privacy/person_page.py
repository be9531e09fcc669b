"""The data about one person, as a page for that person."""

from collections.abc import Iterable, Iterator

from consentry.consent.status import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.html.environment import render
from consentry.html.labels import label
from consentry.kernel.vocabulary import ConsentStatus, DataCategory
from consentry.privacy.person_export import PersonDecision, PersonExport
from consentry.receipts.explanation import EVERY_USE, TRAINING_ONLY, data_label, uses_label
from consentry.receipts.receipt import receipt_path


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


def _explanation(decision: PersonDecision) -> str:
    explanations = [text for reason in decision.reasons for text in reason.explanations]
    return "; ".join(explanations) or "the terms do not cover this use"
