"""Consent events, party states and forms in the consent table (items.py lists the keys)."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from consentry.aws.table import Table
from consentry.aws.transactions import CancelledError
from consentry.consent import items
from consentry.consent.downgrades import may_downgrade
from consentry.consent.forms import Form
from consentry.consent.status import UNREADABLE_STATE, PartyState, after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs
from consentry.kernel.errors import ConflictingIdError, ConsentChangedError, UnavailableError


@dataclass(frozen=True)
class ConsentRepository:
    """The consent events of customers and people, and the state that each party's events result in."""

    table: Table

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """Every party's state, strongly consistent.

        Version 0 for a party that never acted, UNREADABLE_STATE where DynamoDB did not return the item.
        """
        parties_by_key = {items.state_key(customer, party): party for party in parties}
        batch = self.table.get_many([items.state_key(customer, party) for party in parties])
        return {
            party: UNREADABLE_STATE
            if key in batch.unread
            else items.decode_state(batch.items.get(key))
            for key, party in parties_by_key.items()
        }

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The customer's epochs, strongly consistent; UnavailableError if some stay unread."""
        keys = items.epoch_keys(customer)
        batch = self.table.get_many(keys)
        if batch.unread:
            raise UnavailableError("the customer's epochs could not be read")
        return tuple(batch.items[key]["increments"] if key in batch.items else 0 for key in keys)

    def append(self, record: StoredConsentEvent, before: PartyState) -> PartyState:
        """Write a consent event, the state after it and, if it may downgrade a status, an epoch: all or nothing.

        Returns the state after it. ConsentChangedError if the state is no longer `before`, or the key that signed the
        event was revoked (nothing was written). After a lost response the event is read: an event that is stored
        already with the same content is not repeated.
        """
        rule, event = record.rule, record.consent_event
        state, customer = after(before, rule), event.customer
        writes = [
            items.put_consent_event(self.table, record),
            items.put_state(self.table, customer, record.party, state, before),
        ]
        if may_downgrade(before, rule):
            writes.append(items.increment_epoch(self.table, customer, record.party))
        if record.signature_evidence and record.signature_evidence.kid:
            kid = record.signature_evidence.kid
            writes.append(items.check_not_revoked(self.table, customer, kid))
        try:
            self.table.transact(writes)
        except CancelledError as cancelled:
            # A first attempt with a lost response may have been applied: then this very event is stored.
            if self.consent_event(customer, record.party, event.consent_event_id) != record:
                raise ConsentChangedError from cancelled
        return state

    def consent_event(
        self, customer: str, party: str, consent_event_id: str
    ) -> StoredConsentEvent | None:
        """One consent event of a party, strongly consistent."""
        item = self.table.get(items.consent_event_key(customer, party, consent_event_id))
        return StoredConsentEvent.model_validate_json(item["record"]) if item else None

    def consent_events(self, customer: str, party: str) -> tuple[StoredConsentEvent, ...]:
        """All consent events of a party, oldest first, strongly consistent."""
        partition = items.party_partition(customer, party)
        found = self.table.query(partition, prefix=items.CONSENT_EVENT)
        records = [StoredConsentEvent.model_validate_json(item["record"]) for _, item in found]
        return tuple(sorted(records, key=lambda record: record.version))

    def used_id(self, customer: str, person_partition: str, token: str) -> UsedAs | None:
        """What had this id until it was erased with the person of this partition, strongly consistent.

        A caller that has read the person's pseudonym finds everything that was erased under the pseudonyms before.
        """
        item = self.table.get(items.used_id_key(customer, person_partition, token))
        return UsedAs(item["used_as"]) if item else None

    def register(self, form: Form) -> str:
        """Store a form under the SHA-256 of its text, and return that; the same form again changes nothing.

        ConflictingIdError if the text is registered with other uses, data or locale.
        """
        sha256 = hashlib.sha256(form.text.encode("utf-8")).hexdigest()
        key = items.form_key(form.customer, sha256)
        stored = self.table.put_if_absent(key, {"form": form.model_dump_json()})
        if not stored and self.form(form.customer, sha256) != form:
            raise ConflictingIdError("text")
        return sha256

    def form(self, customer: str, sha256: str) -> Form | None:
        """The form with this digest, if the customer registered it."""
        item = self.table.get(items.form_key(customer, sha256))
        return Form.model_validate_json(item["form"]) if item else None

    def forms(self, customer: str) -> Mapping[str, Form]:
        """All forms of a customer, by SHA-256, in its order."""
        return dict(self.forms_after(customer, None))

    def forms_after(self, customer: str, sha256: str | None) -> Iterator[tuple[str, Form]]:
        """A customer's forms with their SHA-256, in its order; only those after `sha256`, if given."""
        found = self.table.query(items.form_key(customer, "")[0], after=sha256)
        return ((key, Form.model_validate_json(item["form"])) for key, item in found)
