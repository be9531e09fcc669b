"""A way to decide that uses a replaced assignment. The explorer must catch it."""

from datetime import datetime

from consentry.decisions.idempotency import build_request_record
from consentry.kernel.requests import DataUseRequest
from tests.testkit.builders.dependencies import ACME, FakeDependencies
from tests.testkit.interleaving.actors import Report
from tests.testkit.interleaving.decision_scenarios import decide


def allow_replayed_without_check(
    deps: FakeDependencies, request: DataUseRequest, at: datetime, report: Report
) -> None:
    """Replay an allow while the customer's consent is unchanged, under whatever terms it was given."""
    record = build_request_record(request, deps.caller, deps.pseudonyms.key_of(ACME))
    earlier = deps.decisions.latest(record.decision_id)
    states = deps.consents.states(ACME, ("customer",))
    if earlier and earlier.allows and states["customer"].version == 1:
        report(earlier)
    else:
        decide(deps, request, at, report)
