"""Assigns terms and guardrails to a customer."""

from datetime import datetime

from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import ConsentChangedError, UnavailableError
from consentry.terms.assignment import AssignmentRecord, AssignmentRequest
from consentry.terms.open import TermsDependencies

ATTEMPTS = 10


def assign_policy_sets(
    request: AssignmentRequest,
    *,
    caller: Caller,
    at: datetime,
    deps: TermsDependencies,
) -> AssignmentRecord:
    """Store the assignment. Every decision that begins after this returns uses it.

    Assigning the same policy sets again changes nothing and returns the stored record. Raises
    ForbiddenCustomerError; InvalidTermsError if a policy set is missing or of the wrong kind; UnavailableError if
    other operators kept changing the assignment.
    """
    caller.require(request.customer, Permission.ADMINISTER)
    assigned_by = deps.pseudonyms.key_of(request.customer).pseudonym(caller.identity)
    for _ in range(ATTEMPTS):
        current = deps.assignments.get_record(request.customer)
        assignment = request.next_assignment(current.assignment.version if current else 0)
        assignment.resolve(deps.library)
        if current and current.assignment.policy_set_ids == assignment.policy_set_ids:
            return current
        record = AssignmentRecord(assignment, at, assigned_by)
        try:
            deps.assignments.assign(request.customer, record)
        except ConsentChangedError:
            continue
        return record
    raise UnavailableError("the customer's assignment kept changing")
