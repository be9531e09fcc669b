"""When the grants behind an evaluation began and when the first of them ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from consentry.consent.status import PartyState
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import ConsentStatus, DataCategory

IN_FORCE = frozenset({ConsentStatus.GRANTED, ConsentStatus.DEEMED})
"""The statuses of a grant that counts."""


@dataclass(frozen=True, slots=True)
class GrantSpan:
    """`since`: the earliest grant. `until`: the earliest end of a grant; None if none ends."""

    since: datetime
    until: datetime | None = None


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
        GrantSpan(rule.at, rule.until)
        for rule in rules
        if rule and rule.status(at, invalidated_before) in IN_FORCE
    )


def merge(spans: Iterable[GrantSpan | None]) -> GrantSpan | None:
    """Several spans as one; None if there is none."""
    found = [span for span in spans if span]
    if not found:
        return None
    ends = (span.until for span in found if span.until)
    return GrantSpan(min(span.since for span in found), min(ends, default=None))
