"""Consent's items in DynamoDB; every key begins with the customer.

<customer>#<party>      act#<act id>   an act, with the version that it made
<customer>#<party>      state          the party's version and effects
<customer>#spent#<place>  <token>      that an act or erasure with this id was erased; the place is the person's
<customer>#epoch#<n>    epoch          a counter that every act that may lower a standing bumps
<customer>#form         <sha-256>      a form's text, and what it covers
<customer>#key          <kid>          a public key that signs acts
<customer>#key          <kid>#revoked  that it signs no more
<customer>#binding      binding        the books that bind the customer now, and this binding's version
<customer>#binding      binding#0001   the first binding, kept for ever
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from consentry.aws.effect_codec import decode_effects, encode_effects
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.forms import Form
from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.fence import Fence

EPOCHS = 16
"""Over how many items a customer's withdrawals are spread, so that many at once do not queue."""

type Item = dict[str, Any]

ABSENT = "attribute_not_exists(pk)"


def key(pk: str, sk: str) -> Item:
    """A primary key."""
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def state_key(customer: str, party: str) -> Item:
    """The key of a party's state."""
    return key(f"{customer}#{party}", "state")


def act_key(customer: str, party: str, act_id: str) -> Item:
    """The key of an act."""
    return key(f"{customer}#{party}", f"act#{act_id}")


def form_key(customer: str, sha256: str) -> Item:
    """The key of a form."""
    return key(f"{customer}#form", sha256)


def signing_key(customer: str, kid: str, *, revoked: bool = False) -> Item:
    """The key of a key that signs acts, or of its revocation."""
    return key(f"{customer}#key", f"{kid}#revoked" if revoked else kid)


def binding_key(customer: str, version: int | None = None) -> Item:
    """The key of the binding now, or of a version of it."""
    return key(f"{customer}#binding", f"binding#{version:04}" if version else "binding")


def epoch_keys(customer: str) -> list[Item]:
    """The keys of a customer's epochs, in their order."""
    return [key(f"{customer}#epoch#{epoch:02}", "epoch") for epoch in range(EPOCHS)]


def state_of(item: Mapping[str, Any] | None) -> PartyState:
    """The state that an item holds; version 0 where there is none."""
    if item is None:
        return PartyState()
    effects = decode_effects(item["effects"]["S"])
    return PartyState(int(item["version"]["N"]), effects, "closed" in item)


def put_act(table: str, record: ActRecord) -> Item:
    """The write of an act that was never written."""
    item = act_key(record.act.customer, record.party, record.act.act_id)
    item["record"] = {"S": record.model_dump_json()}
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": ABSENT}}


def put_state(table: str, customer: str, party: str, state: PartyState, before: PartyState) -> Item:
    """The write of a state that still has the version before."""
    item = state_key(customer, party) | {"version": {"N": str(state.version)}}
    item["effects"] = {"S": encode_effects(state.effects)}
    item |= {"closed": {"BOOL": True}} if state.closed else {}
    return {"Put": {"TableName": table, "Item": item} | _unmoved("version", before.version or 0)}


def bump_epoch(table: str, customer: str, party: str) -> Item:
    """The write that adds one to the epoch that this party's acts belong to."""
    place = hashlib.sha256(party.encode("ascii")).digest()[0] % EPOCHS
    return {
        "Update": {
            "TableName": table,
            "Key": epoch_keys(customer)[place],
            "UpdateExpression": "ADD bumps :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }


def unrevoked(table: str, customer: str, kid: str) -> Item:
    """The condition check that holds an act back if the key that signed it was revoked."""
    return _check(table, signing_key(customer, kid, revoked=True), "version", 0)


def put_form(table: str, form: Form, sha256: str) -> Item:
    """The arguments of the write of a form that was never written."""
    item = form_key(form.customer, sha256) | {"form": {"S": form.model_dump_json()}}
    return {"TableName": table, "Item": item, "ConditionExpression": ABSENT}


def put_binding(table: str, customer: str, version: int, said: Item) -> list[Item]:
    """The writes of a binding that follows the version before, and of its own entry."""
    now = binding_key(customer) | {"version": {"N": str(version)}} | said
    entry = binding_key(customer, version) | said
    return [
        {"Put": {"TableName": table, "Item": now} | _unmoved("version", version - 1)},
        {"Put": {"TableName": table, "Item": entry, "ConditionExpression": ABSENT}},
    ]


def checks(table: str, customer: str, fence: Fence) -> list[Item]:
    """The condition checks that hold a commit back if anything behind the fence has moved."""
    found = []
    if fence.binding is not None:
        found.append(_check(table, binding_key(customer), "version", fence.binding))
    if fence.epochs is not None:
        expected = zip(epoch_keys(customer), fence.epochs, strict=True)
        return found + [_check(table, each, "bumps", count) for each, count in expected]
    return found + [
        _check(table, state_key(customer, party), "version", version)
        for party, version in fence.versions.items()
    ]


def _check(table: str, of: Item, attribute: str, value: int) -> Item:
    return {"ConditionCheck": {"TableName": table, "Key": of} | _unmoved(attribute, value)}


def _unmoved(attribute: str, value: int) -> Item:
    if value == 0:  # Absence is a version too.
        return {"ConditionExpression": ABSENT}
    return {
        "ConditionExpression": "#counted = :counted",
        "ExpressionAttributeNames": {"#counted": attribute},
        "ExpressionAttributeValues": {":counted": {"N": str(value)}},
    }
