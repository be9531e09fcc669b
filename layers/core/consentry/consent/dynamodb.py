"""Consent events, party states, forms and signing keys in the consent table (items.py lists the keys)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from consentry.aws.table import Attributes, Key, Table
from consentry.aws.transactions import PATIENT_RETRIES, CancelledError
from consentry.consent import items
from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.forms import Form, RegisteredForm
from consentry.consent.signing_keys import SigningKey
from consentry.consent.state_size import fit_rules
from consentry.consent.status import UNREADABLE_STATE, PartyState, may_downgrade, state_after
from consentry.consent.stored_event import StoredConsentEvent, UsedAs
from consentry.kernel.errors import ConflictingIdError, ConsentChangedError, UnavailableError


@dataclass(frozen=True)
class ConsentRepository:
    """Consent events, the state of each party, and forms."""

    table: Table

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """The state of each party, strongly consistent.

        Version 0 for a party without consent events; UNREADABLE_STATE if DynamoDB did not return the item.
        """
        found, unread = self._state_items(customer, parties)
        return {
            party: UNREADABLE_STATE if party in unread else items.decode_state(found.get(party))
            for party in parties
        }

    def versions(self, customer: str, parties: Sequence[str]) -> Mapping[str, int | None]:
        """The version of each party's state, strongly consistent; as in `states`, without its rules."""
        found, unread = self._state_items(customer, parties)
        versions = {party: found[party]["version"] if party in found else 0 for party in parties}
        return versions | dict.fromkeys(unread)

    def _state_items(
        self, customer: str, parties: Sequence[str]
    ) -> tuple[Mapping[str, Attributes], frozenset[str]]:
        """The items of the parties with a state, and the parties that DynamoDB did not return."""
        party_of = {items.state_key(customer, party): party for party in parties}
        batch = self.table.get_many(tuple(party_of))
        found = {party_of[key]: item for key, item in batch.items.items()}
        return found, frozenset(party_of[key] for key in batch.unread)

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The customer's epochs, strongly consistent; UnavailableError if some could not be read."""
        keys = items.epoch_keys(customer)
        batch = self.table.get_many(keys)
        if batch.unread:
            raise UnavailableError("the customer's epochs could not be read")
        return tuple(batch.items[key]["increments"] if key in batch.items else 0 for key in keys)

    def append(
        self,
        record: StoredConsentEvent,
        before: PartyState,
        *,
        changed_at: datetime | None = None,
    ) -> PartyState:
        """Write a consent event, the state after it and, if it may downgrade a status, an epoch: all or none.

        `changed_at`: see `may_downgrade`. Returns the state after it; its rules are merged if they would be too
        large (state_size.py).
        OversizedConsentError if a grant would still make it too large. ConsentChangedError if the state is no
        longer `before`, or the key that signed the event is revoked (nothing was written). If a response was lost,
        the event is read; it is not written twice.
        """
        rule, event = record.rule, record.consent_event
        state, customer = state_after(before, rule), event.customer
        state = replace(state, rules=fit_rules(state.rules, rule.kind))
        writes = [
            items.consent_event_write(self.table, record),
            items.state_write(self.table, customer, record.party, state, before),
        ]
        # INVARIANT: a refusal or withdrawal always increments an epoch, which its propagation relies on.
        is_grant = rule.kind is ConsentEventKind.GRANT
        if not is_grant or may_downgrade(before, state, at=record.at, changed_at=changed_at):
            writes.append(items.epoch_write(self.table, customer, record.party))
        if record.signature_evidence and (kid := record.signature_evidence.kid):
            revocation = items.signing_key_key(customer, kid, revoked=True)
            writes.append(self.table.checking_absent(revocation))
        try:
            self.table.transact(writes, retries=PATIENT_RETRIES)
        except CancelledError as cancelled:
            # An earlier attempt may have been applied while its response was lost. Then this event is stored.
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
        partition, prefix = items.consent_event_key(customer, party, "")
        found = self.table.query(partition, prefix=prefix)
        return _oldest_first(
            StoredConsentEvent.model_validate_json(item["record"]) for _, item in found
        )

    def used_id(self, customer: str, person_partition: str, token: str) -> UsedAs | None:
        """What had this id before an erasure of the person in this partition; None if nothing. Strongly consistent.

        A caller that reads the person's pseudonym first finds every id that was erased under earlier pseudonyms.
        """
        item = self.table.get(items.used_id_key(customer, person_partition, token))
        return UsedAs(item["used_as"]) if item else None

    def register(self, form: Form, *, at: datetime) -> RegisteredForm:
        """Store a form under the SHA-256 of its text. Storing it again changes nothing, not even its time.

        ConflictingIdError if the text is registered with other uses, data or locale.
        """
        sha256 = hashlib.sha256(form.text.encode("utf-8")).hexdigest()
        key = items.form_key(form.customer, sha256)
        new = RegisteredForm(form_id=sha256, registered_at=at, **dict(form))
        if self.table.put_if_absent(key, {"form": new.model_dump_json()}):
            return new
        stored = self.form(form.customer, sha256)
        if stored is None or stored.model_copy(update={"registered_at": at}) != new:
            raise ConflictingIdError("text")
        return stored

    def form(self, customer: str, sha256: str) -> RegisteredForm | None:
        """The form with this digest, if the customer registered it."""
        item = self.table.get(items.form_key(customer, sha256))
        return RegisteredForm.model_validate_json(item["form"]) if item else None

    def list_forms(self, customer: str, *, after: str | None = None) -> Iterator[RegisteredForm]:
        """A customer's forms in the order of their SHA-256; with `after`, only those after this SHA-256."""
        found = self.table.query(items.form_key(customer, "")[0], after=after)
        return (RegisteredForm.model_validate_json(item["form"]) for _, item in found)

    def scan(self, customer: str) -> Mapping[str, tuple[StoredConsentEvent, ...]]:
        """The consent events of each party, oldest first; all of them are in memory.

        A scan of the whole table: only the operator's role may do it. There is no index of parties on purpose, so
        there is no cheaper way.
        """
        # A customer id contains no `#`, so the keys of other customers do not start with this prefix.
        found: dict[str, list[StoredConsentEvent]] = {}
        for item in self.table.scan(pk_prefix=f"{customer}#", sk_prefix=items.CONSENT_EVENT):
            record = StoredConsentEvent.model_validate_json(item["record"])
            found.setdefault(record.party, []).append(record)
        return {party: _oldest_first(records) for party, records in found.items()}


