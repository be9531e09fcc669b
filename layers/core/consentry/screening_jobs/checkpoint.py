"""Checkpoints of a screening: the next run does not load the same people's states again.

Only loaded states are stored, not results. The next run evaluates all rows again at its own time,
so nothing that depends on rows, terms or time can be stale. A checkpoint may be lost, repeated or
damaged without changing an answer:

1. Epochs are read before states, and their digest is part of the key of each part. While the epochs
   are unchanged, no status that was read is downgraded within DOWNGRADE_WINDOW. So a part has the
   time of its run, and is read for an hour. After a change, the next run uses another key and finds
   nothing.
2. A part is stored whole, and encrypted for its own key. A writer to the bucket can destroy a part,
   which costs only reading again. It cannot create a part, or reuse one of another request or epoch.
3. A crash before a part is stored costs its look-ups. Two concurrent runs overwrite each other's
   parts; both are correct.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import batched
from typing import Final

from pydantic import TypeAdapter

from consentry.consent.open import ConsentDependencies
from consentry.consent.status import PartyState
from consentry.decisions.decision import RequestRecord
from consentry.kernel.errors import NotFoundError, UnavailableError
from consentry.kernel.ids import token
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import vocabulary
from consentry.manifests.limits import DEFAULT_LIMITS, ScreeningLimits
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.screening.repository import ObjectRepository

CHECKPOINT_LASTS: Final = timedelta(hours=1)
"""How long the states in a part may be used: a grant since then may have ended without a change of epochs."""
_NO_EVENTS = PartyState()
"""Shared by all people without consent events: a manifest may name a million of them."""


def checkpoint_prefix(folder: str, request_record: RequestRecord, epochs: Iterable[int]) -> str:
    """The key prefix of the states that were read for a request with these epochs."""
    # INVARIANT: it contains the epochs, so that nothing read before a change is found after it.
    request_and_epochs = " ".join([request_record.request_digest, *map(str, epochs)])
    return f"{folder}/parts/{token(sha256(request_and_epochs.encode('ascii')).digest())}"


@dataclass
class Checkpoint:
    """The states that runs of one screening loaded for one use, in parts below `prefix`."""

    prefix: str
    key: CustomerKey
    use: Use
    store: ObjectRepository
    at: datetime
    """The time of this run."""
    limits: ScreeningLimits = DEFAULT_LIMITS
    restored: dict[str, PartyState] = field(default_factory=dict)
    """The states that an earlier run stored, by the key partition of each person."""
    unsaved: dict[str, PartyState] = field(default_factory=dict)
    """The states that are not stored in a part yet."""
    parts: int = 0

    def restore(self) -> None:
        """Read the parts of an earlier run, up to the first that is missing, damaged or too old."""
        while (part := self._read_part()) is not None:
            self.restored.update(part)
            self.parts += 1

    def take(self, people: Collection[str]) -> dict[str, PartyState]:
        """The restored states of people, by id. Each can be taken once."""
        partitions = {person: self.key.person_partition(person) for person in people}
        return {
            person: self.restored.pop(partition)
            for person, partition in partitions.items()
            if partition in self.restored
        }

    def add(self, states: Mapping[str, PartyState]) -> dict[str, PartyState]:
        """Limit the states to the use, and store a part once there are enough states."""
        limited = {
            person: limit_to_use(state, self.use) if state.rules else state
            for person, state in states.items()
        }
        # An unreadable state is not stored: the next run reads it again.
        readable = {p: state for p, state in limited.items() if state.version is not None}
        self.unsaved |= {self.key.person_partition(p): state for p, state in readable.items()}
        if len(self.unsaved) >= self.limits.people_per_part:
            part = encrypt_states(
                self.unsaved, at=self.at, key=self.key, associated_data=self._part_key
            )
            self.store.write_temporary(self._part_key, BytesIO(part))
            self.parts += 1
            self.unsaved.clear()
        return limited

    @property
    def _part_key(self) -> str:
        return f"{self.prefix}/{self.parts}"

    def _read_part(self) -> Mapping[str, PartyState] | None:
        content = bytearray()
        try:
            for chunk in self.store.read(self._part_key):
                content += chunk
                if len(content) > self.limits.max_part:
                    return None
        except NotFoundError:
            return None
        since = self.at - CHECKPOINT_LASTS
        return decrypt_states(
            bytes(content), since=since, key=self.key, associated_data=self._part_key
        )


def load_states(
    people: Collection[str], customer: str, checkpoint: Checkpoint, deps: ConsentDependencies
) -> dict[str, PartyState]:
    """The states of people, by id, from the checkpoint or read; limited to its use."""
    states = checkpoint.take(people)
    missing = [person for person in people if person not in states]
    for batch in batched(missing, checkpoint.limits.people_per_part, strict=False):
        # INVARIANT: epochs were read before pseudonyms. A person without a pseudonym has no consent
        # events, or an epoch changes.
        states |= checkpoint.add(read_states(batch, customer, deps))
    return states


def read_states(
    people: Iterable[str], customer: str, deps: ConsentDependencies
) -> dict[str, PartyState]:
    """The states of people, by id, strongly consistent; without consent events the empty state."""
    people = tuple(people)
    pseudonyms = deps.pseudonyms.find_pseudonyms(customer, people)
    found = deps.consents.states(customer, tuple(pseudonyms.values()))
    return {p: found[pseudonyms[p]] if p in pseudonyms else _NO_EVENTS for p in people}


def is_same_consent(used: PartyState, current: PartyState, use: Use) -> bool:
    """Whether two states of a party have the same consent for a use. An unreadable one never does."""
    if used.version is None or current.version is None or used.closed != current.closed:
        return False
    return limit_to_use(used, use).rules == limit_to_use(current, use).rules


@dataclass(frozen=True, slots=True)
class _Part:
    """`at`: the time of the run. `people`: the index of each person's state, by key partition (a keyed digest)."""

    at: datetime
    states: tuple[PartyState, ...]
    people: dict[str, int]


