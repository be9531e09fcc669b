"""A second model of consent, written from the documents alone: slow, and without a stored state.

Each function takes everything that happened to one customer, in the order in which Consentry
received it, and goes over all of it again. The words are strings, times are datetimes. A happening
that was rejected, or repeated an earlier one, is not in the list. Sources: the READMEs of consent,
decisions, terms and privacy, CONSENT_STATES.md and layers/terms.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import UnionType
from typing import Literal

type Use = tuple[str, str]  # operation, service
type Cell = tuple[Use, str]  # a use and a leaf
type Kind = Literal["grant", "refusal", "withdrawal"]
type Signature = Literal["none", "click", "typed_name"]
type Ruling = Callable[[str, Mapping[str, object]], str]
"""The ruling on a leaf and the other inputs of a row."""

STRICTNESS = (
    "granted",
    "deemed",
    "never_asked",
    "invalidated",
    "expired",
    "unidentified",
    "refused",
    "withdrawn",
)
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Registered:
    """A form. `covers` is `from_grant`, `anytime` or a duration."""

    at: datetime
    form_id: str
    uses: tuple[Use, ...]
    data: tuple[str, ...]
    covers: timedelta | Literal["from_grant", "anytime"]


@dataclass(frozen=True)
class Event:
    """A consent event of a party: `customer`, or a person."""

    at: datetime
    event_id: str
    party: str
    kind: Kind
    uses: tuple[Use, ...] | Literal["all"] = "all"
    data: tuple[str, ...] | Literal["all"] = "all"
    form_id: str | None = None
    signature: Signature = "none"
    until: datetime | None = None
    done_at: datetime | None = None
    expected_version: int | None = None
    corrects: str | None = None

    @property
    def made(self) -> datetime:
        return self.done_at or self.at

    @property
    def begins(self) -> datetime:
        """Since when a grant counts for material changes and for collected data."""
        return min(self.at, self.made)

    def was_made_after(self, grant: "Event") -> bool:
        """Whether this event, which was recorded before a grant, was made after it.

        A grant that states no time was made after all that was received before it, whatever the
        clocks say. Only a time that was ahead of its own receipt can be later.
        """
        if grant.done_at is None and self.made <= self.at:
            return False
        return self.made > grant.made

    @property
    def signed(self) -> bool:
        return self.form_id is not None and self.signature != "none"

    def covers(self, cell: Cell) -> bool:
        use, leaf = cell
        return (self.uses == "all" or use in self.uses) and (
            self.data == "all" or any(within(leaf, name) for name in self.data)
        )


@dataclass(frozen=True)
class Erased:
    at: datetime
    erasure_id: str
    person: str


@dataclass(frozen=True)
class Assigned:
    """`guardrails` has the names, and whether each only runs dry."""

    at: datetime
    terms: str
    guardrails: tuple[tuple[str, bool], ...]


type Happening = Registered | Event | Erased | Assigned


@dataclass(frozen=True)
class Version:
    """A version of a policy set. `material_for` has pairs; None as the service means any."""

    at: datetime
    ruling: Ruling
    material_for: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class PolicySet:
    versions: tuple[Version, ...]
    counted_roles: tuple[str, ...] | Literal["all"] = "all"
    people_required_for: tuple[str, ...] = ()

    def in_force(self, at: datetime) -> Version | None:
        return max(
            (version for version in self.versions if version.at <= at),
            key=lambda version: version.at,
            default=None,
        )


@dataclass(frozen=True)
class Request:
    at: datetime
    use: Use
    model_owner: str
    data: tuple[str, ...]
    collected_at: datetime
    collected_by: str
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What recording an event answers: a set of possible errors, or what supersedes the grant."""

    errors: frozenset[str] = frozenset()
    superseded_by: frozenset[str] = frozenset()
    repeated: bool = False


def within(leaf: str, name: str) -> bool:
    return leaf == name or leaf.startswith(name + ".")


