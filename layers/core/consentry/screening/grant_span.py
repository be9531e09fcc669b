"""When the grants behind an evaluation began and when the first of them ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import Field

from consentry.consent.status import PartyState
from consentry.decisions.inputs import GIVEN
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory


@dataclass(frozen=True, slots=True)
class GrantSpan:
    """`since`: the earliest grant. `until`: the earliest end of a grant; None if none ends.

    `run_since`: the first grant of an unbroken run that coverage of collected data rests on; None if
    it is not earlier.
    """

    since: datetime
    until: datetime | None = None
    run_since: Annotated[datetime | None, Field(exclude_if=lambda each: not each)] = None


@dataclass(frozen=True, slots=True)
class PatternGrants:
    """The grants that admitted rows of a pattern rest on: the customer's, and those of people."""

    customer: GrantSpan | None = None
    people: GrantSpan | None = None

    @property
    def ends(self) -> tuple[datetime, ...]:
        """When the first grant of the customer ends, and the first of a person."""
        return tuple(each.until for each in (self.customer, self.people) if each and each.until)


def grant_span(
    state: PartyState,
    use: Use,
    leaves: Iterable[DataCategory],
    *,
    at: datetime,
    invalidated_before: datetime | None,
) -> GrantSpan | None:
    """The span of a party's grants that count for this use of these leaves; None if none counts."""
    if state.version is None or state.closed or not state.rules:
        return None
    rules = (state.rule_for(use, leaf) for leaf in leaves)
    return merge(
        GrantSpan(rule.counts_from, rule.until, rule.rests_on(invalidated_before))
        for rule in rules
        if rule and rule.status(at, invalidated_before) in GIVEN
    )


def merge(spans: Iterable[GrantSpan | None]) -> GrantSpan | None:
    """Several spans as one, or None."""
    found = [span for span in spans if span]
    if not found:
        return None
    ends = (span.until for span in found if span.until)
    since = min(span.since for span in found)
    run_since = min(span.run_since or span.since for span in found)
    earlier = run_since if run_since < since else None
    return GrantSpan(since, min(ends, default=None), earlier)


def merge_grants(grants: Iterable[PatternGrants]) -> PatternGrants | None:
    """The grants of several patterns as one; None if no grant counts."""
    found = tuple(grants)
    customer, people = merge(g.customer for g in found), merge(g.people for g in found)
    return PatternGrants(customer, people) if customer or people else None
