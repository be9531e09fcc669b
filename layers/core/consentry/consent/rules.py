"""Consent rules: the part of a party's scope that each consent event still decides."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final, NamedTuple

from consentry.consent.consent_event import ALL, ConsentEventKind
from consentry.consent.consent_scope import (
    ConsentScope,
    ScopeItem,
    ScopeWording,
    WordedPair,
    nodes_over,
)
from consentry.consent.covers_collected import ANYTIME, FROM_GRANT, CoversCollected, period_of
from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus

MAX_RUN = 100
"""How many times of a run of grants are stored."""

_NO_GRANT: Final[dict[str, Any]] = {
    "express": False,
    "covers_collected": FROM_GRANT,
    "until": None,
    "wording": None,
    "corrects": None,
}
"""The fields of a withdrawal that a correction implies."""


@dataclass(frozen=True, slots=True)
class ConsentRule:
    """What one consent event still decides: its scope, without the part that later events decide.

    `wording`: the uses and data as a refusal or withdrawal named them. `all` or a branch then also
    covers what the vocabulary gains later. None for a grant, and for the withdrawal that a
    correction implies. `corrects`: the event that it corrects; not stored. `done_at`: when the
    party acted, if that is stated. `denied_at`: the latest time of a known refusal or withdrawal of
    the scope; a grant that was done before it has no effect. `denied_ahead`: the latest such time
    that was ahead of its receipt; it also stops a grant that states no time. `run`: the times of
    the unbroken run of grants.
    """

    consent_event_id: str
    kind: ConsentEventKind
    at: datetime
    consent_scope: ConsentScope
    express: bool = False
    covers_collected: CoversCollected = FROM_GRANT
    until: datetime | None = None
    wording: ScopeWording | None = None
    corrects: str | None = None
    done_at: datetime | None = None
    denied_at: datetime | None = None
    denied_ahead: datetime | None = None
    run: tuple[datetime, ...] = ()

    @property
    def made_at(self) -> datetime:
        """When the party acted: `done_at`, or the receipt."""
        return self.done_at or self.at

    @property
    def counts_from(self) -> datetime:
        """Since when a grant counts for material changes and collected data.

        This is when the party acted, or the receipt if that is earlier: a sender's clock may be ahead.
        """
        return min(self.at, self.made_at)

    def covered_since(self, invalidated_before: datetime | None = None) -> datetime:
        """Since when collected data is covered by a grant: the start of its run, or what its form says.

        A material change breaks the run: grants from before `invalidated_before` do not count.
        """
        if self.covers_collected == ANYTIME:
            return datetime.min.replace(tzinfo=UTC)
        start = self._run_start(invalidated_before)
        return min(start, self.counts_from - period_of(self.covers_collected))

    def rests_on(self, invalidated_before: datetime | None = None) -> datetime:
        """The time of the first grant that `covered_since` rests on: of its run, or of this grant alone."""
        start = self._run_start(invalidated_before)
        return start if start == self.covered_since(invalidated_before) else self.counts_from

    def _run_start(self, invalidated_before: datetime | None) -> datetime:
        run = [at for at in self.run if invalidated_before is None or at >= invalidated_before]
        return min(run, default=self.counts_from)

    def status(self, at: datetime, invalidated_before: datetime | None = None) -> ConsentStatus:
        """The status of everything in the scope at a time; see `PartyState.status` for `invalidated_before`."""
        match self.kind:
            case ConsentEventKind.WITHDRAWAL:
                return ConsentStatus.WITHDRAWN
            case ConsentEventKind.REFUSAL:
                return ConsentStatus.REFUSED
            case ConsentEventKind.GRANT if self.until is not None and at >= self.until:
                return ConsentStatus.EXPIRED
            case ConsentEventKind.GRANT if (
                invalidated_before is not None and self.counts_from < invalidated_before
            ):
                return ConsentStatus.INVALIDATED
            case ConsentEventKind.GRANT:
                # Only a grant on a signed form is express.
                return ConsentStatus.GRANTED if self.express else ConsentStatus.DEEMED


def may_downgrade(
    before: ConsentRule | None,
    after: ConsentRule,
    *,
    within: tuple[datetime, datetime],
    changed_at: datetime | None,
) -> bool:
    """Whether a status may get stricter if `after` decides what `before` decided (None: no rule did).

    `within`: the first and the last time that count. `changed_at`: the last material change of any terms until then.
    A later material change needs no answer here: it voids allows itself.
    """
    begin, end = within
    if after.kind is not ConsentEventKind.GRANT:
        if before is None or before.kind is ConsentEventKind.GRANT:
            return True
        strictness = STRICTNESS[after.status(begin)] - STRICTNESS[before.status(begin)]
        return strictness > 0
    if before is None:
        was_changed = changed_at is not None and after.counts_from < changed_at
        return was_changed or _ends_by(after, end)
    if before.kind is not ConsentEventKind.GRANT:
        return False
    if _ends_by(before, begin):
        return False  # `expired` is stricter than all that a grant can be.
    return (
        (_ends_by(after, end) and not _ends_by(before, after.until))
        or (before.express and not after.express)
        or after.counts_from < before.counts_from
        or _may_cover_less(before, after)
    )


def _ends_by(grant: ConsentRule, at: datetime | None) -> bool:
    return grant.until is not None and at is not None and grant.until <= at


def _may_cover_less(before: ConsentRule, after: ConsentRule) -> bool:
    """Whether a grant may cover less collected data than the grant that it replaces."""
    if after.covers_collected == ANYTIME:
        return False
    if before.covers_collected == ANYTIME or not set(before.run) <= set(after.run):
        return True
    period = period_of(before.covers_collected)
    begins = after.counts_from - period_of(after.covers_collected)
    return bool(period) and begins > before.counts_from - period


def granted_scope(rules: tuple[ConsentRule, ...], consent_event_id: str | None) -> ConsentScope:
    """What the grant with this id still decides; empty if it is not a grant."""
    grants = (each for each in rules if each.kind is ConsentEventKind.GRANT)
    scopes = (each.consent_scope for each in grants if each.consent_event_id == consent_event_id)
    return frozenset[ScopeItem]().union(*scopes)


def rules_after(rules: tuple[ConsentRule, ...], rule: ConsentRule) -> tuple[ConsentRule, ...]:
    """The rules, oldest first, after a consent event. Their scopes do not overlap."""
    is_grant = rule.kind is ConsentEventKind.GRANT
    new = _grants(rules, rule).parts if is_grant else _denials(rules, rule)
    if corrected := granted_scope(rules, rule.corrects):
        withdrawal = replace(
            rule, kind=ConsentEventKind.WITHDRAWAL, consent_scope=corrected, **_NO_GRANT
        )
        rules = (*_rest_under(withdrawal, rules), *_denials(rules, withdrawal))
    effective = replace(rule, consent_scope=scope_of(new))
    return (*_rest_under(effective, rules), *(replace(part, corrects=None) for part in new))


def superseding(rules: tuple[ConsentRule, ...], rule: ConsentRule) -> tuple[str, ...]:
    """The ids of the events that a late grant leaves in force, since it was made before a later one."""
    if rule.kind is not ConsentEventKind.GRANT:
        return ()
    return tuple(dict.fromkeys(_grants(rules, rule).superseded_by))


def scope_of(rules: Iterable[ConsentRule]) -> ConsentScope:
    """What the rules decide together."""
    return frozenset[ScopeItem]().union(*(each.consent_scope for each in rules))


class _Grants(NamedTuple):
    """The rules of a grant, one for each history that its scope has, and the events that supersede it."""

    parts: tuple[ConsentRule, ...]
    superseded_by: tuple[str, ...]


def _grants(rules: tuple[ConsentRule, ...], rule: ConsentRule) -> _Grants:
    corrected = granted_scope(rules, rule.corrects)
    begins = (rule.counts_from,)
    scopes: dict[tuple[_Denied, tuple[datetime, ...]], ConsentScope] = {}
    superseded_by, rest = list[str](), rule.consent_scope

    def add(scope: ConsentScope, denied: _Denied, run: tuple[datetime, ...]) -> None:
        if scope:
            scopes[denied, run] = scopes.get((denied, run), frozenset()) | scope

    for each in rules:
        known = each.consent_scope & rule.consent_scope
        rest -= known
        if not known:
            continue
        denied = _Denied(each.denied_at, each.denied_ahead)
        if _was_made_before(rule, denied):
            superseded_by.append(each.consent_event_id)
            continue
        if (
            rule.express
        ):  # An unsigned grant does not undo the withdrawal that a correction implies.
            add(known & corrected, denied, begins)
        known -= corrected
        if known and _is_earlier_grant(rule, each):
            superseded_by.append(each.consent_event_id)
        elif rule.express or not _outlasts_unsigned(each, rule.made_at):
            add(known, denied, _run_after(each, rule))
    add(rest, _Denied(None, None), begins)
    parts = (
        replace(rule, consent_scope=scope, denied_at=denied.at, denied_ahead=denied.ahead, run=run)
        for (denied, run), scope in scopes.items()
    )
    return _Grants(tuple(parts), tuple(superseded_by))


def _denials(rules: Iterable[ConsentRule], rule: ConsentRule) -> tuple[ConsentRule, ...]:
    """The rules of a refusal or withdrawal, one for each time of the latest denial that is known."""
    ahead = rule.done_at if rule.done_at is not None and rule.done_at > rule.at else None
    own = _Denied(rule.denied_at or rule.made_at, rule.denied_ahead or ahead)
    scopes = {own: rule.consent_scope}
    for each in rules:
        denied = own.later(_Denied(each.denied_at, each.denied_ahead))
        if denied != own:
            known = each.consent_scope & rule.consent_scope
            scopes[own] -= known
            scopes[denied] = scopes.get(denied, frozenset()) | known
    return tuple(
        replace(rule, consent_scope=scope, denied_at=denied.at, denied_ahead=denied.ahead)
        for denied, scope in scopes.items()
        if scope
    )


class _Denied(NamedTuple):
    """The `denied_at` and `denied_ahead` of a rule."""

    at: datetime | None
    ahead: datetime | None

    def later(self, other: "_Denied") -> "_Denied":
        """The later time of each."""
        return _Denied(
            max((at for at in (self.at, other.at) if at is not None), default=None),
            max((at for at in (self.ahead, other.ahead) if at is not None), default=None),
        )


def _was_made_before(rule: ConsentRule, denied: _Denied) -> bool:
    """Whether a grant was made before a known denial; a stated time that is equal is not later.

    A grant that states no time counts from its receipt, and so after all denials that were received,
    whatever the clocks say, unless a denial states a later time.
    """
    if rule.done_at is None:
        return denied.ahead is not None and rule.at < denied.ahead
    return denied.at is not None and rule.done_at <= denied.at


def _is_earlier_grant(rule: ConsentRule, each: ConsentRule) -> bool:
    """Whether a grant that arrives late leaves a known grant in force.

    It does not if the known one is unsigned: that one would have had no effect after it.
    """
    if each.kind is not ConsentEventKind.GRANT or each.made_at <= rule.made_at:
        return False
    if rule.done_at is None and each.made_at <= each.at:
        return False  # It was made after all that was received before: the version decides, not the clock.
    return each.express or not _outlasts_unsigned(rule, each.made_at)


def _run_after(earlier: ConsentRule, rule: ConsentRule) -> tuple[datetime, ...]:
    """The times of the unbroken run of grants that ends with this grant, the first of them first.

    A signed grant does not continue a run of unsigned ones. Of a long run, the first time and the
    last ones are stored.
    """
    continues = (
        earlier.kind is ConsentEventKind.GRANT
        and earlier.made_at <= rule.made_at
        and (earlier.until is None or rule.made_at <= earlier.until)
        and (earlier.express or not rule.express)
    )
    if not continues:
        return (rule.counts_from,)
    return _shortened((*earlier.run, rule.counts_from), MAX_RUN)


def _shortened(run: tuple[datetime, ...], length: int) -> tuple[datetime, ...]:
    return run if len(run) <= length else (run[0], *run[1 - length :])


def shorten_run(rule: ConsentRule, length: int) -> ConsentRule:
    """The rule with at most `length` times of its run: the first one and the last ones.

    Without a material change it covers the same collected data, with one the same or less.
    """
    return replace(rule, run=_shortened(rule.run, length))


def latest_denial(denials: Sequence[ConsentRule]) -> ConsentRule:
    """The last of these rules, with the latest times of a denial that any of them knows."""
    latest = _Denied(None, None)
    for each in denials:
        latest = latest.later(_Denied(each.denied_at, each.denied_ahead))
    return replace(denials[-1], denied_at=latest.at, denied_ahead=latest.ahead)


def without_overlaps(rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """Stored rules by today's vocabulary: if several refusals or withdrawals cover a new word, the last one decides."""
    if len(scope_of(rules)) == sum(len(rule.consent_scope) for rule in rules):
        return rules
    found: tuple[ConsentRule, ...] = ()
    for rule in rules:
        parts = _denials(found, rule) or (rule,)
        trimmed = (
            replace(each, consent_scope=each.consent_scope - rule.consent_scope) for each in found
        )
        found = (*trimmed, *parts)
    return found