@dataclass(frozen=True)
class NaiveModel:
    """The rules, with the words and policy sets of a deployment. A known-bad variant overrides one."""

    uses: tuple[Use, ...]
    leaves: tuple[str, ...]
    policy_sets: Mapping[str, PolicySet] = field(default_factory=dict)

    # -- What recording answers ---------------------------------------------------------------

    def answer(self, history: Sequence[Happening], event: Event) -> Answer:
        events = self.events(history, event.party)
        for earlier in events:
            if earlier.event_id == event.event_id:
                same = replace(earlier, at=event.at, expected_version=event.expected_version)
                if same != event:
                    return Answer(frozenset({"conflicting_id", *self.errors(history, event)}))
                before = events[: events.index(earlier)]
                return Answer(repeated=True, superseded_by=self.superseded_by(before, earlier))
        errors = frozenset(self.errors(history, event))
        return Answer(errors) if errors else Answer(superseded_by=self.superseded_by(events, event))

    def errors(self, history: Sequence[Happening], event: Event) -> Iterator[str]:
        """What is wrong with an event. One of these errors is answered."""
        form = self.form(history, event.form_id)
        if event.form_id is not None and form is None:
            yield "unknown_form"
        if event.kind == "grant" and form is not None:
            of_form = Event(form.at, "", "", "grant", form.uses, form.data)
            if any(event.covers(cell) and not of_form.covers(cell) for cell in self.cells()):
                yield "uncovered_by_form"
        if event.made > event.at + CLOCK_TOLERANCE:
            yield "done_at"
        if event.done_at is not None and form is not None and event.done_at < form.at:
            yield "done_at"
        if event.until is not None and event.until <= max(event.at, event.made):
            yield "until"
        events = self.events(history, event.party)
        if event.expected_version is not None and event.expected_version != len(events):
            yield "conflicting_version"
        if event.corrects and event.corrects not in {earlier.event_id for earlier in events}:
            yield "corrects"
        if self.was_used(history, event.party, event.event_id, Event | Erased):
            yield "erased"  # It is not among the party's events any more.

    def erasure_answer(self, history: Sequence[Happening], erasure: Erased) -> Answer:
        if self.was_used(history, erasure.person, erasure.erasure_id, Event):
            return Answer(errors=frozenset({"conflicting_id"}))
        return Answer(repeated=self.was_used(history, erasure.person, erasure.erasure_id, Erased))

    def was_used(
        self, history: Sequence[Happening], party: str, id_: str, by: type | UnionType
    ) -> bool:
        """Whether an event or erasure of this party ever had this id."""
        ids = [
            (each.party, each.event_id)
            if isinstance(each, Event)
            else (each.person, each.erasure_id)
            for each in history
            if isinstance(each, Event | Erased) and isinstance(each, by)
        ]
        return (party, id_) in ids

    def superseded_by(self, events: Sequence[Event], event: Event) -> frozenset[str]:
        """What remains in force where the grant arrived late."""
        found = set()
        for cell in self.cells():
            covering = self.covering(events, cell)
            deciding = self.deciding(covering)
            if event.kind == "grant" and event.covers(cell) and self.is_late(covering, event):
                assert deciding is not None
                found.add(deciding.event_id)
        return frozenset(found)

    # -- Which event decides a use of a category ---------------------------------------------

    def covering(self, events: Sequence[Event], cell: Cell) -> list[Event]:
        """The events that cover a cell, in the order in which they were recorded.

        An event that corrects the grant that decides is a withdrawal first. Only a signed grant
        that is not late can grant the cell again.
        """
        found: list[Event] = []
        for event in events:
            corrected = self.deciding(found) if event.corrects else None
            if corrected and corrected.kind == "grant" and corrected.event_id == event.corrects:
                grants = event.kind == "grant" and event.signed and not self.is_late(found, event)
                if event.covers(cell) and (grants or event.kind != "grant"):
                    found.append(event)
                else:
                    withdrawal = Event(event.at, event.event_id, event.party, "withdrawal")
                    found.append(replace(withdrawal, done_at=event.done_at))
            elif event.covers(cell):
                found.append(event)
        return found

    def deciding(self, covering: Sequence[Event]) -> Event | None:
        """The event that was recorded last, unless it is a grant that arrived late or is weak."""
        if not covering:
            return None
        *before, last = covering
        if last.kind != "grant" or not (self.is_late(before, last) or self.is_weak(before, last)):
            return last
        return self.deciding(before)

    def is_late(self, before: Sequence[Event], grant: Event) -> bool:
        """The party made a known refusal or withdrawal, or the grant that decides, after it.

        Not later than a known refusal or withdrawal is late too, if the time is stated. An unsigned
        grant that was made while a signed one counted had no effect, so it does not make that late.
        """
        for event in before:
            if event.kind != "grant" and event.was_made_after(grant):
                return True
            if event.kind != "grant" and event.made == grant.done_at:
                return True
        deciding = self.deciding(before)
        if deciding is None or deciding.kind != "grant" or deciding.event_id == grant.corrects:
            return False
        without_effect = (
            grant.signed and not deciding.signed and not self.has_ended(grant, deciding.made)
        )
        return deciding.was_made_after(grant) and not without_effect

    def is_weak(self, before: Sequence[Event], grant: Event) -> bool:
        """An unsigned grant never replaces a no, nor a signed grant that has not ended."""
        deciding = self.deciding(before)
        if grant.signed or deciding is None:
            return False
        return deciding.kind != "grant" or (
            deciding.signed and not self.has_ended(deciding, grant.made)
        )

    # -- Statuses -----------------------------------------------------------------------------

    def status(self, history: Sequence[Happening], party: str, cell: Cell, now: datetime) -> str:
        deciding = self.deciding(self.covering(self.events(history, party), cell))
        if deciding is None:
            return "never_asked"
        if deciding.kind != "grant":
            return "refused" if deciding.kind == "refusal" else "withdrawn"
        if self.has_ended(deciding, now):
            return "expired"
        if self.is_invalidated(history, deciding, cell, now):
            return "invalidated"
        return "granted" if deciding.signed else "deemed"

    def has_ended(self, grant: Event, now: datetime) -> bool:
        return grant.until is not None and grant.until <= now

    def is_invalidated(
        self, history: Sequence[Happening], grant: Event, cell: Cell, now: datetime
    ) -> bool:
        """A material change came after the grant began."""
        return any(grant.begins < change <= now for change in self.changes(history, cell[0]))

    def changes(self, history: Sequence[Happening], use: Use) -> Iterator[datetime]:
        """The material changes of the assigned terms and enforced guardrails for this use."""
        assigned = self.assigned(history)
        names = [assigned.terms, *(name for name, dry in assigned.guardrails if not dry)]
        for name in names:
            for version in self.policy_sets[name].versions:
                for operation, service in version.material_for:
                    if operation == use[0] and service in (None, use[1]):
                        yield version.at

    # -- Data collected earlier ---------------------------------------------------------------

    def status_at_collection(
        self, history: Sequence[Happening], party: str, cell: Cell, request: Request
    ) -> str:
        """The status of now, but a grant that does not reach back to the collection is none."""
        status = self.status(history, party, cell, request.at)
        if status not in ("granted", "deemed"):
            return status
        covering = self.covering(self.events(history, party), cell)
        grant = self.deciding(covering)
        assert grant is not None
        if self.run_start(history, covering, grant, cell) <= request.collected_at:
            return status
        form = self.form(history, grant.form_id) if grant.signed else None
        if form and form.covers == "anytime":
            return status
        if form and isinstance(form.covers, timedelta):
            return status if grant.begins - form.covers <= request.collected_at else "never_asked"
        return "never_asked"

    def run_start(
        self, history: Sequence[Happening], covering: Sequence[Event], grant: Event, cell: Cell
    ) -> datetime:
        before = covering[: covering.index(grant)]
        previous = self.continued(history, before, grant, cell)
        if previous is None:
            return grant.begins
        return min(grant.begins, self.run_start(history, before, previous, cell))

    def continued(
        self, history: Sequence[Happening], before: Sequence[Event], grant: Event, cell: Cell
    ) -> Event | None:
        """The grant that a grant continues: no gap is between them, and no signature is new.

        The earlier one counted when this one was made, or ended at that moment.
        """
        previous = self.deciding(before)
        if previous is None or previous.kind != "grant" or previous.event_id == grant.corrects:
            return None
        if grant.made < previous.made or (grant.signed and not previous.signed):
            return None
        if previous.until is not None and previous.until < grant.made:
            return None
        return None if self.is_changed_between(history, previous, grant, cell) else previous

    def is_changed_between(
        self, history: Sequence[Happening], previous: Event, grant: Event, cell: Cell
    ) -> bool:
        return self.is_invalidated(history, previous, cell, now=grant.begins)

    # -- Decisions ----------------------------------------------------------------------------

    def outcome(self, history: Sequence[Happening], request: Request) -> str:
        """Allow: every leaf is permitted then and now, and no enforced guardrail forbids it."""
        assigned = self.assigned(history)
        allowed = all(
            self.ruling(history, assigned.terms, leaf, request, at_collection=True) == "permit"
            and self.ruling(history, assigned.terms, leaf, request) == "permit"
            and all(
                dry or self.ruling(history, name, leaf, request) != "forbid"
                for name, dry in assigned.guardrails
            )
            for leaf in self.leaves
            if any(within(leaf, name) for name in request.data)
        )
        return "allow" if allowed else "deny"

    def ruling(
        self,
        history: Sequence[Happening],
        name: str,
        leaf: str,
        request: Request,
        *,
        at_collection: bool = False,
    ) -> str:
        """The ruling of the version in force now, or at the collection: then a grant must reach it."""
        policy_set = self.policy_sets[name]
        version = policy_set.in_force(request.collected_at if at_collection else request.at)
        if version is None:
            return "not_covered"
        cell = (request.use, leaf)

        def status(party: str) -> str:
            if at_collection:
                return self.status_at_collection(history, party, cell, request)
            return self.status(history, party, cell, request.at)

        counted = [
            person
            for person, role in request.people
            if policy_set.counted_roles == "all" or role in policy_set.counted_roles
        ]
        required = any(within(leaf, branch) for branch in policy_set.people_required_for)
        if counted:
            people = max((status(person) for person in counted), key=STRICTNESS.index)
        else:
            people = "unidentified" if required else "granted"
        return version.ruling(
            leaf,
            {
                "operation": request.use[0],
                "model_owner": request.model_owner,
                "same_service": request.use[1] == request.collected_by,
                "customer": status("customer"),
                "people": people,
            },
        )

    # -- What happened ------------------------------------------------------------------------

    def cells(self) -> Iterator[Cell]:
        return ((use, leaf) for use in self.uses for leaf in self.leaves)

    def form(self, history: Sequence[Happening], form_id: str | None) -> Registered | None:
        for happening in history:
            if isinstance(happening, Registered) and happening.form_id == form_id:
                return happening
        return None

    def assigned(self, history: Sequence[Happening]) -> Assigned:
        return [happening for happening in history if isinstance(happening, Assigned)][-1]

    def events(self, history: Sequence[Happening], party: str) -> list[Event]:
        """The party's events. An erasure leaves one withdrawal of everything instead."""
        found: list[Event] = []
        for happening in history:
            if isinstance(happening, Event) and happening.party == party:
                found.append(happening)
            if isinstance(happening, Erased) and happening.person == party:
                found = [Event(happening.at, happening.erasure_id, party, "withdrawal")]
        return found
