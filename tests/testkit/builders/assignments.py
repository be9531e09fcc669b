"""Assigns other policy sets to Acme, before or during another operation."""

from datetime import datetime
from typing import Any

from consentry.terms.assign_policy_sets import assign_policy_sets
from consentry.terms.assignment import AssignmentRecord, AssignmentRequest
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies
from tests.testkit.fakes.faults import FaultyClient

FORBIDDING_TERMS: dict[str, Any] = {
    "customer": ACME,
    "terms": "zoom-terms",
    "guardrails": ["house"],
}
"""The terms of August 2023 forbid training, whatever the customer granted."""


def assign(
    deps: FakeDependencies, document: dict[str, Any] = FORBIDDING_TERMS, *, at: datetime = NOW
) -> AssignmentRecord:
    """Assign policy sets once."""
    return assign_policy_sets(
        AssignmentRequest.read(document),
        caller=deps.caller,
        at=at,
        deps=deps,
    )


class AssigningClient(FaultyClient):
    """A client on which an operator assigns other policy sets just before the first commit."""

    def __init__(self, deps: FakeDependencies) -> None:
        super().__init__(deps.client)
        self._deps, self._assigned = deps, False

    def transact_write_items(self, **arguments: Any) -> Any:
        """Assign on the first call, then commit."""
        if not self._assigned:
            self._assigned = True
            assign(self._deps)
        return self.client.transact_write_items(**arguments)


def named(count: int) -> list[dict[str, str]]:
    """A number of speakers."""
    return [{"person": f"p{number}", "role": "speaker"} for number in range(count)]
