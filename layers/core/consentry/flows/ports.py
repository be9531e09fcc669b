"""What the flows ask of the world; each promise stands beside the consumer that relies on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from consentry.domain.consent.act_records import ActRecord, SpentAs
from consentry.domain.consent.effects import Effect
from consentry.domain.consent.forms import Form
from consentry.domain.consent.standings import PartyState
from consentry.domain.decision.fence import Fence
from consentry.domain.log.log_row import DecisionPage, LogRow
from consentry.domain.naming import CustomerKey
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.binding_acts import BindingRecord


class KeyRing(Protocol):
    """Customers' secret keys and their people's names, kept apart from everything that is named with them."""

    def key_of(self, customer: str) -> CustomerKey:
        """The customer's key: made on first use, the same ever after, for every reader."""
        ...

    def new_name(self) -> str:
        """A name that nobody and nothing ever had, at random."""
        ...

    def names_of(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """Each person's name, by id; made at random on first use, the same for every reader until erased.

        Strongly consistent; UnansweredError if names could not be read. Whoever will commit on people one by one
        needs their names first: the fence on one who never acted is that nothing stands under the name.
        """
        ...

    def known_names(self, customer: str, people: Iterable[str]) -> Mapping[str, str]:
        """The same without making any: who is not in it has no name, so never acted.

        Whoever relies on that reads epochs before, since a first act names its person.
        """
        ...


class Consents(Protocol):
    """The consent acts of customers and people, and the state that each party's acts come to."""

    def states(self, customer: str, parties: Sequence[str]) -> Mapping[str, PartyState]:
        """Every party's state, strongly consistent; version 0 if it never acted, UNREAD if unreadable."""
        ...

    def epochs(self, customer: str) -> tuple[int, ...]:
        """The customer's epochs, strongly consistent."""
        ...

    def append(self, record: ActRecord, effect: Effect, before: PartyState) -> PartyState:
        """Write the act and the state after it, all or nothing; returns that state.

        Raises ConsentMovedError if the state is no longer `before`, or the key that signed the act was revoked
        (nothing written).
        A lost response is read back: an act that is stored already with the same body is not repeated.
        """
        ...

    def act(self, customer: str, party: str, act_id: str) -> ActRecord | None:
        """One act of a party, strongly consistent."""
        ...

    def acts(self, customer: str, party: str) -> tuple[ActRecord, ...]:
        """All acts of a party, oldest first."""
        ...

    def spent(self, customer: str, place: str, token: str) -> SpentAs | None:
        """What had this id until it was erased with the person at `place`, strongly consistent.

        Whoever has read the person's name finds all that was erased under the names before it.
        """
        ...

    def register(self, form: Form) -> str:
        """Keep a form's text; returns its SHA-256. The same text again is the same form."""
        ...

    def form(self, customer: str, sha256: str) -> Form | None:
        """The form with this digest, if the customer registered it."""
        ...


class Bindings(Protocol):
    """Which books bind each customer."""

    def of(self, customer: str) -> Binding:
        """The books that bind the customer now, strongly consistent; version 0 if it was never bound."""
        ...

    def at(self, customer: str, moment: datetime) -> Binding:
        """The books that bound the customer at a moment; those of version 0 before it was first bound."""
        ...

    def record(self, customer: str) -> BindingRecord | None:
        """The same with its date; None if the customer was never bound."""
        ...

    def bind(self, customer: str, record: BindingRecord) -> None:
        """Write the binding that follows the version before its own.

        Raises ConsentMovedError if that is no longer the version (nothing written). A lost response is
        read back: returns normally only when it is stored.
        """
        ...


class Decisions(Protocol):
    """The decisions that were given, each committed before it is answered."""

    def latest(self, decision_id: str) -> LogRow | None:
        """The last revision of a decision, strongly consistent."""
        ...

    def commit(self, decision: LogRow, fence: Fence) -> None:
        """Write the decision if nothing behind the fence has moved, in one transaction.

        Raises ConsentMovedError if something moved and AlreadyDecidedError if this revision exists with other
        content (nothing written in both). A lost response is read back: returns normally only when it is stored.
        """
        ...


class DecisionHistory(Protocol):
    """Reading the decisions of a customer, for transparency; may lag behind the log by a moment."""

    def of_customer(
        self, customer: str, *, since: str, outcome: str | None, limit: int, page: str | None
    ) -> DecisionPage:
        """The customer's decisions from `since` (an RFC 3339 moment) on, of one outcome or of both."""
        ...
