"""The emulator at another date: handlers read the clock that is set, and deliveries do not wait."""

import json
from datetime import UTC, datetime, timedelta

from consentry_cli.local_stack import deliver_file
from consentry_emulator.emulator import Emulator
from consentry_emulator.process_isolation import clock_at
from tests.emulator.scenarios import EVENTS

PAST, FUTURE = datetime(2023, 8, 8, 12, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
REQUEST = {
    "customer": "acme",
    "data": ["service_generated.telemetry"],
    "use": {"operation": "pretrain", "service": "general"},
    "model_owner": "first_party",
    "collected": {"at": "2023-08-08T09:00:00Z", "by_service": "general"},
    "declared_by": "product-analytics",
}


def decide_now(emulator: Emulator) -> datetime:
    answer = emulator.http(
        "POST",
        "/decisions",
        REQUEST,
        {"sub": "ann", "consentry_customers": REQUEST["customer"], "scope": "consentry/decide"},
    )
    return datetime.fromisoformat(json.loads(answer["body"])["at"])


def test_a_decision_has_the_date_of_the_set_clock_and_afterwards_of_today(
    consentry: Emulator,
) -> None:
    today = datetime.now(UTC)

    with clock_at(PAST):
        set_back = decide_now(consentry)

    assert PAST <= set_back < PAST + timedelta(hours=1)
    assert decide_now(consentry) >= today


def test_retries_and_executions_end_on_that_date_too(consentry: Emulator) -> None:
    with clock_at(FUTURE):
        deliver_file(consentry, EVENTS / "decisions" / "queue-one-good-one-poison.json")
        deliver_file(consentry, EVENTS / "decisions" / "bus-unknown-field.json")
        execution = deliver_file(consentry, EVENTS / "permits" / "task-gate-training.json")
        queues = {letter.queue.rpartition("-")[2] for letter in consentry.dead_letters()}

    assert queues == {"RequestDeadLetters", "EventDeadLetters"}
    assert getattr(execution, "error", None) == "Consentry.Denied"
