"""What is looked at of permits after every step: whether a redemption is kept, and stood on what had not moved."""

from collections.abc import Mapping
from typing import Any

from consentry.aws.consent_items import epoch_keys
from consentry.domain.permits.permit import Permit
from consentry.domain.permits.redemption import Redemption, encode_redemption
from tests.fakes.tables import Items, key_of
from tests.fakes.worlds import ACME


def moved(permit: Mapping[str, Any], consents: Items) -> bool:
    """Whether an epoch is another than the permit's."""
    epochs = Permit.model_validate_json(permit["claims"]["S"]).epochs
    items = [consents.get(key_of(key)) for key in epoch_keys(ACME)]
    return epochs != tuple(int(item["bumps"]["N"]) if item else 0 for item in items)


def is_kept(redemption: Redemption, permits: Items) -> bool:
    """Whether a redemption lies under its run as it was told."""
    run = (redemption.permit_id.replace("~", "#"), f"run#{redemption.run_id}")
    return run in permits and permits[run]["redemption"]["S"] == encode_redemption(redemption)
