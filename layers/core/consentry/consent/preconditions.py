"""Commit preconditions: the versions of consent, or the epochs, and the assignment that a commit depends on."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitPreconditions:
    """What must be unchanged when a commit is written.

    `versions`: the consent version of each party; 0 means that the party has no state yet. `epochs`: if set, the
    commit checks the customer's epochs instead of the versions. Every event that can downgrade a status increments
    an epoch, so unchanged epochs mean that no consent was downgraded. `assignment`: the version of the customer's
    assignment; None if the commit does not depend on it.
    """

    versions: Mapping[str, int]
    epochs: tuple[int, ...] | None = None
    assignment: int | None = None
