"""The law of consent said a second time, plainly: a list of acts, looked through from its beginning."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from consentry.kernel.vocabulary import LEAVES_UNDER, DataCategory

Use = tuple[str, str]
BANNED = {"refused", "withdrawn", "unidentified", "unreadable"}


@dataclass(frozen=True, slots=True)
class NaiveConsentEvent:
    """What a party did."""

    kind: str
    at: datetime
    uses: frozenset[Use]
    leaves: frozenset[str]
    express: bool = False
    covers_collected: bool = False
    until: datetime | None = None

    def outlasts_unsigned_grant(self, at: datetime) -> bool:
        """Whether it still counts after somebody merely assents."""
        if self.kind != "grant":
            return True
        return self.express and not (self.until and at >= self.until)


@dataclass
class NaiveConsentModel:
    """Everybody's acts in the order in which they were kept; None is the customer."""

    changed: datetime
    """When the terms changed materially for fine-tuning."""
    erasures: int = 0
    consent_events: dict[str | None, list[NaiveConsentEvent]] = field(default_factory=dict)

    def add(self, party: str | None, acted: NaiveConsentEvent) -> None:
        """The party did this."""
        self.consent_events.setdefault(party, []).append(acted)

    def erase(self, person: str, uses: Iterable[Use], at: datetime) -> None:
        """What the person did is gone; whoever was erased stands withdrawn, for data that still names it."""
        leaves = frozenset(map(str, DataCategory))
        self.consent_events[person] = [NaiveConsentEvent("withdrawal", at, frozenset(uses), leaves)]
        self.erasures += 1

    def effective_event(self, party: str | None, use: Use, leaf: str) -> NaiveConsentEvent | None:
        """The act that counts; assent that was not signed takes no refusal back, and stands in for no signature."""
        rules: NaiveConsentEvent | None = None
        for acted in self.consent_events.get(party, []):
            if use not in acted.uses or leaf not in acted.leaves:
                continue
            unsigned = acted.kind == "grant" and not acted.express
            if not (unsigned and rules and rules.outlasts_unsigned_grant(acted.at)):
                rules = acted
        return rules

    def status(self, party: str | None, use: Use, leaf: str, at: datetime) -> str:
        """What the party's acts come to."""
        acted = self.effective_event(party, use, leaf)
        if acted is None:
            return "never_asked"
        if acted.kind != "grant":
            return {"refusal": "refused", "withdrawal": "withdrawn"}[acted.kind]
        if acted.until and at >= acted.until:
            return "expired"
        if use[0] == "fine_tune" and acted.at < self.changed <= at:
            return "invalidated"
        return "granted" if acted.express else "deemed"

    def allows(
        self, use: Use, leaves: Iterable[str], people: Iterable[str], *, early: bool, at: datetime
    ) -> bool:
        """Whether a first-party model may use data that the using service collected itself."""
        people = tuple(people)
        return all(self._allows(use, leaf, people, early, at) for leaf in leaves)

    def _allows(
        self, use: Use, leaf: str, people: tuple[str, ...], early: bool, at: datetime
    ) -> bool:
        granted = self.status(None, use, leaf, at) == "granted"
        content = leaf in LEAVES_UNDER["customer_content"]
        acted = self.effective_event(None, use, leaf)
        lifted = bool(granted and acted and acted.covers_collected)
        if early and not lifted:
            return False
        if use[0] == "infer":
            return granted
        statuses = {self.status(person, use, leaf, at) for person in people}
        if content and not people:
            statuses.add("unidentified")
        return not statuses & BANNED and (granted or not content)
