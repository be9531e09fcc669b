"""Export what is stored about a person: consent events, keys, receipts, decisions and data sets.

No index leads from a person to decisions, on purpose. So the export reads all decisions of the
customer page by page, which suits an operator's command and not a route. The decisions come from an
index that may lag, so a very recent one can be missing. For each data set it reads the record and a part
of its membership file.
"""

from collections.abc import Iterator
from datetime import datetime

from consentry.audit.audit_row import AuditRow
from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.consent.consent_event import NamedPerson
from consentry.consent.get_consent import ConsentDetails, get_consent
from consentry.datasets.data_set import DataSet
from consentry.datasets.get_data_set import data_sets_containing, find_cause, find_decision
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import UnavailableError
from consentry.privacy.open import PrivacyDependencies
from consentry.privacy.person_export import (
    PersonDataSet,
    PersonDecision,
    PersonExport,
    PersonKey,
    decisions_about,
    keys_of,
    person_data_set,
)
from consentry.receipts.document import document_of
from consentry.receipts.get_receipt import receipt_from
from consentry.terms.assignment import AssignmentHistory

PAGE_SIZE = 100
ATTEMPTS = 3


def export_person(
    customer: str,
    person: str,
    *,
    caller: Caller,
    at: datetime,
    deps: PrivacyDependencies,
    page_size: int = PAGE_SIZE,
) -> PersonExport:
    """Everything that is stored about the person. `page_size`: decisions that are read at once.

    Raises ForbiddenCustomerError; UnavailableError if something could not be read, or if erasures
    of the person interfered on every attempt.
    """
    caller.require(customer, Permission.READ)
    deps.pseudonyms.require_customer(customer, caller)
    party = NamedPerson(person=person)
    for _ in range(ATTEMPTS):
        pseudonym = deps.pseudonyms.find_pseudonyms(customer, (person,)).get(person)
        consent = get_consent(customer, party, as_of=None, caller=caller, at=at, deps=deps)
        export = _export(customer, person, pseudonym, consent, deps, page_size)
        # INVARIANT: the pseudonym is the same before and after all reads. So the export does not
        # mix data from before and after an erasure.
        if deps.pseudonyms.find_pseudonyms(customer, (person,)).get(person) == pseudonym:
            return export
    raise UnavailableError("the person's pseudonym changed on every attempt")


def _export(
    customer: str,
    person: str,
    pseudonym: str | None,
    consent: ConsentDetails,
    deps: PrivacyDependencies,
    page_size: int,
) -> PersonExport:
    policy_sets = deps.assignments.get(customer).resolve(deps.library)
    events, at = consent.consent_events, consent.at
    receipts = (
        receipt_from(event, events, at=at, consents=deps.consents, policy_sets=policy_sets)
        for event in events
    )
    decisions: tuple[PersonDecision, ...] = ()
    data_sets: tuple[PersonDataSet, ...] = ()
    signing_keys: tuple[PersonKey, ...] = ()
    if pseudonym:
        rows = _all_decisions(customer, deps.decisions, page_size)
        decisions = tuple(decisions_about(pseudonym, rows))
        signing_keys = tuple(keys_of(pseudonym, deps.signing_keys.list(customer)))
        history = deps.assignments.history(customer)
        data_sets = tuple(
            _data_set(pseudonym, found, history, at, deps)
            for found in data_sets_containing(customer, pseudonym, deps)
        )
    return PersonExport(
        customer=customer,
        person=person,
        at=at,
        pseudonym=pseudonym,
        erased_at=next((event.at for event in events if event.is_erasure), None),
        statuses=consent.statuses,
        consent_events=events,
        receipts=tuple(map(document_of, receipts)),
        signing_keys=signing_keys,
        decisions=decisions,
        data_sets=data_sets,
    )


def _data_set(
    pseudonym: str,
    data_set: DataSet,
    history: AssignmentHistory,
    at: datetime,
    deps: PrivacyDependencies,
) -> PersonDataSet:
    state = deps.data_sets.get_state(data_set.data_set_id)
    decision = find_decision(data_set, deps.decisions)
    outdated = find_cause(decision, state, history, at=at, deps=deps) if decision else None
    return person_data_set(pseudonym, data_set, state, outdated)


def _all_decisions(
    customer: str, decisions: DynamoDBDecisionRepository, page_size: int
) -> Iterator[AuditRow]:
    page = None
    while True:
        found = decisions.list(customer, limit=page_size, page=page)
        yield from found.decisions
        page = found.next_page
        if page is None:
            return
