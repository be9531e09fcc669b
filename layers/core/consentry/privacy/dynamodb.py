"""Deletes a person's items in the consent and key tables, and replaces the pseudonym.

No other module deletes items of people.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from consentry.aws.table import Table, Write
from consentry.aws.transactions import PATIENT_RETRIES, CancelledError
from consentry.consent import items
from consentry.consent.status import CLOSED, EMPTIED, PartyState
from consentry.consent.stored_event import StoredConsentEvent
from consentry.kernel.errors import ConsentChangedError
from consentry.pseudonyms.dynamodb import put_pseudonym
from consentry.pseudonyms.repository import PseudonymRepository


@dataclass(frozen=True)
class ErasureRepository:
    """The steps of an erasure, each safe to repeat.

    A method that raises ConsentChangedError wrote nothing, or wrote and lost the response: read
    again.
    """

    consent_table: Table
    key_table: Table
    pseudonyms: PseudonymRepository

    def close(self, customer: str, party: str, before: PartyState) -> PartyState:
        """Replace the state `before` by the closed state, which is returned; increment an epoch."""
        closing = items.state_write(self.consent_table, customer, party, CLOSED, before)
        self._transact([closing, items.epoch_write(self.consent_table, customer, party)])
        return CLOSED

    def replace_with_used_id(
        self, person_partition: str, token: str, record: StoredConsentEvent
    ) -> None:
        """Store the used id of a consent event, then delete the event. A repetition is a no-op.

        Events are replaced one by one: a person may have any number of them, and a repeated erasure
        continues with the remaining ones.
        """
        event, table = record.consent_event, self.consent_table
        key = items.used_id_key(event.customer, person_partition, token)
        table.put(key, {"used_as": record.used_as})
        table.delete(items.consent_event_key(event.customer, record.party, event.consent_event_id))

    def delete_party_items(self, customer: str, party: str) -> None:
        """Delete everything of a closed party except its state. Repeating it changes nothing."""
        partition, state = items.state_key(customer, party)
        for sk in [sk for sk, _ in self.consent_table.query(partition)]:
            if sk != state:
                self.consent_table.delete((partition, sk))

    def replace_pseudonym(
        self,
        person: str,
        old: tuple[str, PartyState] | None,
        record: StoredConsentEvent,
        state: PartyState,
    ) -> None:
        """Give the person the new pseudonym, with `record` and `state` under it, all or nothing.

        `old`: the pseudonym before and its closed state, which is emptied but stays closed; None if
        the person had no pseudonym.
        """
        table, customer = self.consent_table, record.consent_event.customer
        key, before = self.pseudonyms.key_of(customer), old[0] if old else None
        writes = [
            put_pseudonym(self.key_table, key, person, record.party, before=before),
            items.consent_event_write(table, record),
            items.state_write(table, customer, record.party, state, PartyState()),
        ]
        if old:
            pseudonym, closed = old
            writes.append(items.state_write(table, customer, pseudonym, EMPTIED, closed))
        else:
            # The status changes from `never_asked` to `withdrawn`.
            writes.append(items.epoch_write(table, customer, record.party))
        self._transact(writes)

    def _transact(self, writes: Sequence[Write]) -> None:
        try:
            self.consent_table.transact(writes, retries=PATIENT_RETRIES)
        except CancelledError as cancelled:
            raise ConsentChangedError from cancelled
