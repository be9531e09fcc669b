"""What a commit stands on: the versions of consents, or a customer's epochs, and the customer's binding."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitPreconditions:
    """What must not have moved for a commit to stand: party versions, or a customer's epochs.

    Version 0 means that the party has no state yet. With `epochs` set, the versions are not checked one by
    one: every act that can lower a standing bumps an epoch, so unmoved epochs mean unmoved consents.
    `binding` is the version of the customer's binding; None where the commit does not stand on it.
    """

    versions: Mapping[str, int]
    epochs: tuple[int, ...] | None = None
    assignment: int | None = None
