"""Assign other terms to acme, at once or during another operation."""

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
"""The terms of August 2023 allow no training, also with the customer's consent."""


def assign(
    deps: FakeDependencies, said: dict[str, Any] = FORBIDDING_TERMS, *, at: datetime = NOW
) -> AssignmentRecord:
    """Assign terms."""
    return assign_policy_sets(
        AssignmentRequest.read(said),
        caller=deps.caller,
        at=at,
        deps=deps,
    )


class InterruptedClient(FaultyClient):
    """A client that assigns terms to the customer just before the first commit."""

    def __init__(self, deps: FakeDependencies) -> None:
        super().__init__(deps.client)
        self._world, self._bound = deps, False

    def transact_write_items(self, **asked: Any) -> Any:
        """Assign the terms, then commit."""
        if not self._bound:
            self._bound = True
            assign(self._world)
        return self.client.transact_write_items(**asked)


def named(count: int) -> list[dict[str, str]]:
    """Speakers with different ids."""
    return [{"person": f"p{number}", "role": "speaker"} for number in range(count)]
