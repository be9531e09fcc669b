"""Finds the known people of a customer whose ids are equal to an id when normalised."""

from dataclasses import dataclass
from datetime import datetime

from consentry.consent.open import ConsentDependencies
from consentry.consent.status import UNREADABLE_STATE, UseStatus, summarize_statuses
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class SimilarPerson:
    """A known person by pseudonym. Version 0: no consent events, but named in a decision or an admitted row."""

    pseudonym: str
    version: int | None
    statuses: tuple[UseStatus, ...]


@dataclass(frozen=True, slots=True)
class SimilarPeople:
    """Whether this very id is known, and the other people whose ids are equal when normalised.

    Pseudonyms, since no table holds ids: look for the other ways to write this id in your own list.
    """

    known: bool
    similar: tuple[SimilarPerson, ...]


def find_similar_people(
    customer: str, person: str, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> SimilarPeople:
    """The people whose ids are equal to this one by NFKC, casefold, strip and number.

    Raises ForbiddenCustomerError, NotFoundError; UnavailableError if a state could not be read.
    """
    caller.require(customer, Permission.READ)
    deps.pseudonyms.require_customer(customer, caller)
    known = person in deps.pseudonyms.find_pseudonyms(customer, (person,))
    pseudonyms = tuple(sorted(deps.pseudonyms.find_similar(customer, person).values()))
    states = deps.consents.states(customer, pseudonyms)
    if UNREADABLE_STATE in states.values():
        raise UnavailableError("a person's consent state could not be read")
    policy_sets = deps.assignments.get(customer).resolve(deps.library)
    return SimilarPeople(
        known,
        tuple(
            SimilarPerson(each, state.version, summarize_statuses(state, policy_sets, at=at))
            for each, state in states.items()
        ),
    )
