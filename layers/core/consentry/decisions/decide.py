"""Decides a data use: reads terms and consents, evaluates them, and commits before it answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.preconditions import CommitPreconditions
from consentry.decisions.decision import Decision, as_denial, build_decision, confirms
from consentry.decisions.evaluation import CLOCK_SKEW
from consentry.decisions.idempotency import (
    build_request_record,
    earlier_decision,
    people_of,
    require_same_people,
)
from consentry.decisions.inputs import Facts, build_evidence
from consentry.decisions.open import DecisionDependencies
from consentry.decisions.what_would_allow import with_people_in_order
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import (
    AlreadyDecidedError,
    ConsentChangedError,
    InvalidRequestError,
    UnavailableError,
)
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import Role

ATTEMPTS = 5

MAX_VERSION_CHECKS = 98
"""A transaction has at most 100 items. Two of them are the decision and the assignment.

With more parties, a commit checks the customer's epochs instead of each version.
"""


def decide_use(
    request: DataUseRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: DecisionDependencies,
    max_version_checks: int = MAX_VERSION_CHECKS,
) -> Decision:
    """The one decision on a request, committed to the log before it is returned.

    1. Replace the ids of people by pseudonyms. A crash after this leaves unused pseudonyms.
    2. Read the earlier decision under this request id. A denial is final and is returned, with the
       positions of people in this request.
    3. Read the customer's assignment, then the consent states, and evaluate them.
    4. Return an earlier allow if everything that it used is unchanged. If not, turn the new decision
       into its denial.
    5. Commit, if no version that was read has changed since; else start again at 2. After a crash
       here, a retry with the same request id finds the decision.

    `at`: the time of the decision, in UTC. Raises ForbiddenCustomerError, InvalidRequestError,
    ConflictingIdError and InvalidTermsError; UnavailableError if inputs changed during each attempt
    or could not be read; errors of botocore. After the last two the decision may be stored: retry
    with the same request id.
    """
    caller.require(request.customer, Permission.DECIDE)
    if request.collected.at > at + CLOCK_SKEW:
        raise InvalidRequestError("collected.at", "is later than this decision")
    pseudonyms = deps.pseudonyms.get_or_create_pseudonyms(
        request.customer, (each.person for each in request.people)
    )
    request = request.with_pseudonyms(pseudonyms)  # No person id is used from here on.
    people = {each.person: each.role for each in request.people}
    facts = Facts.from_request(request)
    key = deps.pseudonyms.key_of(request.customer)
    request_record = build_request_record(request, caller, key)

    for _ in range(ATTEMPTS):
        row = deps.decisions.latest(request_record.decision_id)
        earlier = earlier_decision(request_record, row, Decision)
        erased_since = earlier is not None and people_of(earlier) != people
        if earlier and erased_since:
            require_same_people(earlier, people, deps.consents)
        if earlier and not earlier.allows:
            return _for_request(earlier, people)

        assignment = deps.assignments.get(request.customer)
        policy_sets = assignment.resolve(deps.library)
        if earlier and erased_since:
            # The log must not show a new pseudonym next to the retired one. So the denial of the
            # earlier allow repeats its evidence, and needs no preconditions on it.
            evidence, preconditions = earlier.evidence, CommitPreconditions({})
        else:
            invalidated = policy_sets.invalidated_before(facts.operation, facts.service, at=at)
            # INVARIANT: epochs are read before states, so that an event in between changes an epoch.
            parties = (CUSTOMER_PARTY, *people)
            many = len(parties) > max_version_checks
            epochs = deps.consents.epochs(request.customer) if many else None
            states = deps.consents.states(request.customer, parties)
            versions = {party: s.version for party, s in states.items() if s.version is not None}
            preconditions = CommitPreconditions(versions, epochs)
            evidence = build_evidence(states, people, facts, at=at, invalidated_before=invalidated)
        decision = build_decision(request_record, facts, evidence, assignment, policy_sets, at=at)
        if earlier and not erased_since and confirms(decision, earlier):
            # Versions only grow. So versions that are unchanged when they are read one by one were
            # all current when the first was read, and the allow is linearizable at that moment.
            return earlier
        if earlier:
            decision = as_denial(decision, revision=earlier.revision + 1)

        try:
            deps.decisions.commit(decision, replace(preconditions, assignment=assignment.version))
        except (ConsentChangedError, AlreadyDecidedError):
            continue  # Read everything again: an input of the decision has changed.
        return _for_request(decision, people)
    raise UnavailableError("the consents changed during each attempt to decide")


def _for_request(decision: Decision, people: Mapping[str, Role]) -> Decision:
    """The decision with the positions of people in this request, which may list them in another order."""
    before, now = tuple(people_of(decision)), tuple(people)
    needed = with_people_in_order(decision.what_would_allow, before, now)
    return replace(decision, what_would_allow=needed)