def limit_to_use(state: PartyState, use: Use) -> PartyState:
    """The part of a state that a screening for one use needs, without the ids of consent events."""
    rules = (
        replace(rule, consent_event_id="", consent_scope=consent_scope, wording=None)
        for rule in state.rules
        if (
            consent_scope := frozenset(
                c for c in rule.consent_scope if c[:2] == (use.operation, use.service)
            )
        )
    )
    return replace(state, rules=tuple(rules))


def encrypt_states(
    states: Mapping[str, PartyState], *, at: datetime, key: CustomerKey, associated_data: str
) -> bytes:
    """The states by key partition as one part, which only the same `associated_data` decrypts."""
    numbers: dict[PartyState, int] = {}
    people = {person: numbers.setdefault(s, len(numbers)) for person, s in states.items()}
    text = _codec().dump_json(_Part(at, tuple(numbers), people)).decode("utf-8")
    part = key.encrypt(text, associated_data=_with_vocabulary(associated_data))
    return part.encode("ascii")


def decrypt_states(
    part: bytes, *, since: datetime, key: CustomerKey, associated_data: str
) -> Mapping[str, PartyState] | None:
    """The states of a part; None if of an earlier run, damaged, or of another key or associated data."""
    data = _with_vocabulary(associated_data)
    try:
        text = key.decrypt(part.decode("ascii"), associated_data=data)
    except (UnavailableError, ValueError):
        return None
    decrypted = _codec().validate_json(text)
    if decrypted.at < since:
        return None
    return {person: decrypted.states[index] for person, index in decrypted.people.items()}


def _with_vocabulary(associated_data: str) -> str:
    # With the vocabulary: a part from before a category was added has no statuses for it.
    return f"screening checkpoint 2: {vocabulary().digest}: {associated_data}"


@cache
def _codec() -> TypeAdapter[_Part]:
    return TypeAdapter(_Part)