@dataclass(frozen=True)
class SigningKeyRepository:
    """Signing keys by thumbprint. A revocation is a separate item next to the key's item."""

    table: Table

    def register(self, customer: str, record: SigningKey) -> SigningKey:
        """Store a key and return the stored one: registering it again changes nothing, not even a revocation."""
        self._put(items.signing_key_key(customer, record.kid), record)
        return self.get(customer, record.kid) or record

    def revoke(self, customer: str, record: SigningKey, *, at: datetime, by: str) -> SigningKey:
        """Revoke a key. After this returns, no event that it signed is stored. An earlier revocation stays."""
        revoked = record.model_copy(update={"revoked_at": at, "revoked_by": by})
        self._put(items.signing_key_key(customer, record.kid, revoked=True), revoked)
        return self.get(customer, record.kid) or revoked

    def get(self, customer: str, kid: str) -> SigningKey | None:
        """The key with this thumbprint, and its revocation if there is one; strongly consistent."""
        # The revocation has the whole record, so one read is enough if there is one.
        item = self.table.get(items.signing_key_key(customer, kid, revoked=True))
        item = item or self.table.get(items.signing_key_key(customer, kid))
        return SigningKey.model_validate_json(item["key"]) if item else None

    def list(self, customer: str, *, after: str | None = None) -> Iterator[SigningKey]:
        """A customer's keys in the order of their thumbprints, each with its revocation if there is one.

        With `after`, only the keys after this thumbprint.
        """
        partition, revocation = items.signing_key_key(customer, after or "", revoked=True)
        found = self.table.query(partition, after=revocation if after else None)
        keys = (SigningKey.model_validate_json(item["key"]) for _, item in found)
        for _, records in groupby(keys, attrgetter("kid")):
            *_, latest = records  # `<kid>#revoked` sorts after `<kid>` and has the whole record.
            yield latest

    def _put(self, key: Key, record: SigningKey) -> None:
        # If an item is there, it stays. It may be this one, from an attempt with a lost response.
        self.table.put_if_absent(key, {"key": record.model_dump_json()})


def _oldest_first(records: Iterable[StoredConsentEvent]) -> tuple[StoredConsentEvent, ...]:
    return tuple(sorted(records, key=lambda record: record.version))
