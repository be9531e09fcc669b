"""Consent's items in the consent table; every partition key begins with the customer.

<customer>#<party>          consent_event#<id>   a consent event, with the version of the state that it made
<customer>#<party>          state                the party's version and consent rules
<customer>#used_id#<part>   <token>              a used id: of an erased event or an erasure, in the person's partition
<customer>#epoch#<n>        epoch                a counter; events that may downgrade a status increment it
<customer>#form             <sha-256>            a form: its text, and the uses and data it asks for
<customer>#key              <kid>                a public key that signs consent events
<customer>#key              <kid>#revoked        its revocation
"""

import hashlib
from collections.abc import Iterator

from consentry.aws.table import Attributes, Key, Table, Write
from consentry.consent.preconditions import CommitPreconditions
from consentry.consent.rule_codec import decode_rules, encode_rules
from consentry.consent.status import PartyState
from consentry.consent.stored_event import StoredConsentEvent
from consentry.terms.dynamodb import assignment_key

EPOCHS = 16
"""The number of epoch items of a customer. Its withdrawals are spread over them, so that they do not conflict."""

CONSENT_EVENT = "consent_event#"


def state_key(customer: str, party: str) -> Key:
    """The key of a party's state."""
    return f"{customer}#{party}", "state"


def consent_event_key(customer: str, party: str, consent_event_id: str) -> Key:
    """The key of a consent event."""
    return f"{customer}#{party}", f"{CONSENT_EVENT}{consent_event_id}"


def form_key(customer: str, sha256: str) -> Key:
    """The key of a form."""
    return f"{customer}#form", sha256


def signing_key_key(customer: str, kid: str, *, revoked: bool = False) -> Key:
    """The key of a signing key's item, or of its revocation."""
    return f"{customer}#key", f"{kid}#revoked" if revoked else kid


def used_id_key(customer: str, person_partition: str, token: str) -> Key:
    """The key of a used id."""
    return f"{customer}#used_id#{person_partition}", token


def epoch_keys(customer: str) -> list[Key]:
    """The keys of a customer's epochs, in their order."""
    return [(f"{customer}#epoch#{epoch:02}", "epoch") for epoch in range(EPOCHS)]


def decode_state(item: Attributes | None) -> PartyState:
    """The state in an item; version 0 if there is no item."""
    if item is None:
        return PartyState()
    return PartyState(item["version"], decode_rules(item["rules"]), "closed" in item)


def consent_event_write(table: Table, record: StoredConsentEvent) -> Write:
    """The write of a new consent event."""
    event = record.consent_event
    key = consent_event_key(event.customer, record.party, event.consent_event_id)
    return table.putting_if_absent(key, {"record": record.model_dump_json()})


def state_write(
    table: Table, customer: str, party: str, state: PartyState, before: PartyState
) -> Write:
    """The write of a state over `before`; it fails if the stored version is another."""
    closed = {"closed": True} if state.closed else {}
    attributes = {"version": state.version, "rules": encode_rules(state.rules)} | closed
    return table.putting_after(state_key(customer, party), attributes, before.version or 0)


def epoch_write(table: Table, customer: str, party: str) -> Write:
    """The write that increments the epoch that this party's events use."""
    epoch = hashlib.sha256(party.encode("ascii")).digest()[0] % EPOCHS
    return table.adding_one(epoch_keys(customer)[epoch], "increments")


def check_preconditions(
    table: Table, customer: str, preconditions: CommitPreconditions
) -> Iterator[Write]:
    """The conditions of a commit's preconditions."""
    if preconditions.assignment is not None:
        yield table.checking(assignment_key(customer), preconditions.assignment)
    if preconditions.epochs is not None:
        for key, count in zip(epoch_keys(customer), preconditions.epochs, strict=True):
            yield table.checking(key, count, counter="increments")
