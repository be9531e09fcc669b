"""Decides a data use: read, evaluate, read again, put the decision, answer.

No step is a transaction. So decisions never wait for each other, and a consent event never waits
for a decision.

1. Look the request id up. A decision that is found is answered by `_repeat`.
2. Read the pseudonyms, the assignment and the states of all parties, and evaluate them. A denial
   goes to step 5.
3. An allow needs a pseudonym for each person, so that a later event of the person changes a state
   that the decision names. The missing ones are created. A crash leaves unused pseudonyms.
4. Read the assignment and the states again. If all versions are equal, all were current at one
   moment between the two readings, since versions only grow. If not, start again. An erasure closes
   the state of the old pseudonym before it replaces the pseudonym, so pseudonyms are not read again.
5. Put the decision if its id is free, and answer it. If the id is taken, start again: it is a
   repeat. A crash before the answer, or a lost response, leaves a decision that a retry finds.

A withdrawal, an erasure or an assignment may be stored between steps 4 and 5. The request began
before it returned, so its allow may be answered. Each later request reads the states and denies,
under this id and under others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.status import PartyState
from consentry.decisions.decision import (
    Decision,
    RequestRecord,
    as_denial,
    build_decision,
    confirms,
)
from consentry.decisions.evaluation import CLOCK_SKEW
from consentry.decisions.idempotency import (
    build_request_record,
    earlier_decision,
    require_same_people,
)
from consentry.decisions.inputs import (
    UNIDENTIFIED_PARTY,
    Facts,
    PeopleInData,
    build_evidence,
)
from consentry.decisions.open import DecisionDependencies
from consentry.decisions.what_would_allow import with_people_in_order
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import InvalidRequestError, UnavailableError
from consentry.kernel.requests import DataUseRequest, NamedPeople
from consentry.terms.assignment import Assignment

ATTEMPTS = 5

MAX_AGE = 2.0
"""Seconds from the start of the second reading within which an allow is put."""


def decide_use(
    request: DataUseRequest, *, caller: Caller, at: datetime, deps: DecisionDependencies
) -> Decision:
    """The one decision on a request, in the log before it is returned.

    `at`: the time of the decision, in UTC. Raises ForbiddenCustomerError, InvalidRequestError,
    NotFoundError (unknown customer), ConflictingIdError and InvalidTermsError; UnavailableError if
    inputs changed during each attempt or could not be read; errors of botocore. After UnavailableError
    or an error of botocore the decision may be stored: retry with the same request id.
    """
    caller.require(request.customer, Permission.DECIDE)
    deps.pseudonyms.require_customer(request.customer, caller)
    if request.collected.at > at + CLOCK_SKEW:
        raise InvalidRequestError("collected.at", "is later than this decision")
    key = deps.pseudonyms.key_of(request.customer)
    request_record = build_request_record(request, caller, key)
    for _ in range(ATTEMPTS):
        row = deps.decisions.latest(request_record.decision_id)
        earlier = earlier_decision(request_record, row, Decision)
        decision = (
            _repeat(earlier, request, at, deps)
            if earlier
            else _decide(request, request_record, at, deps)
        )
        if decision:
            return decision
    raise UnavailableError("the inputs changed, or took too long to read, in each attempt")


def _decide(
    request: DataUseRequest, request_record: RequestRecord, at: datetime, deps: DecisionDependencies
) -> Decision | None:
    """The first decision under a request id; None to start again."""
    customer, facts = request.customer, Facts.from_request(request)
    named = request.named_people()
    ids = _ids(named)
    pseudonyms = deps.pseudonyms.find_pseudonyms(customer, ids)
    first = _Reading.of(customer, pseudonyms.values(), deps)
    decision = first.decide(request_record, facts, people_in(named, pseudonyms), at, deps)
    if decision.allows:
        if missing := [person for person in ids if person not in pseudonyms]:
            # The new pseudonyms have no states. The second reading checks that they still have none.
            created = deps.pseudonyms.get_or_create_pseudonyms(customer, missing)
            pseudonyms = {**pseudonyms, **created}
            decision = first.decide(request_record, facts, people_in(named, pseudonyms), at, deps)
        began = deps.monotonic()
        if not first.is_current(customer, pseudonyms.values(), deps):
            return None
        if deps.monotonic() - began > MAX_AGE:
            return None
    return decision if deps.decisions.put(decision) else None


def _repeat(
    earlier: Decision, request: DataUseRequest, at: datetime, deps: DecisionDependencies
) -> Decision | None:
    """The answer under a request id that has a decision; None to start again.

    A denial is final. An allow is confirmed if it has not expired, and if everything that it used
    is unchanged. Otherwise it is replaced by a denial. People are read by the pseudonyms of the
    earlier decision: the log must not show a new pseudonym next to a retired one.
    """
    named = request.named_people()
    pseudonyms = deps.pseudonyms.find_pseudonyms(request.customer, _ids(named))
    requested = people_in(named, pseudonyms)
    require_same_people(earlier, requested, deps.consents)
    if not earlier.allows:
        return _for_request(earlier, requested)
    people = earlier.evidence.people_in_data
    now = _Reading.of(request.customer, (party for party, _ in people if party), deps)
    decision = now.decide(earlier.request_record, earlier.facts, people, at, deps)
    if confirms(decision, earlier):
        # Another delivery may have replaced the allow before the states were read.
        row = deps.decisions.latest(earlier.decision_id)
        latest = earlier_decision(earlier.request_record, row, Decision)
        return _for_request(latest, requested) if latest else None
    denial = as_denial(decision, revision=earlier.revision + 1)
    return _for_request(denial, requested) if deps.decisions.put(denial) else None


def _for_request(decision: Decision, people: PeopleInData) -> Decision:
    """The decision with the positions of people in this request, which may list them in another order."""
    needed = with_people_in_order(
        decision.what_would_allow, decision.evidence.people_in_data, people
    )
    return replace(decision, what_would_allow=needed)


def people_in(named: NamedPeople, pseudonyms: Mapping[str, str]) -> PeopleInData:
    """The people of a request by pseudonym, with their roles."""
    return tuple(
        (UNIDENTIFIED_PARTY if person is None else pseudonyms.get(person), role)
        for person, role in named
    )


def _ids(named: NamedPeople) -> tuple[str, ...]:
    return tuple(person for person, _ in named if person is not None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The assignment and the consent states, each strongly consistent; they may be of different moments."""

    assignment: Assignment
    states: Mapping[str, PartyState]

    @classmethod
    def of(cls, customer: str, people: Iterable[str], deps: DecisionDependencies) -> Self:
        """Read them; UnavailableError if one cannot be read."""
        assignment = deps.assignments.get(customer)
        states = deps.consents.states(customer, (CUSTOMER_PARTY, *people))
        if any(state.version is None for state in states.values()):
            raise UnavailableError("a consent state could not be read")
        return cls(assignment, states)

    def is_current(self, customer: str, people: Iterable[str], deps: DecisionDependencies) -> bool:
        """Read again, strongly consistent: whether all versions are those of this reading.

        A party that this reading does not have had no state: version 0.
        """
        assignment = deps.assignments.get(customer)
        versions = deps.consents.versions(customer, (CUSTOMER_PARTY, *people))
        if None in versions.values():
            raise UnavailableError("a consent state could not be read")
        before = {party: state.version for party, state in self.states.items()}
        return assignment.version == self.assignment.version and all(
            version == before.get(party, 0) for party, version in versions.items()
        )

    def decide(
        self,
        request_record: RequestRecord,
        facts: Facts,
        people: PeopleInData,
        at: datetime,
        deps: DecisionDependencies,
    ) -> Decision:
        """The decision on these inputs."""
        policy_sets = self.assignment.resolve(deps.library)
        invalidated = policy_sets.invalidated_before(facts.operation, facts.service, at=at)
        evidence = build_evidence(self.states, people, facts, at=at, invalidated_before=invalidated)
        return build_decision(request_record, facts, evidence, self.assignment, policy_sets, at=at)
