"""What is looked at of permits after every step: whether what was told is kept, and stood on what had not moved."""

from collections.abc import Iterator, Mapping
from typing import Any

from consentry.consent.items import epoch_keys
from consentry.permits.data_permit import DataPermit
from consentry.permits.redemption import Redemption, Revocation, encode_redemption
from consentry.permits.signature import IssuedPermit
from tests.testkit.builders.dependencies import ACME
from tests.testkit.fakes.dynamodb_tables import Items

ALLOWED_ANSWERS = Redemption | IssuedPermit
"""What is told to who is permitted."""


def epochs_changed(permit: Mapping[str, Any], consents: Items) -> bool:
    """Whether an epoch is another than the permit's."""
    epochs = DataPermit.model_validate_json(permit["claims"]["S"]).epochs
    items = [consents.get(key) for key in epoch_keys(ACME)]
    return epochs != tuple(int(item["increments"]["N"]) if item else 0 for item in items)


def permit_violations(before: Items, after: Items, consents: Items) -> Iterator[str]:
    """What is wrong with permits and redemptions that one step wrote."""
    for pk, sk in after.keys() - before.keys():
        does = "redeemed" if sk.startswith("run#") else "issued"
        if sk != "revoked" and epochs_changed(after[pk, "permit"], consents):
            yield f"a permit was {does} when the consents that it stands on had moved"
        if sk != "revoked" and (pk, "revoked") in after:
            yield f"a permit was {does} when it was revoked"


def is_stored(answer: Redemption | Revocation | IssuedPermit, permits: Items) -> bool:
    """Whether what was told of a permit is kept: of a revocation, that it is."""
    if isinstance(answer, Redemption):
        return _redemption_is_stored(answer, permits)
    if isinstance(answer, Revocation):
        return (_pk(answer.permit_id), "revoked") in permits
    stored_item = permits.get((_pk(answer.permit.jti), "permit"))
    return stored_item is not None and stored_item["compact"]["S"] == answer.compact


def _redemption_is_stored(redemption: Redemption, permits: Items) -> bool:
    """Whether a redemption lies under its run as it was told."""
    run = (_pk(redemption.permit_id), f"run#{redemption.run_id}")
    return run in permits and permits[run]["redemption"]["S"] == encode_redemption(redemption)


def _pk(permit_id: str) -> str:
    return permit_id.replace("~", "#")
