"""What is known of one person: standings, acts with receipts, decisions that name them, data sets that hold them.

Decisions are kept by their requests, and no index leads from a person to them (on purpose). So all decisions of
the customer are read, a page at a time: for an operator's command, not for a door. They come from an index, and a
decision of the last moments may be missing. Of each data set its record is read, and a part of its file of people.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from consentry.domain.callers import Caller
from consentry.domain.errors import UnansweredError
from consentry.domain.log.log_row import LogRow
from consentry.domain.person.person_data_sets import DataSetWith, data_set_with
from consentry.domain.person.person_export import PersonExport, decisions_on
from consentry.domain.receipts.receipt_document import document_of
from consentry.flows.holdings import Holding, data_sets_of
from consentry.flows.ports import DecisionHistory
from consentry.flows.show_consent import ConsentShown, Showing, show_consent
from consentry.flows.show_decisions import BEGINNING
from consentry.flows.show_receipt import receipt_among
from consentry.flows.worlds import WithHistory

PAGE = 100
ATTEMPTS = 3


class Exporting(Showing, Holding, WithHistory, Protocol):
    """What an export asks."""


def export_person(
    customer: str, person: str, *, caller: Caller, at: datetime, world: Exporting
) -> PersonExport:
    """All that is known of the person.

    Raises ForeignCustomerError; UnansweredError if something cannot be read, or the person was erased meanwhile
    again and again.
    """
    caller.require(customer)
    for _ in range(ATTEMPTS):
        name = world.keys.known_names(customer, (person,)).get(person)
        shown = show_consent(customer, person, as_of=None, caller=caller, at=at, world=world)
        export = _exported(customer, person, name, shown, world)
        # INVARIANT: one name stood from the first reading to the last, so what is told is all of one life.
        if world.keys.known_names(customer, (person,)).get(person) == name:
            return export
    raise UnansweredError("the person's name kept moving")


def _exported(
    customer: str, person: str, name: str | None, shown: ConsentShown, world: Exporting
) -> PersonExport:
    naming = decisions_on(name, _all_decisions(customer, world.history)) if name else ()
    return PersonExport(
        customer=customer,
        person=person,
        at=shown.at,
        name=name,
        erased_at=next((record.at for record in shown.acts if record.erases), None),
        standings=shown.standings,
        acts=shown.acts,
        receipts=_receipts(customer, shown, world),
        decisions=tuple(naming),
        data_sets=_data_sets_with(customer, name, world) if name else (),
    )


def _receipts(
    customer: str, shown: ConsentShown, world: Exporting
) -> tuple[Mapping[str, Any], ...]:
    books = world.bindings.of(customer).books(world.library)
    made = (
        receipt_among(record, shown.acts, at=shown.at, consents=world.consents, books=books)
        for record in shown.acts
    )
    return tuple(document_of(each) for each in made)


def _data_sets_with(customer: str, name: str, world: Holding) -> tuple[DataSetWith, ...]:
    return tuple(
        data_set_with(name, each, world.data_sets.kept_of(each.data_set_id))
        for each in data_sets_of(customer, name, world)
    )


def _all_decisions(customer: str, history: DecisionHistory) -> Iterator[LogRow]:
    since, page = BEGINNING.isoformat(timespec="microseconds"), None
    while True:
        found = history.of_customer(customer, since=since, outcome=None, limit=PAGE, page=page)
        yield from found.decisions
        page = found.next_page
        if page is None:
            return
