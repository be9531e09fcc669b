"""One decision per request id: the record of a request, and its comparison with an earlier decision."""

from collections import Counter
from collections.abc import Mapping

from consentry.consent.dynamodb import ConsentRepository
from consentry.decisions.decision import Decision, RequestRecord
from consentry.decisions.inputs import UNIDENTIFIED_PARTY, PeopleInData
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


def require_same_people(
    earlier: Decision, people: PeopleInData, consents: ConsentRepository
) -> None:
    """ConflictingIdError unless a request with the same id names the same people as before.

    An erased person gets a new pseudonym with the next request. So a person that is missing must
    be erased, and the request must name a new person in the same role. Only the role is left to
    compare. The same holds for people who had no pseudonym before. Unidentified people must be as
    many, in the same roles. UnavailableError if the state of a missing person could not be read.
    """
    before, now = Counter(earlier.evidence.people_in_data), Counter(people)
    missing, added = before - now, now - before
    if any(party == UNIDENTIFIED_PARTY for party, _ in (*missing, *added)):
        raise ConflictingIdError("request_id")
    parties = tuple(party for party, _ in missing if party)
    states = consents.states(earlier.request_record.customer, parties).values()
    if any(state.version is None for state in states):
        raise UnavailableError("the consent state of an earlier request's person could not be read")
    if _roles(missing) != _roles(added) or not all(state.closed for state in states):
        raise ConflictingIdError("request_id")


def _roles(people: Mapping[tuple[str | None, Role], int]) -> Counter[Role]:
    roles = Counter[Role]()
    for (_, role), count in people.items():
        roles[role] += count
    return roles
