"""Receipts of stored consent events."""

from datetime import datetime, timedelta

from consentry.kernel.authorization import Caller, Permission
from consentry.receipts.get_receipt import get_receipt
from consentry.receipts.receipt import Receipt
from tests.testkit.builders.dependencies import ACME, NOW, FakeDependencies

LATER = NOW + timedelta(hours=1)


def receipt(
    deps: FakeDependencies,
    consent_event_id: str,
    *,
    party: str = "customer",
    at: datetime = LATER,
    **changes: str,
) -> Receipt:
    """The receipt of a consent event, for a reader who may access every customer."""
    caller = Caller.allowed("reader", changes.get("customers", "*"), {Permission.READ})
    return get_receipt(
        changes.get("customer", ACME),
        party,
        consent_event_id,
        caller=caller,
        at=at,
        deps=deps,
    )
