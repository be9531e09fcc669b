"""May this data be used so? Terms in force, standings of the people, decide, commit, then answer."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.dynamodb import ConsentRepository
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, decide, denial_of, reevaluate
from consentry.decisions.evaluation import CLOCK_SKEW
from consentry.decisions.idempotency import (
    build_request_record,
    earlier_decision,
    people_in,
    people_of,
    require_same_people,
)
from consentry.decisions.inputs import Evidence, Facts, facts_of, party_status
from consentry.decisions.repository import DecisionDependencies
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    AlreadyDecidedError,
    ConsentChangedError,
    InvalidRequestError,
    UnavailableError,
)
from consentry.kernel.requests import DataUseRequest
from consentry.terms.assignment import AssignedPolicies, Assignment

ATTEMPTS = 5
MAX_VERSION_CHECKS = 98
"""Parties whose versions fit into one transaction of 100 items beside the decision and the binding."""


def decide_use(
    request: DataUseRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: DecisionDependencies,
) -> Decision:
    """The one decision on a request, committed to the log before it is returned.

    Raises ForbiddenCustomerError, InvalidRequestError, ConflictingIdError; UnavailableError if consents kept
    moving for ATTEMPTS tries (nothing is answered then).
    """
    caller.require(request.customer)
    if request.collected.at > at + CLOCK_SKEW:
        raise InvalidRequestError("collected.at", "is later than this decision")
    names = deps.pseudonyms.get_or_create_pseudonyms(
        request.customer, (each.person for each in request.people)
    )
    request = request.with_pseudonyms(names)  # From here on nobody is known by an id.
    key, facts = deps.pseudonyms.key_of(request.customer), facts_of(request)
    request_record = build_request_record(request, caller, key)
    for _ in range(ATTEMPTS):
        earlier = earlier_decision(
            request_record, deps.decisions.latest(request_record.decision_id), Decision
        )
        if earlier:
            require_same_people(earlier, request, deps.consents)
        assignment = deps.assignments.get(request.customer)
        if earlier and _answers(earlier, assignment, deps, at):
            return earlier
        policy_sets = assignment.resolve(deps.library)
        preconditions, evidence = _grounds(earlier, request, facts, deps.consents, policy_sets, at)
        decision = decide(request_record, facts, evidence, assignment, deps.library, at=at)
        if earlier:
            decision = denial_of(decision, revision=earlier.revision + 1)
        try:
            deps.decisions.commit(decision, replace(preconditions, assignment=assignment.version))
        except (ConsentChangedError, AlreadyDecidedError):
            continue  # Read everything again: what we decided on is no longer so.
        return decision
    raise UnavailableError("the consents kept moving while they were read")


def _answers(
    earlier: Decision, assignment: Assignment, deps: DecisionDependencies, at: datetime
) -> bool:
    """Whether a decision already given still answers: a denial does, an allow while it stands.

    A stored allow is never replayed on trust: the law of now must come to it again, and every version that it
    used must be the version of now. Since versions only grow, versions found unmoved one by one were all
    unmoved when the first was read. A material change may be declared late: a state that has not moved comes to
    other standings then.
    """
    if not earlier.allows:
        return True
    if earlier.expires_at is None or at >= earlier.expires_at:
        return False
    if earlier.assignment != assignment or reevaluate(earlier, deps.library) != earlier:
        return False
    facts, used = earlier.facts, {party.party: party for party in earlier.evidence.parties}
    states = deps.consents.states(earlier.request_record.customer, tuple(used))
    invalidated = assignment.resolve(deps.library).invalidated_before(
        facts.operation, facts.service, at=at
    )
    status = partial(party_status, facts=facts, at=at, invalidated_before=invalidated)
    return all(
        status(states[name], party=name, role=party.role).statuses == party.statuses
        and states[name].version == party.version
        for name, party in used.items()
    )


def _grounds(
    earlier: Decision | None,
    request: DataUseRequest,
    facts: Facts,
    consents: ConsentRepository,
    policy_sets: AssignedPolicies,
    at: datetime,
) -> tuple[CommitPreconditions, Evidence]:
    if earlier and people_of(earlier) != people_in(request):
        # Somebody was erased since. Read again, the new name would stand beside the old one in the log: what
        # comes is a denial anyway, so it is given on what was read then, and stands on nothing that could move.
        return CommitPreconditions({}), earlier.evidence
    return _read_consents(request, facts, consents, policy_sets, at)


def _read_consents(
    request: DataUseRequest,
    facts: Facts,
    consents: ConsentRepository,
    policy_sets: AssignedPolicies,
    at: datetime,
) -> tuple[CommitPreconditions, Evidence]:
    named = people_in(request)
    parties = (CUSTOMER_PARTY, *named)
    # INVARIANT: epochs are read before states, so that an act in between moves the fence.
    many = len(parties) > MAX_VERSION_CHECKS
    epochs = consents.epochs(request.customer) if many else None
    states = consents.states(request.customer, parties)
    invalidated = policy_sets.invalidated_before(facts.operation, facts.service, at=at)
    status = partial(party_status, facts=facts, at=at, invalidated_before=invalidated)
    evidence = Evidence(
        customer=status(states[CUSTOMER_PARTY]),
        people=tuple(
            status(states[party], party=party, role=role) for party, role in named.items()
        ),
    )
    versions = {
        party: state.version for party, state in states.items() if state.version is not None
    }
    return CommitPreconditions(versions, epochs), evidence
