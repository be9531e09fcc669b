"""What a refusal or withdrawal stops and what continues, in plain sentences, by the rules in force."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product

from consentry.consent.consent_event import CUSTOMER_PARTY, every_use, nodes_of
from consentry.consent.consent_scope import ConsentScope, by_data
from consentry.consent.status import PartyState, UseStatus
from consentry.consent.stored_event import StoredConsentEvent
from consentry.html.labels import label, use_label
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Service,
    vocabulary,
)
from consentry.terms.assignment import AssignedPolicies
from consentry.terms.truth_table import Ruling

EVERY_USE = (
    "A refusal or withdrawal stops every use that it names: features, evaluation and training, "
    "for the models of any owner, unless the rules in force allow the use without this consent."
)
TRAINING_ONLY = "To let features continue, withdraw only the uses that train a model."

_ALLOWED_ANYWAY = "Not stopped, since the rules in force allow it without this consent"
_DENIED = frozenset({ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN})


def explain_stop(
    record: StoredConsentEvent, state: PartyState, policy_sets: AssignedPolicies, *, at: datetime
) -> tuple[str, ...]:
    """The sentences for an event in the state of its party at a time; none if it stops nothing.

    A use counts as possible if the terms permit it and no enforced guardrail forbids it, for the
    models of some owner, if all other parties granted it. What later events of the party granted
    again is left out.
    """
    if not record.downgrades:
        return ()
    is_customer = record.party == CUSTOMER_PARTY
    uses = _Uses(is_customer, state, policy_sets, at)
    denied = frozenset(
        (use.operation, use.service, leaf)
        for use in every_use()
        for leaf in record.denied_for(use)
        if uses.status(use, leaf) in _DENIED
    )
    continuing = uses.possible()
    stopped = denied & uses.possible(ConsentStatus.GRANTED) - continuing
    allowed_anyway = denied & continuing
    whose = "data of the customer" if is_customer else "data with this person in it"
    sentences = [f"Stopped for {whose}: {each}." for each in _labels(stopped)]
    sentences += [f"{_ALLOWED_ANYWAY}: {each}." for each in _labels(allowed_anyway)]
    if not sentences:
        sentences.append("Nothing stops: the rules in force do not allow these uses anyway.")
    sentences += _what_continues(stopped, continuing - denied)
    if not is_customer:
        sentences += _counted_roles(policy_sets)
    return tuple(sentences)


class _Uses:
    """Which uses of which data are possible for a party."""

    def __init__(
        self, is_customer: bool, state: PartyState, policy_sets: AssignedPolicies, at: datetime
    ) -> None:
        self._is_customer, self._state = is_customer, state
        self._policy_sets, self._at = policy_sets, at
        enforced = (e for e in policy_sets.guardrails if e.name not in policy_sets.dry_run)
        self._terms = policy_sets.terms.in_force(at)
        self._guardrails = [table for each in enforced if (table := each.in_force(at))]

    def status(self, use: Use, leaf: DataCategory) -> ConsentStatus:
        """The party's status."""
        invalidated = self._policy_sets.invalidated_before(use.operation, use.service, at=self._at)
        return self._state.status(use, leaf, at=self._at, invalidated_before=invalidated)

    def possible(self, status: ConsentStatus | None = None) -> ConsentScope:
        """The uses that are possible with the party's own status, or if it had this one."""
        known: dict[tuple[Operation, DataCategory, ConsentStatus], bool] = {}
        found = set()
        for use, leaf in product(every_use(), vocabulary().leaves):
            key = use.operation, leaf, status or self.status(use, leaf)
            if key not in known:
                known[key] = self._allows(*key)
            if known[key]:
                found.add((use.operation, use.service, leaf))
        return frozenset(found)

    def _allows(self, operation: Operation, leaf: DataCategory, status: ConsentStatus) -> bool:
        parties = (status, ConsentStatus.GRANTED)
        customer, people = parties if self._is_customer else reversed(parties)
        rows = (
            (leaf, operation, same_service, owner, customer, people)
            for same_service, owner in product((True, False), ModelOwner)
        )
        return self._terms is not None and any(
            self._terms.entry(*row).ruling is Ruling.PERMIT
            and all(each.entry(*row).ruling is not Ruling.FORBID for each in self._guardrails)
            for row in rows
        )


def _what_continues(stopped: ConsentScope, continuing: ConsentScope) -> Iterator[str]:
    stopped_features, features = _of_features(stopped), _of_features(continuing)
    if features:
        others = "Other features" if stopped_features else "Features"
        yield f"{others} continue where the customer enabled them."
    elif stopped_features:
        yield f"Features stop too. {TRAINING_ONLY}"
    if continuing - features:
        others = (
            "Other training and evaluation"
            if stopped - stopped_features
            else "Training and evaluation"
        )
        yield f"{others} continue where the rules and every consent allow them."


def _of_features(scope: ConsentScope) -> ConsentScope:
    return frozenset(each for each in scope if each[0] is Operation.INFER)


def _counted_roles(policy_sets: AssignedPolicies) -> Iterator[str]:
    counted = policy_sets.counted_roles
    if set(counted) != set(vocabulary().roles):
        roles = ", ".join(map(label, counted)) or "none"
        yield f"The rules in force count people in these roles only: {roles}."


def _labels(scope: ConsentScope) -> Iterator[str]:
    for uses, leaves in by_data(scope):
        yield f"{uses_label(uses)}, with {data_label(leaves)}"


def uses_label(uses: Iterable[UseStatus | Use]) -> str:
    """Uses in words, by operation."""
    services: dict[Operation, list[Service]] = {}
    for use in uses:
        services.setdefault(use.operation, []).append(use.service)
    if sum(map(len, services.values())) == len(every_use()):
        return "all uses"
    return "; ".join(use_label(operation, used_by) for operation, used_by in services.items())


def data_label(leaves: tuple[DataCategory, ...]) -> str:
    """Data categories in words, by their branches."""
    nodes = nodes_of(leaves)
    return "all data" if nodes == ["all"] else ", ".join(map(label, nodes))
