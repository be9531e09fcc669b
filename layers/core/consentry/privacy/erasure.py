"""The erasure of a person (GDPR Art. 17): the request, the result, and the data that remains."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from consentry.consent.consent_event import ALL, ConsentEvent, ConsentEventKind, NamedPerson
from consentry.kernel.schema import Id, StrictModel

BACKUP_RETENTION = timedelta(days=35)
"""How far point-in-time recovery of the tables goes back."""

QUEUE_RETENTION = timedelta(days=15)
"""The longest time of a message in a queue and then in its dead-letter queue (14 days)."""

STREAM_RETENTION = timedelta(days=1)
"""How long the consent table's stream keeps records."""

CHECKPOINT_RETENTION = timedelta(days=5)
"""The longest time that the encrypted checkpoints of a screening stay in the bucket.

They expire after two days, then stay one more day as an old version. S3 rounds each up to the next
midnight.
"""


class Erasure(StrictModel):
    """Erase one of a customer's people. The same id again is the same erasure."""

    erasure_id: Id
    customer: Id
    party: NamedPerson

    @property
    def person(self) -> str:
        """The person to erase."""
        return self.party.person

    @property
    def withdrawal(self) -> ConsentEvent:
        """The only consent event that remains. It denies data that still names the person."""
        return ConsentEvent(
            consent_event_id=self.erasure_id,
            customer=self.customer,
            party=self.party,
            kind=ConsentEventKind.WITHDRAWAL,
            uses=ALL,
            data=ALL,
        )


@dataclass(frozen=True, slots=True)
class RetainedData:
    """Data that an erasure does not delete, and its expiry. Without `until` it does not expire."""

    what: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class DestroyedData:
    """What a request destroyed. An interrupted erasure destroyed some of it before.

    `known_before`: whether the person had a pseudonym: from a consent event, a decision, or an
    admitted row. `similar_ids`: how many other people have an id that is equal when normalised;
    None if they could not be counted.
    """

    known_before: bool
    consent_events: int
    similar_ids: int | None


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """A completed erasure.

    `destroyed`: None if the erasure was complete before. `at`: the time of the erasure. If another
    erasure of the person followed, it is the time of that one, because the time of the first is
    erased. The retained data then expires no later than listed.
    """

    erasure_id: str
    at: datetime
    destroyed: DestroyedData | None = None

    @property
    def retained(self) -> tuple[RetainedData, ...]:
        """The data that remains after this erasure."""
        return tuple(
            RetainedData(what, self.at + period if period else None)
            for what, period in RETAINED_DATA
        )


RETAINED_DATA: tuple[tuple[str, timedelta | None], ...] = (
    (
        "A keyed mark of the erasure and keyed digests of the erased event ids, so that data that "
        "names the person stays denied",
        None,
    ),
    ("Decisions, which name the person by a retired pseudonym", None),
    (
        "Data sets with their members and taints, and the progress of withdrawals, which name the "
        "person by a retired pseudonym",
        None,
    ),
    (
        "Public keys that were registered for the person, by a retired pseudonym: they sign nothing "
        "any more",
        None,
    ),
    ("Records of the person as a caller or a representative, by a keyed pseudonym", None),
    ("Manifests and screening outputs in your bucket, in all versions: delete them yourself", None),
    ("Point-in-time backups of the tables", BACKUP_RETENTION),
    ("Copies of consent events in the stream of the consent table", STREAM_RETENTION),
    ("Encrypted checkpoints of screenings", CHECKPOINT_RETENTION),
    ("Requests in queues and dead-letter queues, unless you redrive them", QUEUE_RETENTION),
    (
        "Published events that name people to ask for consent again: delete them where you "
        "received them",
        None,
    ),
    ("Backups and exports that you made yourself", None),
)
"""The data that an erasure does not delete, and how long it is stored (None: no expiry)."""
