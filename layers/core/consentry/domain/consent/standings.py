"""What the acts of one party come to: one standing for each use and data category."""

from dataclasses import dataclass, replace
from datetime import datetime

from consentry.domain.consent.acts import Act, ActKind, Signature
from consentry.domain.consent.cells import Spoken, cells_of
from consentry.domain.consent.effects import Effect, effects_after
from consentry.domain.consent.forms import Form, FormShown
from consentry.domain.requests import Use
from consentry.domain.vocabulary import DataCategory, Standing


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


def effect_of(
    act: Act,
    form: Form | FormShown | None,
    *,
    at: datetime,
    leaves: tuple[DataCategory, ...] | None = None,
) -> Effect:
    """The effect of an act done at a moment, on the registered form that it names (None if it names none).

    `leaves`: what the data of a grant stood for when it was done; today's leaves if they are left out.
    """
    gives = act.kind is ActKind.GRANT
    return Effect(
        act_id=act.act_id,
        kind=act.kind,
        at=at,
        express=gives and form is not None and act.signature is not Signature.NONE,
        covers_earlier=gives and form is not None and form.covers_earlier,
        until=act.until,
        cells=cells_of(act.covered_uses, leaves or act.covered_leaves),
        spoken=None if gives else Spoken(act.uses, act.data),
        corrects=act.corrects,
    )


def after(state: PartyState, effect: Effect) -> PartyState:
    """The state once the act is done: it rules all its cells, earlier acts keep the rest.

    Order is by version, not by clock: the later act to be written wins. But assent without an express act undoes
    neither what a party refused or withdrew, nor a signed grant that has not ended. What corrects a grant first
    withdraws what that still gives.
    """
    if state.version is None:
        raise ValueError("a state that could not be read cannot be followed by an act")
    if state.closed:
        raise ValueError("a closed state cannot be followed by an act")
    return replace(state, version=state.version + 1, effects=effects_after(state.effects, effect))
