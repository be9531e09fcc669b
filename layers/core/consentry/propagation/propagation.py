"""How far a withdrawal has got: which data sets hold its party, and which of them were marked, and when."""

from datetime import UTC, datetime

from consentry.consent.consent_event import ALL, ConsentEventContent, ConsentEventKind
from consentry.consent.stored_event import StoredConsentEvent
from consentry.datasets.data_set import DataSet
from consentry.kernel.errors import NotFoundError
from consentry.kernel.schema import Id, StrictModel, UtcDatetime

ERASURE = "erased"
"""What an erasure travels as: random tokens are longer."""


class Propagation(StrictModel):
    """A withdrawal (or refusal) on its way. `epochs`: the customer's, read when it was first looked at."""

    withdrawal_id: str
    customer: Id
    withdrawn_at: UtcDatetime
    started_at: UtcDatetime
    epochs: tuple[int, ...]

    def may_predate(self, data_set: DataSet) -> bool:
        """Whether a data set was screened before the act, or perhaps was.

        INVARIANT: a data set that was committed before the act stands on an epoch that the act then bumped, and
        `epochs` were read after that: it is always among these. One whose epochs are no lower anywhere was screened
        after the act, and saw it. No clock is asked, so a replay answers the same. An erasure keeps no epochs: they
        would tell between which two screenings it was, and whatever holds the old name was screened before it.
        """
        return not self.epochs or any(
            was < now for was, now in zip(data_set.epochs, self.epochs, strict=True)
        )


class AffectedDataSet(StrictModel):
    """A data set that holds the party; `landed_at` is None until it was marked and that was told."""

    data_set_id: str
    pending_since: UtcDatetime
    propagated_at: UtcDatetime | None = None


class PropagationStatus(StrictModel):
    """Where a withdrawal has landed and where not yet; `finished_at` is None until it has landed everywhere."""

    withdrawal_id: str
    withdrawn_at: UtcDatetime
    started_at: UtcDatetime | None = None
    completed_at: UtcDatetime | None = None
    data_sets: tuple[AffectedDataSet, ...] = ()


def propagates(record: StoredConsentEvent) -> bool:
    """Whether an act must reach what was built on the consent before it: it refuses something, or takes it back.

    What is left of an erased person does not: nobody was ever screened under the new name, and the old one travels.
    """
    return record.propagation_id is not None


def erasure_event(customer: str, party: str, at: datetime) -> StoredConsentEvent:
    """An erasure as a withdrawal of everything under the old name, whose acts are gone; `at` to the day alone.

    To the second, it could be told by time which new name the old one was exchanged for.
    """
    said = {"customer": customer, "person": party, "uses": ALL, "data": ALL}
    consent_event = ConsentEventContent.read(
        {"consent_event_id": ERASURE, "kind": ConsentEventKind.WITHDRAWAL} | said
    )
    return StoredConsentEvent(
        party=party,
        version=0,
        at=start_of_day(at),
        recorded_by="",
        consent_event=consent_event,
        body_digest="",
        propagation_id=ERASURE,
    )


def start_of_day(at: datetime) -> datetime:
    """The beginning of a moment's day, in UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def withdrawal_id(record: StoredConsentEvent) -> str:
    """`customer~party~token`: none of the three holds a `~`; the party is a random name, or the customer."""
    return f"{record.consent_event.customer}~{record.party}~{record.propagation_id}"


def parse_withdrawal_id(withdrawal: str) -> tuple[str, str, str]:
    """Customer, party and token of a withdrawal; NotFoundError for what is none."""
    parts = withdrawal.split("~")
    if len(parts) != 3 or not all(parts):
        raise NotFoundError("withdrawal")
    return parts[0], parts[1], parts[2]


def party_of_withdrawal(withdrawal: str) -> str:
    """Whose withdrawal it is: a person's random name, or the customer."""
    return parse_withdrawal_id(withdrawal)[1]
