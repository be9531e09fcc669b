"""The data about one person, as a page for that person."""

from collections.abc import Iterable, Iterator

from consentry.consent.consent_event import every_use, nodes_of
from consentry.consent.status import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.html.environment import render
from consentry.html.labels import label, use_label
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Operation, Service
from consentry.privacy.person_export import PersonDecision, PersonExport
from consentry.receipts.receipt import receipt_path


def render_person_page(export: PersonExport) -> str:
    """Render the export as HTML."""
    return render(
        "privacy/person.html",
        export=export,
        statuses=list(_statuses(export.statuses)),
        data_label=_data_label,
        uses_label=_uses_label,
        nodes_of_event=_nodes_of_event,
        explanation=_explanation,
        receipt_path=receipt_path,
    )


def _statuses(statuses: Iterable[UseStatus]) -> Iterator[tuple[str, ConsentStatus, str]]:
    """Yield uses, status and data: one row for all uses that have the same status for the same data."""
    uses: dict[tuple[ConsentStatus, tuple[DataCategory, ...]], list[UseStatus]] = {}
    for each in statuses:
        uses.setdefault((each.status, each.data), []).append(each)
    for (status, data), alike in uses.items():
        yield _uses_label(alike), status, _data_label(data)


def _uses_label(uses: Iterable[UseStatus | Use]) -> str:
    services: dict[Operation, list[Service]] = {}
    for use in uses:
        services.setdefault(use.operation, []).append(use.service)
    if sum(map(len, services.values())) == len(every_use()):
        return "all uses"
    return "; ".join(use_label(operation, used_by) for operation, used_by in services.items())


def _data_label(leaves: tuple[DataCategory, ...]) -> str:
    nodes = nodes_of(leaves)
    return "all data" if nodes == ["all"] else ", ".join(map(label, nodes))


def _nodes_of_event(record: StoredConsentEvent) -> str:
    data = record.consent_event.data
    return "all data" if isinstance(data, str) else ", ".join(map(label, data))


def _explanation(decision: PersonDecision) -> str:
    return "; ".join(text for reason in decision.reasons for text in reason.explanations)