def _rest_under(rule: ConsentRule, rules: tuple[ConsentRule, ...]) -> tuple[ConsentRule, ...]:
    """What earlier rules still decide after a later rule."""
    rest = list[ConsentRule]()
    covered = set(rule.wording.pairs) if rule.wording else set()
    for earlier in reversed(rules):
        trimmed = replace(earlier, consent_scope=earlier.consent_scope - rule.consent_scope)
        if trimmed.consent_scope or _covers_future_words(trimmed, covered):
            rest.append(trimmed)
            covered.update(trimmed.wording.pairs if trimmed.wording else ())
    return tuple(reversed(rest))


def _covers_future_words(rule: ConsentRule, covered: Set[WordedPair]) -> bool:
    """Whether a rule with an empty scope is stored because it covers words that the vocabulary may gain.

    `covered`: the pairs that later refusals and withdrawals name. INVARIANT: each stored refusal or withdrawal is the
    last one on some pair of a use and a node. So there are at most as many of them as there are pairs.
    """
    if rule.wording is None or not rule.wording.is_open:
        return False
    return not all(
        any((use, node) in covered for use, node in product((use, ALL), (*nodes_over(node), ALL)))
        for use, node in rule.wording.pairs
    )


def _outlasts_unsigned(rule: ConsentRule, at: datetime) -> bool:
    """Whether an unsigned grant at this time leaves the rule as it is."""
    if rule.kind is not ConsentEventKind.GRANT:
        return True
    return rule.express and (rule.until is None or at < rule.until)
