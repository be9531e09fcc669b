"""How far a withdrawal has got: which data sets hold its party, and which of them were marked, and when."""

from datetime import UTC, datetime

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import ALL, Act, ActKind
from consentry.domain.contract import Document, Id, Moment
from consentry.domain.errors import NotFoundError
from consentry.domain.reach.data_sets import DataSet

ERASED = "erased"
"""What an erasure travels as: random tokens are longer."""


class Reach(Document):
    """A withdrawal (or refusal) on its way. `epochs`: the customer's, read when it was first looked at."""

    withdrawal_id: str
    customer: Id
    acted_at: Moment
    begun_at: Moment
    epochs: tuple[int, ...]

    def may_have_missed(self, data_set: DataSet) -> bool:
        """Whether a data set was screened before the act, or perhaps was.

        INVARIANT: a data set that was committed before the act stands on an epoch that the act then bumped, and
        `epochs` were read after that: it is always among these. One whose epochs are no lower anywhere was screened
        after the act, and saw it. No clock is asked, so a replay answers the same. An erasure keeps no epochs: they
        would tell between which two screenings it was, and whatever holds the old name was screened before it.
        """
        return not self.epochs or any(
            was < now for was, now in zip(data_set.epochs, self.epochs, strict=True)
        )


class ReachedDataSet(Document):
    """A data set that holds the party; `landed_at` is None until it was marked and that was told."""

    data_set_id: str
    found_at: Moment
    landed_at: Moment | None = None


class ReachShown(Document):
    """Where a withdrawal has landed and where not yet; `finished_at` is None until it has landed everywhere."""

    withdrawal_id: str
    acted_at: Moment
    begun_at: Moment | None = None
    finished_at: Moment | None = None
    data_sets: tuple[ReachedDataSet, ...] = ()


def travels(record: ActRecord) -> bool:
    """Whether an act must reach what was built on the consent before it: it refuses something, or takes it back.

    What is left of an erased person does not: nobody was ever screened under the new name, and the old one travels.
    """
    return record.travels_as is not None


def erasure_of(customer: str, party: str, at: datetime) -> ActRecord:
    """An erasure as a withdrawal of everything under the old name, whose acts are gone; `at` to the day alone.

    To the second, it could be told by time which new name the old one was exchanged for.
    """
    said = {"customer": customer, "person": party, "uses": ALL, "data": ALL}
    act = Act.read({"act_id": ERASED, "kind": ActKind.WITHDRAW} | said)
    return ActRecord(
        party=party,
        version=0,
        at=day_of(at),
        recorded_by="",
        act=act,
        body_digest="",
        travels_as=ERASED,
    )


def day_of(at: datetime) -> datetime:
    """The beginning of a moment's day, in UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def withdrawal_id(record: ActRecord) -> str:
    """`customer~party~token`: none of the three holds a `~`; the party is a random name, or the customer."""
    return f"{record.act.customer}~{record.party}~{record.travels_as}"


def parts_of(withdrawal: str) -> tuple[str, str, str]:
    """Customer, party and token of a withdrawal; NotFoundError for what is none."""
    parts = withdrawal.split("~")
    if len(parts) != 3 or not all(parts):
        raise NotFoundError("withdrawal")
    return parts[0], parts[1], parts[2]


def party_of(withdrawal: str) -> str:
    """Whose withdrawal it is: a person's random name, or the customer."""
    return parts_of(withdrawal)[1]
