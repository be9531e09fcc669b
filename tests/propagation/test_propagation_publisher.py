"""Notifications are published completely, or the publisher raises UnavailableError."""

from typing import Any

import pytest

from consentry.datasets.status import Outdated, OutdatedCause
from consentry.kernel.errors import UnavailableError
from consentry.kernel.strict_json import load_object
from consentry.propagation.eventbridge import EventBridgePropagationPublisher
from consentry.propagation.sqs import SqsWithdrawalQueue
from tests.testkit.builders.data_sets import data_set
from tests.testkit.builders.dependencies import NOW

W = "acme~party~token"


class Bus:
    """An EventBridge client that accepts or rejects entries."""

    def __init__(self, *, failed: int = 0) -> None:
        self.entries: list[dict[str, Any]] = []
        self.failed = failed

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.entries += Entries
        return {"FailedEntryCount": self.failed}


class Queue:
    """An SQS client that accepts a batch, or rejects one message of it."""

    def __init__(self, **answer: Any) -> None:
        self.answer, self.bodies = answer, list[str]()

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803
        self.bodies += [each["MessageBody"] for each in Entries]
        return self.answer


def test_both_events_name_the_data_set_its_decision_and_the_withdrawal() -> None:
    bus = Bus()
    events = EventBridgePropagationPublisher("data-use", lambda: bus)  # type: ignore[arg-type,return-value]
    events.publish_tainted(data_set("a"), W, NOW)
    events.publish_revoked(data_set("a"), W, NOW)

    types = [(each["EventBusName"], each["DetailType"]) for each in bus.entries]
    tainted, revoked = (load_object(each["Detail"]) for each in bus.entries)
    common = {
        "schema_version": 1,
        "customer": "acme",
        "data_set_id": "acme~a",
        "decision_id": "acme~decision",
        "withdrawal_id": W,
    }
    assert types == [("data-use", "DataSetTainted"), ("data-use", "PermitRevoked")]
    assert tainted == common | {"admitted": "1" * 64, "tainted_at": "2026-03-01T12:00:00Z"}
    assert revoked == common | {
        "reason": "consent_withdrawn",
        "permit_id": data_set("a").permit_id,
        "revoked_at": "2026-03-01T12:00:00Z",
    }


def test_an_outdated_data_set_is_published_with_its_cause_and_without_a_withdrawal() -> None:
    outdated = Outdated(
        cause=OutdatedCause.ASSIGNMENT, since=NOW, assignment=2, policy_set="t@2026-01-01", rules=()
    )
    bus = Bus()
    events = EventBridgePropagationPublisher("data-use", lambda: bus)  # type: ignore[arg-type,return-value]

    events.publish_outdated(data_set("a"), outdated, "acme~new", NOW)
    events.publish_revoked(data_set("a"), None, NOW)

    published, revoked = (load_object(each["Detail"]) for each in bus.entries)
    assert bus.entries[0]["DetailType"] == "DataSetOutdated"
    assert published["outdated"] == outdated.model_dump(mode="json")
    assert published["successor"] == "acme~new"
    assert published["outdated"]["remediation"] == "screen_again"
    assert (revoked["reason"], revoked["withdrawal_id"]) == ("data_set_outdated", None)


def test_an_event_that_the_bus_rejects_raises_unavailable() -> None:
    events = EventBridgePropagationPublisher("data-use", lambda: Bus(failed=1))  # type: ignore[arg-type,return-value]

    with pytest.raises(UnavailableError):
        events.publish_tainted(data_set("a"), W, NOW)


def test_a_batch_of_withdrawals_that_sqs_partly_rejects_raises_unavailable() -> None:
    accepting, rejecting = Queue(), Queue(Failed=[{"Id": "1"}])

    SqsWithdrawalQueue("url", lambda: accepting).send(["one", "two"])  # type: ignore[arg-type,return-value]
    with pytest.raises(UnavailableError):
        SqsWithdrawalQueue("url", lambda: rejecting).send(["one"])  # type: ignore[arg-type,return-value]

    assert accepting.bodies == ["one", "two"]
