"""A customer is bound to its books; from when this returns, every decision is by them."""

from datetime import datetime

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ConsentChangedError, UnavailableError
from consentry.terms.assignment_history import AssignmentRecord, AssignmentRequest
from consentry.terms.open import TermsDependencies

ATTEMPTS = 10


def assign_policy_sets(
    request: AssignmentRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: TermsDependencies,
) -> AssignmentRecord:
    """Keep the binding; the books that bind the customer already are kept as they are.

    Raises ForbiddenCustomerError; InvalidTermsError if there is no such book, or it is of the other kind;
    UnavailableError if the binding kept moving.
    """
    caller.require(request.customer)
    assigned_by = deps.pseudonyms.key_of(request.customer).pseudonym(caller.identity)
    for _ in range(ATTEMPTS):
        known = deps.assignments.record(request.customer)
        assignment = request.next_assignment(known.assignment.version if known else 0)
        assignment.policy_sets(deps.library)
        if known and known.assignment.policy_set_ids == assignment.policy_set_ids:
            return known
        record = AssignmentRecord(assignment, at, assigned_by)
        try:
            deps.assignments.assign(request.customer, record)
        except ConsentChangedError:
            continue
        return record
    raise UnavailableError("the customer's binding kept moving")
