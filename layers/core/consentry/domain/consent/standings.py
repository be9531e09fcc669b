"""What the acts of one party come to: one standing for each use and data category."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from consentry.domain.consent.acts import Act, ActKind, Signature
from consentry.domain.consent.forms import Form, FormShown
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory, Operation, Service, Standing

type Cell = tuple[Operation, Service, DataCategory]


@dataclass(frozen=True, slots=True)
class Effect:
    """What one act left behind in a party's state: the cells it still rules and how."""

    act_id: str
    kind: ActKind
    at: datetime
    express: bool
    covers_earlier: bool
    until: datetime | None
    cells: frozenset[Cell]

    def standing(self, at: datetime, outdated_before: datetime | None = None) -> Standing:
        """What the act comes to at a moment, for each of its cells; `outdated_before`: see PartyState."""
        match self.kind:
            case ActKind.WITHDRAW:
                return Standing.WITHDRAWN
            case ActKind.REFUSE:
                return Standing.REFUSED
            case ActKind.GRANT if self.until is not None and at >= self.until:
                return Standing.EXPIRED
            case ActKind.GRANT if outdated_before is not None and self.at < outdated_before:
                return Standing.OUTDATED
            case ActKind.GRANT:
                # A feature is opted into on a signed form; without one there is only assent.
                return Standing.GRANTED if self.express else Standing.DEEMED


@dataclass(frozen=True, slots=True)
class PartyState:
    """One party's consent: a version that grows by one with each act, and the effects in force.

    Version 0 is a party that never acted; version None is one whose state could not be read. `closed`: the
    person behind this name was erased, or is being erased; no act follows.
    """

    version: int | None = 0
    effects: tuple[Effect, ...] = ()
    closed: bool = False

    def effect_on(self, use: Use, leaf: DataCategory) -> Effect | None:
        """The effect that rules this use of this category, if any act spoke of it."""
        cell = (use.operation, use.service, leaf)
        return next((effect for effect in self.effects if cell in effect.cells), None)

    def standing(
        self,
        use: Use,
        leaf: DataCategory,
        *,
        at: datetime,
        outdated_before: datetime | None = None,
    ) -> Standing:
        """The party's standing on this use of this category at a moment.

        `outdated_before`: when the terms last changed materially for this use; a grant from before it is outdated,
        signed or not, and one from then on is fresh. Nothing that is stored changes.
        """
        if self.version is None:
            return Standing.UNKNOWN
        if self.closed:
            return Standing.WITHDRAWN
        effect = self.effect_on(use, leaf)
        return Standing.NEVER_ASKED if effect is None else effect.standing(at, outdated_before)


UNREAD = PartyState(version=None)
"""The state of a party that could not be read: unknown on everything."""

CLOSED = PartyState(10**15, closed=True)
"""The state of a person who is being erased. Its version is above any that acts make, and tells nobody how many."""

EMPTIED = replace(CLOSED, version=10**15 + 1)
"""The state under a name that is nobody's any more; no fence on what was read before holds against it."""


def cells_of(uses: Iterable[Use], leaves: Iterable[DataCategory]) -> frozenset[Cell]:
    """Every pair of a use and a leaf."""
    return frozenset((use.operation, use.service, leaf) for use in uses for leaf in leaves)


def effect_of(act: Act, form: Form | FormShown | None, *, at: datetime) -> Effect:
    """The effect of an act done now, on the registered form that it names (None if it names none)."""
    return Effect(
        act_id=act.act_id,
        kind=act.kind,
        at=at,
        express=form is not None and act.signature is not Signature.NONE,
        covers_earlier=form is not None and form.covers_earlier,
        until=act.until,
        cells=cells_of(act.covered_uses, act.covered_leaves),
    )


def after(state: PartyState, effect: Effect) -> PartyState:
    """The state once the act is done: it rules all its cells, earlier acts keep the rest.

    Order is by version, not by clock: the later act to be written wins. But assent without an express act
    takes nothing back that a party refused or withdrew.
    """
    if state.version is None:
        raise ValueError("a state that could not be read cannot be followed by an act")
    if state.closed:
        raise ValueError("a closed state cannot be followed by an act")
    if effect.kind is ActKind.GRANT and not effect.express:
        denied = [e.cells for e in state.effects if e.kind is not ActKind.GRANT]
        effect = replace(effect, cells=effect.cells.difference(*denied))
    kept = tuple(
        Effect(e.act_id, e.kind, e.at, e.express, e.covers_earlier, e.until, rest)
        for e in state.effects
        if (rest := e.cells - effect.cells)
    )
    left = (effect,) if effect.cells else ()
    return replace(state, version=state.version + 1, effects=(*kept, *left))


def may_lower(state: PartyState, effect: Effect) -> bool:
    """Whether the act could turn an allow into a denial; then it must bump the customer's epoch.

    A refusal or withdrawal may; so may a grant that ends (an ended one is less than none), or that
    replaces one (by a shorter or unsigned one).
    """
    if effect.kind is not ActKind.GRANT or effect.until is not None:
        return True
    return any(e.kind is ActKind.GRANT and e.cells & effect.cells for e in state.effects)
