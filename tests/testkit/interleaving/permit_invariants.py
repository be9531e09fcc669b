"""Invariants of permits: every answer is stored, and no permit is used after a consent changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from consentry.consent.items import epoch_keys
from consentry.permits.data_permit import DataPermit
from consentry.permits.redemption import Redemption, Revocation
from consentry.permits.signature import IssuedPermit
from tests.testkit.builders.dependencies import ACME
from tests.testkit.fakes.dynamodb_tables import Items

ALLOWED_ANSWERS = Redemption | IssuedPermit
"""The answers that permit something."""


def epochs_changed(permit: Mapping[str, Any], consents: Items) -> bool:
    """Whether an epoch has changed since the permit."""
    epochs = DataPermit.model_validate_json(permit["claims"]["S"]).epochs
    items = [consents.get(key) for key in epoch_keys(ACME)]
    return epochs != tuple(int(item["increments"]["N"]) if item else 0 for item in items)


def permit_violations(before: Items, after: Items, consents: Items) -> Iterator[str]:
    """The violations by permits and redemptions that one step wrote."""
    for pk, sk in after.keys() - before.keys():
        if sk == "revoked":
            continue
        verb, token = ("redeemed", pk) if sk.startswith("run#") else ("issued", sk)
        permit_id = f"{ACME}~{token.rpartition('#')[2]}"
        if epochs_changed(after[_permit_key(permit_id)], consents):
            yield f"a permit was {verb} after a consent that it uses had changed"
        if (_own_partition(permit_id), "revoked") in after:
            yield f"a permit was {verb} after it was revoked"


def is_stored(answer: Redemption | Revocation | IssuedPermit, permits: Items) -> bool:
    """Whether an answer about a permit is stored."""
    if isinstance(answer, Redemption):
        return _redemption_is_stored(answer, permits)
    if isinstance(answer, Revocation):
        return (_own_partition(answer.permit_id), "revoked") in permits
    stored_item = permits.get(_permit_key(answer.permit.jti))
    return stored_item is not None and stored_item["compact"]["S"] == answer.compact


def _redemption_is_stored(redemption: Redemption, permits: Items) -> bool:
    run = (_own_partition(redemption.permit_id), f"run#{redemption.run_id}")
    return run in permits and permits[run]["redemption"]["S"] == redemption.model_dump_json()


def _permit_key(permit_id: str) -> tuple[str, str]:
    customer, token = permit_id.split("~")
    return f"{customer}#permits", token


def _own_partition(permit_id: str) -> str:
    return permit_id.replace("~", "#permit#")
