"""A person is erased (GDPR Art. 17): what is asked, what stays, and until when backups may still know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consentry.consent.consent_event import ALL, ConsentEvent, ConsentEventKind
from consentry.kernel.schema import Id, StrictModel

BACKUP_RETENTION = timedelta(days=35)
"""How far point-in-time recovery of the tables goes back."""

QUEUE_RETENTION = timedelta(days=15)
"""How long a message may be under way, and then in the dead letters, which keep it for 14 days."""


STREAM_RETENTION = timedelta(days=1)
"""How long the consent table's stream holds copies of what was written to it."""

CHECKPOINT_RETENTION = timedelta(days=5)
"""How long a screening's notes lie sealed in the bucket, at the longest.

Two days, then one more as an old version, and S3 goes on to the next midnight after each.
"""


class Erasure(StrictModel):
    """Erase one of a customer's people; the same id again is the same erasure, whatever came after it."""

    erasure_id: Id
    customer: Id
    person: Id

    @property
    def withdrawal(self) -> ConsentEvent:
        """The one act that stays: all that was given is taken back, for data that still names the person."""
        return ConsentEvent(
            consent_event_id=self.erasure_id,
            customer=self.customer,
            person=self.person,
            kind=ConsentEventKind.WITHDRAWAL,
            uses=ALL,
            data=ALL,
        )


@dataclass(frozen=True, slots=True)
class RetainedData:
    """Something that an erasure does not reach, and until when it is there (None: until somebody removes it)."""

    what: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """An erasure that is done: since when, and all that it does not reach.

    `at`: its own moment; of one that another erasure of the person followed, that other's, since its own is
    erased: what it says is kept is then there no longer than it says.
    """

    erasure_id: str
    at: datetime

    @property
    def retained(self) -> tuple[RetainedData, ...]:
        """What is still there, said in full."""
        return tuple(
            RetainedData(what, self.at + keep if keep else None) for what, keep in RETAINED_DATA
        )


RETAINED_DATA: tuple[tuple[str, timedelta | None], ...] = (
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
    ("point-in-time backups of the tables", BACKUP_RETENTION),
    ("copies of acts in the consent table's stream", STREAM_RETENTION),
    ("what screenings looked up, sealed for a run that goes on", CHECKPOINT_RETENTION),
    ("requests under way or in dead-letter queues, if these are not redriven", QUEUE_RETENTION),
    ("events that told whom to ask again, with whoever got them: yours to remove", None),
    ("backups and exports that you made yourself", None),
)
"""What an erasure does not reach, and for how long it is there (None: until somebody removes it)."""
