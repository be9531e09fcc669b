"""The contract of RenewalRunRepository and of scans for consent events, and how renewals are published."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.table import Table
from consentry.consent.consent_event import NamedPerson
from consentry.consent.dynamodb import ConsentRepository
from consentry.kernel.errors import UnavailableError
from consentry.renewal.dynamodb import RenewalRunRepository
from consentry.renewal.eventbridge import EventBridgeRenewalPublisher
from consentry.renewal.renewal import ConsentRenewalDue
from tests.testkit.builders.dependencies import ACME, FORM, NOW, FakeDependencies, consent_event
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import CONSENTS
from tests.testkit.fakes.faults import Fault, FaultyClient

DUE = ConsentRenewalDue("id", ACME, NamedPerson(person="ann"), (), NOW)


def runs(client: Any) -> RenewalRunRepository:
    return RenewalRunRepository(Table(CONSENTS, lambda: client, print))


def test_a_renewal_run_keeps_the_last_stored_progress(client: Any) -> None:
    assert runs(client).processed_count(ACME, "one") == 0

    for count in (25, 50):
        runs(client).save_progress(ACME, "one", count)

    assert runs(client).processed_count(ACME, "one") == 50
    assert (
        runs(client).processed_count(ACME, "other")
        == runs(client).processed_count("globex", "one")
        == 0
    )


def test_a_failed_write_leaves_the_renewal_progress_unchanged(client: Any) -> None:
    with pytest.raises(ClientError):
        runs(FaultyClient(client, Fault.NOT_APPLIED)).save_progress(ACME, "one", 25)

    assert runs(client).processed_count(ACME, "one") == 0


def test_a_scan_finds_every_event_of_one_customer_only(deps: FakeDependencies) -> None:
    for person in ("ann", "bob"):
        deps.record(consent_event("b", "refusal", person=person))
        deps.record(consent_event("a", "withdrawal", person=person))
    deps.record(consent_event("c", "withdrawal"))
    deps.consents.register(FORM, at=NOW)
    deps.record(consent_event("x", "refusal", customer=f"{ACME}-2"))

    found = deps.consents.scan(ACME)

    names = deps.pseudonyms.get_or_create_pseudonyms(ACME, ["ann", "bob"])
    assert set(found) == {"customer", *names.values()}
    assert [each.consent_event.consent_event_id for each in found[names["ann"]]] == ["b", "a"]
    assert [each.consent_event.consent_event_id for each in found["customer"]] == ["c"]


def test_a_scan_continues_after_pages_without_matches(fake: FakeDynamoDB) -> None:
    deps = FakeDependencies(fake)
    for index in range(5):
        deps.record(consent_event(f"a{index}", "refusal", person=f"p{index}"))
        deps.record(consent_event("x", "refusal", customer=f"globex-{index}"))
    fake.page_items = 1

    client: Any = fake
    found = ConsentRepository(Table(CONSENTS, lambda: client, print)).scan(ACME)

    assert len(found) == 5


class Bus:
    """EventBridge, as much of it as one event needs; `failing` entries are not taken."""

    def __init__(self, failing: int = 0) -> None:
        self.failing, self.entries = failing, list[dict[str, Any]]()

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.entries += Entries
        return {"FailedEntryCount": self.failing}


def test_renewal_events_are_published_one_by_one_with_a_pause() -> None:
    bus: Any = Bus()
    pauses: list[float] = []
    events = EventBridgeRenewalPublisher("bus", lambda: bus, pauses.append, 4)

    for _ in range(3):
        events.publish(DUE)

    assert [entry["DetailType"] for entry in bus.entries] == ["ConsentRenewalDue"] * 3
    assert pauses == [0.25] * 3


def test_a_renewal_event_that_the_bus_rejects_raises() -> None:
    bus: Any = Bus(failing=1)
    events = EventBridgeRenewalPublisher("bus", lambda: bus, print, 4)

    with pytest.raises(UnavailableError):
        events.publish(DUE)
