"""Whether a data set is outdated: what would decide it now rejects rows that it admitted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from consentry.decisions.evaluation import BUILT_IN, Reason
from consentry.decisions.inputs import GIVEN, Evidence, PartyStatus
from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.schema import StrictModel, UtcDatetime
from consentry.kernel.vocabulary import ConsentStatus, worst
from consentry.manifests.model import RowOutcome
from consentry.screening.grant_span import GrantSpan
from consentry.screening.row_patterns import RowPattern, evaluate_pattern
from consentry.screening.screening_decision import ScreeningDecision
from consentry.terms.assignment import AssignedPolicies, Assignment, AssignmentHistory
from consentry.terms.policy_set import Library


class OutdatedCause(StrEnum):
    """What rejects rows that the screening admitted."""

    ASSIGNMENT = "assignment"
    """Other terms or guardrails were assigned."""
    NEW_VERSION = "new_version"
    """Another version of the assigned terms or guardrails is in force."""
    MATERIAL_CHANGE = "material_change"
    """A material change invalidated a grant."""
    EXPIRED_CONSENT = "expired_consent"
    """A grant ended."""


class Outdated(StrictModel):
    """Why and since when a data set is outdated, and what to do.

    `since`: None if the default assignment of the deployment changed; its time is not stored.
    `assignment`: the version of the assignment at that time. `policy_set`: the version that rejects
    rows (`house@2020-01-01`), with its `rules`; None if the vocabulary lacks their words.
    """

    cause: OutdatedCause
    since: UtcDatetime | None
    assignment: int
    policy_set: str | None
    rules: tuple[str, ...]
    remediation: Literal["screen_again"] = "screen_again"


class _Period(NamedTuple):
    """The time of one assignment, up to but without `end`."""

    begin: datetime
    end: datetime
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class _Rejection:
    policy_set: str | None
    rules: tuple[str, ...]


def find_outdated(
    allow: ScreeningDecision, history: AssignmentHistory, library: Library, *, at: datetime
) -> Outdated | None:
    """Why the data set of this screening is outdated at a time; None if it is not. Pure.

    It evaluates the admitted row patterns again at every moment since the screening at which the
    result can change: a new assignment, a new version, a material change, the end of a grant. The
    first moment that rejects one of them counts: an outdated data set stays outdated. An assignment
    that is equal or milder for its rows never outdates it.

    InvalidTermsError if the library lacks the assigned terms.
    """
    admitted = [each for each in allow.row_patterns if each.row_outcome is RowOutcome.ADMITTED]
    for period in _periods(allow, history, at):
        is_current = period.assignment == history.current
        try:
            policy_sets = period.assignment.resolve(library)
        except InvalidTermsError:
            if is_current:
                raise
            continue  # A former assignment whose terms are no longer deployed decides nothing.
        for moment in _moments(admitted, policy_sets, period):
            if found := _find_rejection(admitted, policy_sets, moment):
                is_assigned = period.assignment != allow.assignment and moment == period.begin
                cause = (
                    OutdatedCause.ASSIGNMENT
                    if is_assigned
                    else _cause(admitted, policy_sets, moment)
                )
                unknown = is_assigned and period.assignment.version == allow.assignment.version
                return Outdated(
                    cause=cause,
                    since=None if unknown else moment,
                    assignment=period.assignment.version,
                    policy_set=found.policy_set,
                    rules=found.rules,
                )
    return None


def _periods(
    allow: ScreeningDecision, history: AssignmentHistory, at: datetime
) -> Iterator[_Period]:
    """The assignments since the screening, with their times."""
    version, began = allow.assignment.version, allow.evaluated_at
    later = [each for each in history.records if each.assignment.version > version]
    if not later and history.current != allow.assignment:
        # The default assignment is in the settings of a deployment: it can change without a record.
        yield _Period(began, at + timedelta.resolution, history.current)
        return
    begins = [(began, allow.assignment)]
    for record in later:  # In the order of the versions; clocks of operators may disagree.
        begins.append((max(record.at, begins[-1][0]), record.assignment))
    # INVARIANT: the current assignment is evaluated also if its time is later than `at`.
    ends = [begin for begin, _ in begins[1:]] + [max(at, begins[-1][0]) + timedelta.resolution]
    for (begin, assignment), end in zip(begins, ends, strict=True):
        yield _Period(begin, end, assignment)


def _moments(
    patterns: Sequence[RowPattern], policy_sets: AssignedPolicies, period: _Period
) -> list[datetime]:
    """The begin of a period, and the later moments in it at which a result can change."""
    versions = (policy_sets.terms, *policy_sets.guardrails)
    moments = {table.in_force_from for each in versions for table in each.versions}
    moments |= {change.at for change in policy_sets.changes}
    moments |= {end for each in patterns if each.grants for end in each.grants.ends}
    between = {each for each in moments if period.begin < each < period.end}
    return sorted(between | {period.begin})


def _find_rejection(
    patterns: Sequence[RowPattern],
    policy_sets: AssignedPolicies,
    at: datetime,
    lapses: frozenset[ConsentStatus] = frozenset(
        {ConsentStatus.INVALIDATED, ConsentStatus.EXPIRED}
    ),
) -> _Rejection | None:
    """The first rejection of a pattern at a time. `lapses`: the ends of grants that count."""
    for pattern in patterns:
        lapsed = _lapse(pattern, policy_sets, at, lapses)
        try:
            evaluation = evaluate_pattern(lapsed, policy_sets, at=at)
        except KeyError:
            # INVARIANT: words that the vocabulary no longer has are not covered by any terms.
            return _Rejection(None, ())
        if reason := next((each for each in evaluation.reasons if each.denies), None):
            return _Rejection(_policy_set(reason), reason.rules)
    return None


def _policy_set(reason: Reason) -> str:
    if reason.policy_set_id == BUILT_IN:
        return BUILT_IN
    return f"{reason.policy_set_id}@{reason.version}"


def _cause(
    patterns: Sequence[RowPattern], policy_sets: AssignedPolicies, at: datetime
) -> OutdatedCause:
    """The cause of a rejection under an unchanged assignment."""
    if _find_rejection(patterns, policy_sets, at, frozenset()):
        return OutdatedCause.NEW_VERSION
    if _find_rejection(patterns, policy_sets, at, frozenset({ConsentStatus.INVALIDATED})):
        return OutdatedCause.MATERIAL_CHANGE
    return OutdatedCause.EXPIRED_CONSENT


def _lapse(
    pattern: RowPattern,
    policy_sets: AssignedPolicies,
    at: datetime,
    lapses: frozenset[ConsentStatus],
) -> RowPattern:
    """The pattern at a time. `lapses`: the ends of grants that count.

    The grants of all people end with the first one: a pattern does not say who gave it.
    """
    grants, facts = pattern.grants, pattern.facts
    if grants is None:
        return pattern
    invalidated = None
    if ConsentStatus.INVALIDATED in lapses:
        invalidated = policy_sets.invalidated_before(facts.operation, facts.service, at=at)

    def status_of(span: GrantSpan | None) -> ConsentStatus | None:
        if span and span.until and span.until <= at and ConsentStatus.EXPIRED in lapses:
            return ConsentStatus.EXPIRED
        if span and invalidated and span.since < invalidated:
            return ConsentStatus.INVALIDATED
        return None

    def lapsed_party(party: PartyStatus, span: GrantSpan | None) -> PartyStatus:
        # A material change between the grants of a run breaks it: the last grant counts, but it may
        # no longer cover when the data was collected.
        if span and span.run_since and invalidated and span.run_since < invalidated:
            party = replace(party, covers_collected=())
        return _with_status(party, status_of(span))

    def lapsed(evidence: Evidence) -> Evidence:
        people = tuple(lapsed_party(each, grants.people) for each in evidence.people)
        customer = lapsed_party(evidence.customer, grants.customer)
        return replace(evidence, customer=customer, people=people)

    sources = (replace(each, evidence=lapsed(each.evidence)) for each in pattern.sources)
    return replace(pattern, evidence=lapsed(pattern.evidence), sources=tuple(sources))


def _with_status(party: PartyStatus, status: ConsentStatus | None) -> PartyStatus:
    """A party whose grants have this status, if one is given.

    INVARIANT: the people of a role are one party with their strictest status. It may be that of a
    person without a grant, and the ended grant of another person may be stricter.
    """
    if status is None:
        return party
    statuses = {
        leaf: worst([each, status]) if party.role or each in GIVEN else each
        for leaf, each in party.statuses.items()
    }
    return replace(party, statuses=statuses, covers_collected=(), until=None)
