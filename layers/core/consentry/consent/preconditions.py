"""Commit preconditions: the epochs and the assignment that a commit depends on."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DOWNGRADE_WINDOW: Final = timedelta(hours=2)
"""An event increments an epoch if it may downgrade a status within this time of its receipt.

What was evaluated with the state before the event is no longer valid after it. The parts are: an allow or permit
lasts 15 minutes; a function writes the event at most 15 minutes after its receipt; a checkpoint of a screening is
read for an hour; the rest is for clocks that differ.
"""


@dataclass(frozen=True, slots=True)
class CommitPreconditions:
    """What must be unchanged when a commit is written.

    `epochs`: the customer's. Every event that can downgrade a status within DOWNGRADE_WINDOW
    increments one. So while the epochs are unchanged, no status is downgraded before an allow ends.
    `assignment`: the version of the customer's assignment. None: the commit does not depend on it.
    """

    epochs: tuple[int, ...] | None = None
    assignment: int | None = None
