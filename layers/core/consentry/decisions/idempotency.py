"""One decision per request id: the record of a request, and its comparison with an earlier decision."""

from collections import Counter
from collections.abc import Iterable, Mapping

from consentry.consent.dynamodb import ConsentRepository
from consentry.decisions.decision import Decision, RequestRecord
from consentry.decisions.inputs import UNIDENTIFIED_PARTY
from consentry.decisions.open import DecisionRow
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError, UnavailableError
from consentry.kernel.ids import decision_id
from consentry.kernel.requests import DataUse
from consentry.kernel.vocabulary import Role
from consentry.pseudonyms.customer_key import CustomerKey


def build_request_record(request: DataUse, caller: Caller, key: CustomerKey) -> RequestRecord:
    """What the log stores about a request.

    INVARIANT: the digest contains no person. A holder of the customer's key could otherwise guess
    ids, and find out who a row names after that person was erased. Pseudonyms show whether two
    requests name the same people.
    """
    return RequestRecord(
        decision_id=decision_id(request.customer, request.request_id),
        customer=request.customer,
        request_digest=key.digest(request.model_dump_json(exclude={"people"}).encode("utf-8")),
        declared_by=key.pseudonym(request.declared_by),
        requested_by=key.pseudonym(caller.identity),
    )


def earlier_decision[Row: DecisionRow](
    request_record: RequestRecord, row: DecisionRow | None, kind: type[Row]
) -> Row | None:
    """The row, if there is one; ConflictingIdError if it is for another body or of another kind."""
    if row is None:
        return None
    same_body = row.request_record.request_digest == request_record.request_digest
    if not same_body or not isinstance(row, kind):
        raise ConflictingIdError("request_id")
    return row


type PartyRoles = frozenset[tuple[str, Role | None]]
"""People by pseudonym, with their roles; UNIDENTIFIED_PARTY with each role of unidentified people."""


def people_of(decision: Decision) -> PartyRoles:
    """The people in a decision."""
    return frozenset((party.party, party.role) for party in decision.evidence.people)


def party_roles(people: Mapping[str, Role], unidentified: Iterable[Role]) -> PartyRoles:
    """The people in a request: pseudonyms with their roles, and the roles of unidentified people."""
    return frozenset((*people.items(), *((UNIDENTIFIED_PARTY, role) for role in unidentified)))


def require_same_people(earlier: Decision, people: PartyRoles, consents: ConsentRepository) -> None:
    """ConflictingIdError unless a request with the same id names the same people as before.

    An erased person gets a new pseudonym with the next request. So a person that is missing must
    be erased, and the request must name a new person in the same role. Only the role is left to
    compare. Of unidentified people only the roles are known. UnavailableError if the state of a
    missing person could not be read.
    """
    before, now = people_of(earlier), people
    if any(party == UNIDENTIFIED_PARTY for party, _ in before ^ now):
        raise ConflictingIdError("request_id")
    parties = tuple(party for party, _ in before - now)
    missing = consents.states(earlier.request_record.customer, parties).values()
    if any(state.version is None for state in missing):
        raise UnavailableError("the consent state of an earlier request's person could not be read")
    roles_before = Counter(role for _, role in before - now)
    roles_now = Counter(role for _, role in now - before)
    if roles_before != roles_now or not all(state.closed for state in missing):
        raise ConflictingIdError("request_id")
