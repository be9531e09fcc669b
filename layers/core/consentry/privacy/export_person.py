"""What is known of one person: standings, acts with receipts, decisions that name them, data sets that hold them.

Decisions are kept by their requests, and no index leads from a person to them (on purpose). So all decisions of
the customer are read, a page at a time: for an operator's command, not for a door. They come from an index, and a
decision of the last moments may be missing. Of each data set its record is read, and a part of its file of people.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DecisionRepository
from consentry.audit.queries import BEGINNING
from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.datasets.dataset_membership import data_sets_containing
from consentry.datasets.open import DataSetDependencies
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import UnavailableError
from consentry.privacy.open import PrivacyDependencies
from consentry.privacy.person_data_sets import PersonDataSet, person_data_set
from consentry.privacy.person_export import PersonExport, decisions_about
from consentry.receipts.document import document_of
from consentry.receipts.get_receipt import receipt_from

PAGE = 100
ATTEMPTS = 3


def export_person(
    customer: str, person: str, *, caller: Caller, at: datetime, deps: PrivacyDependencies
) -> PersonExport:
    """All that is known of the person.

    Raises ForbiddenCustomerError; UnavailableError if something cannot be read, or the person was erased meanwhile
    again and again.
    """
    caller.require(customer)
    for _ in range(ATTEMPTS):
        pseudonym = deps.pseudonyms.find_pseudonyms(customer, (person,)).get(person)
        shown = get_consent(customer, person, as_of=None, caller=caller, at=at, deps=deps)
        export = _exported(customer, person, pseudonym, shown, deps)
        # INVARIANT: one name stood from the first reading to the last, so what is told is all of one life.
        if deps.pseudonyms.find_pseudonyms(customer, (person,)).get(person) == pseudonym:
            return export
    raise UnavailableError("the person's name kept moving")


def _exported(
    customer: str,
    person: str,
    pseudonym: str | None,
    shown: ConsentDetails,
    deps: PrivacyDependencies,
) -> PersonExport:
    naming = (
        decisions_about(pseudonym, _all_decisions(customer, deps.decisions)) if pseudonym else ()
    )
    return PersonExport(
        customer=customer,
        person=person,
        at=shown.at,
        pseudonym=pseudonym,
        erased_at=next((record.at for record in shown.consent_events if record.is_erasure), None),
        statuses=shown.statuses,
        consent_events=shown.consent_events,
        receipts=_receipts(customer, shown, deps),
        decisions=tuple(naming),
        data_sets=_data_sets_with(customer, pseudonym, deps) if pseudonym else (),
    )


def _receipts(
    customer: str, shown: ConsentDetails, deps: PrivacyDependencies
) -> tuple[Mapping[str, Any], ...]:
    policy_sets = deps.assignments.of(customer).policy_sets(deps.library)
    made = (
        receipt_from(
            record,
            shown.consent_events,
            at=shown.at,
            consents=deps.consents,
            policy_sets=policy_sets,
        )
        for record in shown.consent_events
    )
    return tuple(document_of(each) for each in made)


def _data_sets_with(
    customer: str, pseudonym: str, deps: DataSetDependencies
) -> tuple[PersonDataSet, ...]:
    return tuple(
        person_data_set(pseudonym, each, deps.data_sets.state_of(each.data_set_id))
        for each in data_sets_containing(customer, pseudonym, deps)
    )


def _all_decisions(customer: str, history: DecisionRepository) -> Iterator[AuditRow]:
    since, page = BEGINNING.isoformat(timespec="microseconds"), None
    while True:
        found = history.list(customer, since=since, outcome=None, limit=PAGE, page=page)
        yield from found.decisions
        page = found.next_page
        if page is None:
            return
