"""May this data be used so? Terms in force, standings of the people, decide, commit, then answer."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from consentry.domain.callers import Caller
from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.decision.decision import Decision, decide, denial_of, recompute
from consentry.domain.decision.evidence import Evidence, Facts, facts_of, party_standing
from consentry.domain.decision.fence import Fence
from consentry.domain.decision.judgement import CLOCK_SKEW
from consentry.domain.errors import (
    AlreadyDecidedError,
    ConsentMovedError,
    MalformedError,
    UnansweredError,
)
from consentry.domain.requests import DataUseRequest
from consentry.domain.terms.binding import Binding
from consentry.domain.terms.bound_books import BoundBooks
from consentry.flows.asking import (
    asked_of,
    earlier_on,
    people_in,
    people_of,
    require_same_people,
)
from consentry.flows.ports import Consents
from consentry.flows.worlds import Deciding, UnderLaw

ATTEMPTS = 5
MOST_CHECKED_ONE_BY_ONE = 98
"""Parties whose versions fit into one transaction of 100 items beside the decision and the binding."""


def decide_use(
    request: DataUseRequest,
    *,
    caller: Caller,
    at: datetime,
    world: Deciding,
) -> Decision:
    """The one decision on a request, committed to the log before it is returned.

    Raises ForeignCustomerError, MalformedError, ConflictingIdError; UnansweredError if consents kept
    moving for ATTEMPTS tries (nothing is answered then).
    """
    caller.require(request.customer)
    if request.collected.at > at + CLOCK_SKEW:
        raise MalformedError("collected.at", "is later than this decision")
    names = world.keys.names_of(request.customer, (each.person for each in request.people))
    request = request.naming(names)  # From here on nobody is known by an id.
    key, facts = world.keys.key_of(request.customer), facts_of(request)
    asked = asked_of(request, caller, key)
    for _ in range(ATTEMPTS):
        earlier = earlier_on(asked, world.decisions.latest(asked.decision_id), Decision)
        if earlier:
            require_same_people(earlier, request, world.consents)
        binding = world.bindings.of(request.customer)
        if earlier and _answers(earlier, binding, world, at):
            return earlier
        books = binding.books(world.library)
        fence, evidence = _grounds(earlier, request, facts, world.consents, books, at)
        decision = decide(asked, facts, evidence, binding, world.library, at=at)
        if earlier:
            decision = denial_of(decision, revision=earlier.revision + 1)
        try:
            world.decisions.commit(decision, replace(fence, binding=binding.version))
        except (ConsentMovedError, AlreadyDecidedError):
            continue  # Read everything again: what we decided on is no longer so.
        return decision
    raise UnansweredError("the consents kept moving while they were read")


def _answers(earlier: Decision, binding: Binding, world: UnderLaw, at: datetime) -> bool:
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
    if earlier.binding != binding or recompute(earlier, world.library) != earlier:
        return False
    facts, used = earlier.facts, {party.party: party for party in earlier.evidence.parties}
    states = world.consents.states(earlier.asked.customer, tuple(used))
    outdated = binding.books(world.library).outdated_before(facts.operation, facts.service, at=at)
    standing = partial(party_standing, facts=facts, at=at, outdated_before=outdated)
    return all(
        standing(states[name], party=name, role=party.role).standings == party.standings
        and states[name].version == party.version
        for name, party in used.items()
    )


def _grounds(
    earlier: Decision | None,
    request: DataUseRequest,
    facts: Facts,
    consents: Consents,
    books: BoundBooks,
    at: datetime,
) -> tuple[Fence, Evidence]:
    if earlier and people_of(earlier) != people_in(request):
        # Somebody was erased since. Read again, the new name would stand beside the old one in the log: what
        # comes is a denial anyway, so it is given on what was read then, and stands on nothing that could move.
        return Fence({}), earlier.evidence
    return _read_consents(request, facts, consents, books, at)


def _read_consents(
    request: DataUseRequest, facts: Facts, consents: Consents, books: BoundBooks, at: datetime
) -> tuple[Fence, Evidence]:
    named = people_in(request)
    parties = (CUSTOMER_PARTY, *named)
    # INVARIANT: epochs are read before states, so that an act in between moves the fence.
    many = len(parties) > MOST_CHECKED_ONE_BY_ONE
    epochs = consents.epochs(request.customer) if many else None
    states = consents.states(request.customer, parties)
    outdated = books.outdated_before(facts.operation, facts.service, at=at)
    standing = partial(party_standing, facts=facts, at=at, outdated_before=outdated)
    evidence = Evidence(
        customer=standing(states[CUSTOMER_PARTY]),
        people=tuple(
            standing(states[party], party=party, role=role) for party, role in named.items()
        ),
    )
    versions = {
        party: state.version for party, state in states.items() if state.version is not None
    }
    return Fence(versions, epochs), evidence
