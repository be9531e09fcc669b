"""Find the data sets that became outdated only by time, and notify their users.

A consent ends, a material change comes into force, or a deployment has other default terms: nothing
is written then, so no stream delivers it. A schedule runs this once a day. A permit needs no
waiting: it ends with the consent and with the terms, and each redemption checks both.

INVARIANT: users are notified before the data set is marked. A crash in between notifies them twice,
and never leaves a mark without a notice. An assignment that is propagated at the same time may
notify them too.
"""

from functools import cache

from consentry.datasets.get_data_set import Successors, find_cause, find_decision
from consentry.datasets.remediation import OutdatedMark
from consentry.propagation.open import PropagationDependencies
from consentry.propagation.propagate_assignment import is_unmarked, notify_users
from consentry.propagation.propagate_to_data_sets import Clock

LAPSE = "lapse"
"""The propagation id of marks that no assignment caused."""


def propagate_lapses(*, clock: Clock, deps: PropagationDependencies) -> int:
    """Mark the outdated data sets of all customers, revoke their permits, and notify their users.

    Returns how many were marked. A failure to read or to notify one data set is raised after the
    others were checked: run again.
    """
    failures: list[Exception] = []
    marked = 0

    @cache
    def successors_of(customer: str) -> Successors:
        return Successors(customer, deps.assignments.history(customer), deps)

    for data_set in deps.data_sets.list_all():
        try:
            state = deps.data_sets.get_state(data_set.data_set_id)
            decision = find_decision(data_set, deps.decisions) if is_unmarked(state) else None
            if decision is None:
                continue
            at, successors = clock(), successors_of(data_set.customer)
            outdated = find_cause(decision, state, successors.history, at=at, deps=deps)
            if outdated is None:
                continue
            notify_users(data_set, outdated, at, successors, deps)
            mark = OutdatedMark(outdated=outdated, at=at, propagation_id=LAPSE)
            deps.data_sets.mark_outdated(data_set.data_set_id, mark)
            marked += 1
        except Exception as failure:  # noqa: BLE001 - one customer's failure must not stop the others
            failures.append(failure)
    if failures:
        raise failures[0]
    return marked
