"""A person is erased (GDPR Art. 17): what is asked, what stays, and until when backups may still know."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consentry.domain.consent.acts import ALL, ActKind, ConsentAct
from consentry.domain.contract import Document, Id

BACKUPS_KEEP = timedelta(days=35)
"""How far point-in-time recovery of the tables goes back."""

QUEUES_KEEP = timedelta(days=15)
"""How long a message may be under way, and then in the dead letters, which keep it for 14 days."""


SCREENINGS_KEEP = timedelta(days=5)
"""How long a screening's notes lie sealed in the bucket: three days by its rules, which S3 follows once a day."""


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
        backups, queues = self.at + BACKUPS_KEEP, self.at + QUEUES_KEEP
        notes = self.at + SCREENINGS_KEEP
        return (
            Kept(
                "a keyed mark that the person was erased: data that names them stays refused", None
            ),
            Kept("decisions, in which the person has a name that is nobody's any more", None),
            Kept("manifests and screenings in the bucket, in all versions: yours to remove", None),
            Kept("point-in-time backups of the tables", backups),
            Kept("what screenings looked up, sealed for a run that goes on", notes),
            Kept("requests that were under way, or lie in dead-letter queues", queues),
            Kept("backups and exports that you made yourself", None),
        )
