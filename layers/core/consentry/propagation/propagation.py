"""How far a withdrawal has propagated: the affected data sets, and when each was marked."""

from datetime import UTC, datetime

from consentry.consent.consent_event import ALL, ConsentEventContent, ConsentEventKind
from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.data_set import DataSet
from consentry.kernel.errors import NotFoundError
from consentry.kernel.schema import Id, StrictModel, UtcDatetime

ERASURE = "erased"
"""The propagation id of an erasure. Random tokens are longer."""


ASSIGNMENT = "assignment"
"""The middle of the id of an assignment's propagation. Parties are `customer` or longer."""


class Propagation(StrictModel):
    """The start of a propagation. `epochs`: the customer's epochs when it started.

    For an assignment, `withdrawal_id` is its `assignment_id`, `withdrawn_at` the time when it was
    assigned, and there are no epochs.
    """

    withdrawal_id: str
    customer: Id
    withdrawn_at: UtcDatetime
    started_at: UtcDatetime
    epochs: tuple[int, ...]

    def may_predate(self, data_set: DataSet) -> bool:
        """Whether the screening of a data set may have run before the consent event.

        INVARIANT: this is True for every data set that was committed before the event. Such a data
        set used an epoch that the event then incremented, and `epochs` were read later. A data set
        with no lower epoch was screened after the event and used it. No clock is involved, so a
        replay gives the same answer. An erasure stores no epochs: they would show between which two
        screenings it happened. Every data set that contains the old pseudonym was screened before
        the erasure.
        """
        return not self.epochs or any(
            used < current for used, current in zip(data_set.epochs, self.epochs, strict=True)
        )


class AffectedDataSet(StrictModel):
    """A data set that contains the party.

    `propagated_at` is set once the data set is marked and its users are notified.
    """

    data_set_id: str
    pending_since: UtcDatetime
    propagated_at: UtcDatetime | None = None


class PropagationStatus(StrictModel):
    """How far a withdrawal has propagated; `completed_at` is set once every data set is reached."""

    withdrawal_id: str
    withdrawn_at: UtcDatetime
    started_at: UtcDatetime | None = None
    completed_at: UtcDatetime | None = None
    data_sets: tuple[AffectedDataSet, ...] = ()


def propagates(record: StoredConsentEvent) -> bool:
    """Whether a consent event has to reach earlier data sets: it refuses or withdraws something.

    The event that remains of an erased person does not: no screening used the new pseudonym. The
    erasure itself propagates under the old one (`erasure_event`).
    """
    return record.propagation_id is not None


def erasure_event(customer: str, party: str, at: datetime) -> StoredConsentEvent:
    """An erasure as a withdrawal of everything under the old pseudonym.

    Of `at` only the day remains. A time to the second would show which new pseudonym replaced the
    old one.
    """
    content = {
        "consent_event_id": ERASURE,
        "kind": ConsentEventKind.WITHDRAWAL,
        "customer": customer,
        "party": {"person": party},
        "uses": ALL,
        "data": ALL,
    }
    return StoredConsentEvent(
        party=party,
        version=0,
        at=start_of_day(at),
        recorded_by="",
        consent_event=ConsentEventContent.read(content),
        body_digest="",
        propagation_id=ERASURE,
    )


def start_of_day(at: datetime) -> datetime:
    """The beginning of a moment's day, in UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def withdrawal_id(record: StoredConsentEvent) -> str:
    """`customer~party~token`, none of which contains a `~`; the party may be the customer."""
    return f"{record.consent_event.customer}~{record.party}~{record.propagation_id}"


def assignment_id(customer: str, version: int) -> str:
    """`customer~assignment~version`: the id of an assignment's propagation."""
    return f"{customer}~{ASSIGNMENT}~{version:04}"


def parse_withdrawal_id(withdrawal: str) -> tuple[str, str, str]:
    """Customer, party and token of a withdrawal id; NotFoundError for any other text."""
    parts = withdrawal.split("~")
    if len(parts) != 3 or not all(parts):
        raise NotFoundError("withdrawal")
    return parts[0], parts[1], parts[2]


def party_of_withdrawal(withdrawal: str) -> str:
    """The party of a withdrawal: a person's pseudonym, or the customer."""
    return parse_withdrawal_id(withdrawal)[1]
