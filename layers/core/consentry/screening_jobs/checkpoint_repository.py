"""Checkpoints of a screening: the states of people that a run loaded, so that the next run need not load them again.

Only loaded states are stored, not results. The next run evaluates all rows again at its own time, so nothing that
depends on rows, terms or time can be stale. A checkpoint may be lost, repeated or damaged without changing an answer:
1. Epochs are read before states, and their digest is part of the key of each part. While the epochs are unchanged, no
   state that was read since was downgraded. After a change, the next run uses another key and finds nothing.
2. A part is stored whole and encrypted for its own key: a writer to the bucket can destroy a part, which costs reading
   again, but cannot create one or use one of another request or other epochs.
3. A crash before a part is stored costs its look-ups. Two runs at once overwrite each other's parts; both are correct.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import batched
from typing import Self

from consentry.consent.open import ConsentDependencies
from consentry.consent.status import PartyState
from consentry.decisions.decision import RequestRecord
from consentry.kernel.errors import NotFoundError
from consentry.kernel.ids import token
from consentry.kernel.requests import Use
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.screening.checkpoint import decrypt_states, encrypt_states, limit_to_use
from consentry.screening.repository import ObjectRepository
from consentry.screening.status_cache import StatesOf

PEOPLE_PER_PART = 10_000
"""Some hundreds of reads. A screening of fewer people leaves nothing: it is as soon done again."""

MAX_PART_BYTES = 64 * 1024 * 1024
"""Parts are much shorter; a longer object is not read."""


def checkpoint_prefix(folder: str, request_record: RequestRecord, epochs: Iterable[int]) -> str:
    """The key prefix of the states that were read for a request with these epochs."""
    # INVARIANT: it contains the epochs, so that nothing read before a change is found after it.
    stands_on = " ".join([request_record.request_digest, *map(str, epochs)])
    return f"{folder}/parts/{token(sha256(stands_on.encode('ascii')).digest())}"


def load_states(
    customer: str, people: Collection[str], *, deps: ConsentDependencies
) -> Mapping[str, PartyState]:
    """The states of people, by id, names and then states."""
    # INVARIANT: epochs were read before names: who has none now never acted, or an epoch moves.
    names = deps.pseudonyms.find_pseudonyms(customer, people)
    states = deps.consents.states(customer, tuple(names.values()))
    return {p: states[names[p]] if p in names else PartyState() for p in people}


@dataclass
class CheckpointedStates:
    """Reads people's states, those that an earlier run left at `place` from there."""

    read: StatesOf
    key: CustomerKey
    use: Use
    person_partition: str
    store: ObjectRepository
    restored: dict[str, PartyState] = field(default_factory=dict)
    """What an earlier run read, by the place of each person's name."""
    unsaved: dict[str, PartyState] = field(default_factory=dict)
    """What was read and is in no part yet."""
    parts: int = 0

    def restore(self) -> Self:
        """Take up what an earlier run left, as far as its parts follow each other undamaged."""
        while (part := self._opened(self._part)) is not None:
            self.restored.update(part)
            self.parts += 1
        return self

    def __call__(self, people: Collection[str]) -> Mapping[str, PartyState]:
        """The states of people, each loaded once, reduced to what this use needs."""
        places = {person: self.key.person_partition(person) for person in people}
        states = {
            p: self.restored.pop(person_partition)
            for p, person_partition in places.items()
            if person_partition in self.restored
        }
        for some in batched([p for p in places if p not in states], PEOPLE_PER_PART, strict=False):
            read = {p: limit_to_use(state, self.use) for p, state in self.read(some).items()}
            states |= read
            # Who could not be read is read again by the next run.
            known = (p for p in read if read[p].version is not None)
            self.unsaved.update((places[p], read[p]) for p in known)
            if len(self.unsaved) >= PEOPLE_PER_PART:
                self._keep()
        return states

    @property
    def _part(self) -> str:
        return f"{self.person_partition}/{self.parts}"

    def _keep(self) -> None:
        sealed = encrypt_states(self.unsaved, key=self.key, associated_data=self._part)
        self.store.write_temporary(self._part, BytesIO(sealed))
        self.parts += 1
        self.unsaved.clear()

    def _opened(self, part: str) -> Mapping[str, PartyState] | None:
        content = bytearray()
        try:
            for chunk in self.store.read(part):
                content += chunk
                if len(content) > MAX_PART_BYTES:
                    return None
        except NotFoundError:
            return None
        return decrypt_states(bytes(content), key=self.key, associated_data=part)
