"""What every asking has: an id that can have one decision, and perhaps that decision already."""

from collections import Counter
from collections.abc import Mapping

from consentry.consent.dynamodb import ConsentRepository
from consentry.decisions.decision import Decision, RequestRecord
from consentry.decisions.repository import DecisionRow
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConflictingIdError, UnavailableError
from consentry.kernel.ids import decision_id
from consentry.kernel.requests import DataUse, DataUseRequest
from consentry.kernel.vocabulary import Role
from consentry.pseudonyms.customer_key import CustomerKey


def build_request_record(request: DataUse, caller: Caller, key: CustomerKey) -> RequestRecord:
    """One asking, as the log names it.

    INVARIANT: no person is in the digest. Whoever holds the customer's key could otherwise find out by guesses
    whom a row names after that person was erased. Whether the people are the same is seen by their names.
    """
    return RequestRecord(
        decision_id=decision_id(request.customer, request.request_id),
        customer=request.customer,
        request_digest=key.digest(request.model_dump_json(exclude={"people"}).encode("utf-8")),
        declared_by=key.pseudonym(request.declared_by),
        requested_by=key.pseudonym(caller.identity),
    )


def earlier_decision[Row: DecisionRow](
    request_record: RequestRecord, found: DecisionRow | None, kind: type[Row]
) -> Row | None:
    """The decision found under this id, if there is one; ConflictingIdError if it is on another body or kind."""
    if found is None:
        return None
    if found.request_record.request_digest != request_record.request_digest or not isinstance(
        found, kind
    ):
        raise ConflictingIdError("request_id")
    return found


def people_in(request: DataUseRequest) -> Mapping[str, Role]:
    """The people whom a request names, by name, with their roles."""
    return {each.person: each.role for each in request.people}


def people_of(decision: Decision) -> Mapping[str, Role | None]:
    """The people whom a decision names."""
    return {each.party: each.role for each in decision.evidence.people}


def require_same_people(
    earlier: Decision, request: DataUseRequest, consents: ConsentRepository
) -> None:
    """ConflictingIdError unless a request under the same id names the same people.

    Whom the earlier one named and who was erased since can be told from others by the role alone.
    """
    then, now = people_of(earlier).items(), people_in(request).items()
    if then == now:
        return
    gone, come = then - now, now - then
    states = consents.states(request.customer, tuple(party for party, _ in gone))
    if any(state.version is None for state in states.values()):
        raise UnavailableError("whether somebody was erased could not be read")
    erased = all(state.closed for state in states.values())
    if not erased or Counter(role for _, role in gone) != Counter(role for _, role in come):
        raise ConflictingIdError("request_id")
