"""One decision per request id: the record of a request, and its comparison with an earlier decision."""

from collections import Counter
from collections.abc import Mapping

from consentry.consent.status import PartyState
from consentry.decisions.decision import Decision, RequestRecord
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
    """The row under this request id, if there is one.

    ConflictingIdError if it is for another body, or not of this kind.
    """
    if row is None:
        return None
    same_body = row.request_record.request_digest == request_record.request_digest
    if not same_body or not isinstance(row, kind):
        raise ConflictingIdError("request_id")
    return row


def people_of(decision: Decision) -> Mapping[str, Role | None]:
    """The people in a decision, by pseudonym, with their roles."""
    return {party.party: party.role for party in decision.evidence.people}


def people_missing(earlier: Decision, people: Mapping[str, Role]) -> tuple[str, ...]:
    """The people of an earlier decision that a request does not name in the same role."""
    return tuple(party for party, _ in people_of(earlier).items() - people.items())


def require_same_people(
    earlier: Decision, people: Mapping[str, Role], missing: Mapping[str, PartyState]
) -> None:
    """ConflictingIdError unless a request with the same id names the same people as before.

    `missing` are the states of `people_missing`. An erased person gets a new pseudonym with the
    next request. So a missing person must be erased, and the request must name a new person in the
    same role. Only the role is left to compare. UnavailableError if one of the states could not be
    read.
    """
    if any(state.version is None for state in missing.values()):
        raise UnavailableError("the consent state of an earlier request's person could not be read")
    before, now = people_of(earlier).items(), people.items()
    roles_before = Counter(role for _, role in before - now)
    roles_now = Counter(role for _, role in now - before)
    if roles_before != roles_now or not all(state.closed for state in missing.values()):
        raise ConflictingIdError("request_id")
