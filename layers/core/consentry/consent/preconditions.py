"""Commit preconditions: the epochs and the assignment that a commit depends on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommitPreconditions:
    """What must be unchanged when a commit is written.

    `epochs`: the customer's. Every event that can downgrade a status increments one, so unchanged
    epochs mean that no consent was downgraded. `assignment`: the version of the customer's
    assignment. None: the commit does not depend on it.
    """

    epochs: tuple[int, ...] | None = None
    assignment: int | None = None
