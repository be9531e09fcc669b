"""The ports `RenewalRuns` and `EveryAct`, over our fake and over moto; and how renewals get onto the bus."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.act_scan import ActScan
from consentry.aws.renewal_events import RenewalEvents
from consentry.aws.renewal_run_table import RenewalRunTable
from consentry.domain.consent.renewals import ConsentRenewalDue
from consentry.domain.errors import UnansweredError
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.faults import Fault, Faulty
from tests.fakes.tables import CONSENTS
from tests.fakes.worlds import ACME, FORM, NOW, World, act

DUE = ConsentRenewalDue("id", ACME, "ann", (), NOW)


def runs(client: Any) -> RenewalRunTable:
    return RenewalRunTable(CONSENTS, lambda: client)


def test_a_run_is_as_far_as_it_was_last_said_to_be(client: Any) -> None:
    assert runs(client).reached(ACME, "one") == 0

    for count in (25, 50):
        runs(client).reach(ACME, "one", count)

    assert runs(client).reached(ACME, "one") == 50
    assert runs(client).reached(ACME, "other") == runs(client).reached("globex", "one") == 0


def test_a_run_that_could_not_be_kept_is_no_further(client: Any) -> None:
    with pytest.raises(ClientError):
        runs(Faulty(client, Fault.NOT_APPLIED)).reach(ACME, "one", 25)

    assert runs(client).reached(ACME, "one") == 0


def test_every_act_of_a_customer_is_found_and_of_no_other(world: World) -> None:
    for person in ("ann", "bob"):
        world.record(act("b", "refuse", person=person))
        world.record(act("a", "withdraw", person=person))
    world.record(act("c", "withdraw"))
    world.consents.register(FORM)
    world.record(act("x", "refuse", customer=f"{ACME}-2"))

    found = ActScan(CONSENTS, lambda: world.client).of_customer(ACME)

    names = world.keys.names_of(ACME, ["ann", "bob"])
    assert set(found) == {"customer", *names.values()}
    assert [each.act.act_id for each in found[names["ann"]]] == ["b", "a"]
    assert [each.act.act_id for each in found["customer"]] == ["c"]


def test_a_scan_goes_on_over_pages_of_which_the_filter_leaves_nothing(fake: FakeDynamoDB) -> None:
    world = World(fake)
    for place in range(5):
        world.record(act(f"a{place}", "refuse", person=f"p{place}"))
        world.record(act("x", "refuse", customer=f"globex-{place}"))
    fake.page_items = 1

    client: Any = fake
    found = ActScan(CONSENTS, lambda: client).of_customer(ACME)

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
    events = RenewalEvents("bus", lambda: bus, pauses.append, 4)

    for _ in range(3):
        events.tell(DUE)

    assert [entry["DetailType"] for entry in bus.entries] == ["ConsentRenewalDue"] * 3
    assert pauses == [0.25] * 3


def test_an_event_that_was_not_taken_is_an_error() -> None:
    bus: Any = Bus(failing=1)
    events = RenewalEvents("bus", lambda: bus, print, 4)

    with pytest.raises(UnansweredError):
        events.tell(DUE)
