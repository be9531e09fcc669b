"""What erasing a person asks of the stores; only erasing may do this."""

from typing import Protocol

from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.standings import PartyState


class Erasures(Protocol):
    """A person's items, taken away in an order in which none is ever lost from sight.

    Whatever raises ConsentMovedError wrote nothing, or wrote and lost the answer: look again.
    """

    def new_name(self) -> str:
        """A name that nobody ever had."""
        ...

    def close(self, customer: str, party: str, before: PartyState) -> PartyState:
        """Let no act follow the state `before`, which from now on stands withdrawn, and bump an epoch.

        Returns the closed state. Raises ConsentMovedError if the state moved.
        """
        ...

    def spend(self, place: str, token: str, record: ActRecord) -> None:
        """Keep the token of an act's id at the person's place, and only then delete the act; done is done."""
        ...

    def destroy(self, customer: str, party: str) -> None:
        """Delete everything under a closed party but its state. Done already is done."""
        ...

    def rename(
        self, person: str, old: tuple[str, PartyState] | None, record: ActRecord, state: PartyState
    ) -> None:
        """Give the person the new name that `record` and `state` are under, all or nothing.

        `old`: the name before and its closed state, which then keeps nothing but that it is closed; None if the
        person had none. Raises ConsentMovedError if that is no longer so.
        """
        ...
