"""The ports `RenewalRunRepository` and `ConsentEventScan`, over our fake and over moto; and how renewals get onto the bus."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.table import Table
from consentry.consent.event_scan import ConsentEventScan
from consentry.kernel.errors import UnavailableError
from consentry.renewal.dynamodb import RenewalRunRepository
from consentry.renewal.eventbridge import EventBridgeRenewalPublisher
from consentry.renewal.renewal import ConsentRenewalDue
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import CONSENTS
from tests.fakes.worlds import ACME, FORM, NOW, World, consent_event

DUE = ConsentRenewalDue("id", ACME, "ann", (), NOW)


def runs(client: Any) -> RenewalRunRepository:
    return RenewalRunRepository(Table(CONSENTS, lambda: client, print))


def test_a_run_is_as_far_as_it_was_last_said_to_be(client: Any) -> None:
    assert runs(client).processed_count(ACME, "one") == 0

    for count in (25, 50):
        runs(client).save_progress(ACME, "one", count)

    assert runs(client).processed_count(ACME, "one") == 50
    assert (
        runs(client).processed_count(ACME, "other")
        == runs(client).processed_count("globex", "one")
        == 0
    )


def test_a_run_that_could_not_be_kept_is_no_further(client: Any) -> None:
    with pytest.raises(ClientError):
        runs(Faulty(client, Fault.NOT_APPLIED)).save_progress(ACME, "one", 25)

    assert runs(client).processed_count(ACME, "one") == 0


def test_every_act_of_a_customer_is_found_and_of_no_other(deps: World) -> None:
    for person in ("ann", "bob"):
        deps.record(consent_event("b", "refusal", person=person))
        deps.record(consent_event("a", "withdrawal", person=person))
    deps.record(consent_event("c", "withdrawal"))
    deps.consents.register(FORM)
    deps.record(consent_event("x", "refusal", customer=f"{ACME}-2"))

    found = ConsentEventScan(deps.table(CONSENTS)).of_customer(ACME)

    names = deps.pseudonyms.get_or_create_pseudonyms(ACME, ["ann", "bob"])
    assert set(found) == {"customer", *names.values()}
    assert [each.consent_event.consent_event_id for each in found[names["ann"]]] == ["b", "a"]
    assert [each.consent_event.consent_event_id for each in found["customer"]] == ["c"]


def test_a_scan_goes_on_over_pages_of_which_the_filter_leaves_nothing(fake: FakeDynamoDB) -> None:
    deps = World(fake)
    for place in range(5):
        deps.record(consent_event(f"a{place}", "refusal", person=f"p{place}"))
        deps.record(consent_event("x", "refusal", customer=f"globex-{place}"))
    fake.page_items = 1

    client: Any = fake
    found = ConsentEventScan(Table(CONSENTS, lambda: client, print)).of_customer(ACME)

    assert len(found) == 5


class Bus:
    """EventBridge, as much of it as one event needs; `failing` entries are not taken."""

    def __init__(self, failing: int = 0) -> None:
        self.failing, self.entries = failing, list[dict[str, Any]]()

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.entries += Entries
        return {"FailedEntryCount": self.failing}


def test_events_are_told_one_by_one_with_a_pause_after_each() -> None:
    bus: Any = Bus()
    pauses: list[float] = []
    events = EventBridgeRenewalPublisher("bus", lambda: bus, pauses.append, 4)

    for _ in range(3):
        events.publish(DUE)

    assert [entry["DetailType"] for entry in bus.entries] == ["ConsentRenewalDue"] * 3
    assert pauses == [0.25] * 3


def test_an_event_that_was_not_taken_is_an_error() -> None:
    bus: Any = Bus(failing=1)
    events = EventBridgeRenewalPublisher("bus", lambda: bus, print, 4)

    with pytest.raises(UnavailableError):
        events.publish(DUE)
