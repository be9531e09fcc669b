"""A naive second implementation of consent: a list of events, read from its beginning each time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tests.testkit.meeting_words import LEAVES_UNDER, DataCategory

Use = tuple[str, str]
STOPS_EVERYTHING = {"refused", "withdrawn", "unreadable"}


@dataclass(frozen=True, slots=True)
class NaiveConsentEvent:
    """A consent event of a party."""

    kind: str
    at: datetime
    uses: frozenset[Use]
    leaves: frozenset[str]
    express: bool = False
    covers_collected: bool = False
    until: datetime | None = None

    def outlasts_unsigned_grant(self, at: datetime) -> bool:
        """Whether it still counts after a later grant that is not signed."""
        if self.kind != "grant":
            return True
        return self.express and not (self.until and at >= self.until)


@dataclass
class NaiveConsentModel:
    """The consent events of each party, in the order in which they were stored; None is the customer."""

    changed: datetime
    """When the terms changed materially for fine-tuning."""
    erasures: int = 0
    consent_events: dict[str | None, list[NaiveConsentEvent]] = field(default_factory=dict)

    def add(self, party: str | None, event: NaiveConsentEvent) -> None:
        """Append an event of a party."""
        self.consent_events.setdefault(party, []).append(event)

    def erase(self, person: str, uses: Iterable[Use], at: datetime) -> None:
        """Replace a person's events by a withdrawal of everything."""
        leaves = frozenset(map(str, DataCategory))
        self.consent_events[person] = [NaiveConsentEvent("withdrawal", at, frozenset(uses), leaves)]
        self.erasures += 1

    def effective_event(self, party: str | None, use: Use, leaf: str) -> NaiveConsentEvent | None:
        """The event that counts. An unsigned grant replaces neither a denial nor a signed grant in force."""
        effective: NaiveConsentEvent | None = None
        for event in self.consent_events.get(party, []):
            if use not in event.uses or leaf not in event.leaves:
                continue
            unsigned = event.kind == "grant" and not event.express
            if not (unsigned and effective and effective.outlasts_unsigned_grant(event.at)):
                effective = event
        return effective

    def status(self, party: str | None, use: Use, leaf: str, at: datetime) -> str:
        """The party's consent status."""
        event = self.effective_event(party, use, leaf)
        if event is None:
            return "never_asked"
        if event.kind != "grant":
            return {"refusal": "refused", "withdrawal": "withdrawn"}[event.kind]
        if event.until and at >= event.until:
            return "expired"
        if use[0] == "fine_tune" and event.at < self.changed <= at:
            return "invalidated"
        return "granted" if event.express else "deemed"

    def allows(
        self, use: Use, leaves: Iterable[str], people: Iterable[str], *, early: bool, at: datetime
    ) -> bool:
        """Whether a first-party model may use data that the same service collected."""
        people = tuple(people)
        return all(self._allows(use, leaf, people, early, at) for leaf in leaves)

    def _allows(
        self, use: Use, leaf: str, people: tuple[str, ...], early: bool, at: datetime
    ) -> bool:
        granted = self.status(None, use, leaf, at) == "granted"
        content = leaf in LEAVES_UNDER["customer_content"]
        event = self.effective_event(None, use, leaf)
        # The data is older than every grant of a history.
        granted = bool(granted and event and event.covers_collected)
        if early:  # Collected before the first terms.
            return False
        statuses = {self.status(person, use, leaf, at) for person in people}
        if statuses & STOPS_EVERYTHING:
            return False
        if use[0] == "infer":
            return granted
        return not content or (granted and bool(people))
