"""What is known of one person, as a page for that person to read; nothing in it is loaded from anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from consentry.consent.consent_event import EVERY_USE, nodes_of
from consentry.consent.status_summary import UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.html.elements import Child, code, element, moment, table
from consentry.html.page import facts, page
from consentry.kernel.vocabulary import ConsentStatus, DataCategory, Operation, Service
from consentry.privacy.person_data_sets import PersonDataSet
from consentry.privacy.person_export import PersonDecision, PersonExport
from consentry.receipts.receipt import receipt_path


def render_page(export: PersonExport) -> str:
    """The page: HTML that is well-formed XML, to be kept as UTF-8."""
    title = f"What Consentry knows of {export.person}"
    return page(title, _header(export), element("main", *_parts(export)))


def _header(export: PersonExport) -> Element:
    return element(
        "header",
        element("p", "Consentry, what is known of one person", class_="kind"),
        element("h1", export.person),
        element("p", *_told(export), class_="until"),
        facts(
            {
                "Customer": export.customer,
                "As of": moment(export.at),
                "Called in tables and logs": code(export.pseudonym or "-"),
            }
        ),
    )


_ACT_HEADS = ("When", "ConsentEventContent", "Uses", "Data", "Form", "Receipt")
_DECISION_HEADS = ("When", "Answer", "Use", "Data", "In it as", "RevocationReason")
_DATA_SET_HEADS = ("Data set", "Screened", "For", "Data in it", "Models made of it", "Withdrawn")


def _told(export: PersonExport) -> Iterator[Child]:
    if export.pseudonym is None:
        yield "Nothing is known of this person."
    elif export.erased_at:
        yield "This person was erased on "
        yield moment(export.erased_at)
        yield ". Of the time before, only that is kept; data that names the person stays refused."
    else:
        counts = (
            f"{len(export.consent_events)} acts of consent, {len(export.decisions)} decisions, "
        )
        yield f"{counts}{len(export.data_sets)} data sets."


def _parts(export: PersonExport) -> Iterator[Element]:
    if export.statuses:
        yield element("h2", "Standings now")
        yield table(
            "What the person's acts come to; never asked on everything else",
            ("Uses", "ConsentStatus", "Data"),
            list(_standings(export.statuses)),
        )
    if export.consent_events:
        yield element("h2", "Acts")
        yield table("Oldest first", _ACT_HEADS, [_act(record) for record in export.consent_events])
    if export.decisions:
        yield element("h2", "DecisionRepository")
        given = [_decision(each) for each in export.decisions]
        yield table("On data with the person in it, oldest first", _DECISION_HEADS, given)
    if export.data_sets:
        yield element("h2", "Data sets")
        held = [_data_set(each) for each in export.data_sets]
        yield table("What was admitted with the person in it", _DATA_SET_HEADS, held)
    yield element("h2", "What is not in here")
    yield element("ul", *(element("li", words) for words in export.not_included))


def _standings(statuses: Iterable[UseStatus]) -> Iterator[tuple[Child, ...]]:
    """Uses of the same standing on the same data in one row."""
    alike: dict[tuple[ConsentStatus, tuple[DataCategory, ...]], list[UseStatus]] = {}
    for each in statuses:
        alike.setdefault((each.status, each.data), []).append(each)
    for (status, data), uses in alike.items():
        yield _uses(uses), status, _data(data)


def _uses(uses: Sequence[UseStatus]) -> str:
    if len(uses) == len(EVERY_USE):
        return "all uses"
    services: dict[Operation, list[Service]] = {}
    for each in uses:
        services.setdefault(each.operation, []).append(each.service)
    return "; ".join(
        f"{operation} for {'every service' if len(of) == len(Service) else ', '.join(of)}"
        for operation, of in services.items()
    )


def _data(leaves: tuple[DataCategory, ...]) -> str:
    nodes = nodes_of(leaves)
    return "all data" if nodes == ["all"] else ", ".join(nodes)


def _act(record: StoredConsentEvent) -> tuple[Child, ...]:
    consent_event = record.consent_event
    uses = (
        consent_event.uses
        if isinstance(consent_event.uses, str)
        else (f"{u.operation}/{u.service}" for u in consent_event.uses)
    )
    return (
        moment(record.at),
        "erased" if record.is_erasure else str(consent_event.kind),
        "all uses" if isinstance(uses, str) else ", ".join(uses),
        "all data" if isinstance(consent_event.data, str) else ", ".join(consent_event.data),
        code(consent_event.form_id) if consent_event.form_id else "-",
        code(receipt_path(record)),
    )


def _decision(each: PersonDecision) -> tuple[Child, ...]:
    explanation = "; ".join(words for reason in each.reasons for words in reason.explanations)
    return (
        moment(each.at),
        each.outcome,
        f"{each.operation} for {each.service}, {each.model_owner} model",
        _data(each.data),
        each.role or "-",
        explanation or "the terms are silent",
    )


def _data_set(each: PersonDataSet) -> tuple[Child, ...]:
    models = ", ".join(f"{model.model_id} ({model.kind})" for model in each.models)
    asked = (f"{r.action} {r.model_id or 'the data set'}" for r in each.remediations)
    return (
        code(each.data_set_id),
        moment(each.at),
        f"{each.operation} for {each.service}, {each.model_owner} model",
        _data(each.data),
        models or "none registered",
        f"asked, not known to be done: {', '.join(asked)}" if each.tainted_since else "-",
    )
