"""People of Acme's are erased, over a real key table; and tables that erase in ways that look right and are not."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from consentry.consent import items
from consentry.consent.consent_event import NamedPerson
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.status import PartyState
from consentry.consent.stored_event import StoredConsentEvent, UsedAs
from consentry.privacy.dynamodb import ErasureRepository
from consentry.privacy.erase_person import erase_person
from consentry.privacy.erasure import Erasure, ErasureResult
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from tests.testkit.builders.dependencies import ACME, FORM_SHA256, NOW, FakeDependencies
from tests.testkit.fakes.dynamodb_tables import CONSENTS, KEYS

SIGNED = {"person": "ann", "form_id": FORM_SHA256, "signature": "click"}
"""What makes a grant an express one of Ann's."""


def pseudonym_of(deps: FakeDependencies, person: str = "ann") -> str:
    """What tables and logs call a person now."""
    return deps.pseudonyms.find_pseudonyms(ACME, [person])[person]


def erase(
    deps: FakeDependencies,
    person: str,
    erasure_id: str = "erased",
    *,
    at: datetime = NOW,
    by: type[ErasureRepository] = ErasureRepository,
) -> ErasureResult:
    """One delivery of an erasure."""
    assert isinstance(deps.pseudonyms, DynamoDBPseudonymRepository)
    erasing = replace(deps)
    erasing.erasures = by(deps.table(CONSENTS), deps.table(KEYS), deps.pseudonyms)
    return erase_person(
        Erasure(erasure_id=erasure_id, customer=ACME, party=NamedPerson(person=person)),
        caller=deps.caller,
        at=at,
        deps=erasing,
    )


class PseudonymDeletedFirst(ErasureRepository):
    """Known-bad: deletes the pseudonym first, because it links all items to the person."""

    def replace_with_used_id(
        self, person_partition: str, token: str, record: StoredConsentEvent
    ) -> None:
        """The token alone."""
        key = items.used_id_key(record.consent_event.customer, person_partition, token)
        self.consent_table.put(key, {"used_as": record.used_as})

    def delete_party_items(self, customer: str, party: str) -> None:
        """Nothing yet."""

    def replace_pseudonym(
        self,
        person: str,
        old: tuple[str, PartyState] | None,
        record: StoredConsentEvent,
        state: PartyState,
    ) -> None:
        """The name, then what was under it."""
        super().replace_pseudonym(person, old, record, state)
        if old:
            super().delete_party_items(record.consent_event.customer, old[0])


class ClosedStateDeleted(ErasureRepository):
    """Known-bad: leaves no item under the old pseudonym."""

    def replace_pseudonym(
        self,
        person: str,
        old: tuple[str, PartyState] | None,
        record: StoredConsentEvent,
        state: PartyState,
    ) -> None:
        """The name, then the closed state too."""
        super().replace_pseudonym(person, old, record, state)
        if old:
            self.consent_table.delete(items.state_key(record.consent_event.customer, old[0]))


class StateNeverClosed(ErasureRepository):
    """Known-bad: deletes the items while events and decisions can still use the pseudonym."""

    def close(self, customer: str, party: str, before: PartyState) -> PartyState:
        """Nothing is written."""
        return before


class EventDeletedFirst(ErasureRepository):
    """Known-bad: deletes the event, then stores its used id."""

    def replace_with_used_id(
        self, person_partition: str, token: str, record: StoredConsentEvent
    ) -> None:
        """The event, then the used id."""
        key = items.consent_event_key(
            record.consent_event.customer, record.party, record.consent_event.consent_event_id
        )
        self.consent_table.delete(key)
        super().replace_with_used_id(person_partition, token, record)


@dataclass(frozen=True)
class UsedIdsStoredLast(ErasureRepository):
    """Known-bad: stores the used ids only when the erasure is complete."""

    late: list[tuple[str, str, StoredConsentEvent]] = field(default_factory=list)

    def replace_with_used_id(
        self, person_partition: str, token: str, record: StoredConsentEvent
    ) -> None:
        """Nothing yet."""
        self.late.append((person_partition, token, record))

    def replace_pseudonym(
        self,
        person: str,
        old: tuple[str, PartyState] | None,
        record: StoredConsentEvent,
        state: PartyState,
    ) -> None:
        """The name, then the tokens."""
        super().replace_pseudonym(person, old, record, state)
        for each in self.late:
            super().replace_with_used_id(*each)


class ErasureIdsNotStored(ErasureRepository):
    """Known-bad: stores the used ids of events, but not the id of the erasure."""

    def replace_with_used_id(
        self, person_partition: str, token: str, record: StoredConsentEvent
    ) -> None:
        """No token of an erasure."""
        if not record.is_erasure:
            super().replace_with_used_id(person_partition, token, record)


class UsedIdsCheckedFirst(ConsentRepository):
    """Known-bad: reads the used ids once, before the pseudonym is read."""

    def used_id(self, customer: str, person_partition: str, token: str) -> UsedAs | None:
        """Asked before."""
        return None
