"""A person is erased (GDPR Art. 17): what is asked, what stays, and until when backups may still know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consentry.domain.consent.acts import ALL, ActKind, ConsentAct
from consentry.domain.contract import Document, Id

BACKUPS_KEEP = timedelta(days=35)
"""How far point-in-time recovery of the tables goes back."""

QUEUES_KEEP = timedelta(days=15)
"""How long a message may be under way, and then in the dead letters, which keep it for 14 days."""


STREAM_KEEPS = timedelta(days=1)
"""How long the consent table's stream holds copies of what was written to it."""

SCREENINGS_KEEP = timedelta(days=5)
"""How long a screening's notes lie sealed in the bucket, at the longest.

Two days, then one more as an old version, and S3 goes on to the next midnight after each.
"""


class Erasure(Document):
    """Erase one of a customer's people; the same id again is the same erasure, whatever came after it."""

    erasure_id: Id
    customer: Id
    person: Id

    @property
    def withdrawal(self) -> ConsentAct:
        """The one act that stays: all that was given is taken back, for data that still names the person."""
        return ConsentAct(
            act_id=self.erasure_id,
            customer=self.customer,
            person=self.person,
            kind=ActKind.WITHDRAW,
            uses=ALL,
            data=ALL,
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that an erasure does not reach, and until when it is there (None: until somebody removes it)."""

    what: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Erased:
    """An erasure that is done: since when, and all that it does not reach.

    `at`: its own moment; of one that another erasure of the person followed, that other's, since its own is
    erased: what it says is kept is then there no longer than it says.
    """

    erasure_id: str
    at: datetime

    @property
    def kept(self) -> tuple[Kept, ...]:
        """What is still there, said in full."""
        return tuple(Kept(what, self.at + keep if keep else None) for what, keep in KEPT)


KEPT: tuple[tuple[str, timedelta | None], ...] = (
    (
        "a keyed mark that the person was erased, and keyed tokens of the ids of what was erased: "
        "data that names them stays refused",
        None,
    ),
    ("decisions, in which the person has a name that is nobody's any more", None),
    (
        "records of data sets and the people in them, their marks, and how far withdrawals got, "
        "under names that are nobody's any more",
        None,
    ),
    ("the person as a caller, or as who acted for somebody, by a keyed pseudonym", None),
    ("manifests and screenings in the bucket, in all versions: yours to remove", None),
    ("point-in-time backups of the tables", BACKUPS_KEEP),
    ("copies of acts in the consent table's stream", STREAM_KEEPS),
    ("what screenings looked up, sealed for a run that goes on", SCREENINGS_KEEP),
    ("requests under way or in dead-letter queues, if these are not redriven", QUEUES_KEEP),
    ("events that told whom to ask again, with whoever got them: yours to remove", None),
    ("backups and exports that you made yourself", None),
)
"""What an erasure does not reach, and for how long it is there (None: until somebody removes it)."""
