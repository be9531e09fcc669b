"""Scenarios: send files of events/, and yield what is wrong with the results."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from consentry.kernel.ids import decision_id, permit_id
from consentry_cli.local_stack import deliver_file
from consentry_emulator.delivery.executions import Execution
from consentry_emulator.emulator import Emulator

EVENTS = Path(__file__).parents[2] / "events"

Scenario = Callable[[Emulator], Iterator[str]]


def send(emulator: Emulator, name: str) -> Any:
    return deliver_file(emulator, EVENTS / name)


def _answered(emulator: Emulator, name: str) -> Iterator[str]:
    response = send(emulator, name)
    if response["statusCode"] not in (200, 201):
        yield f"{name}: {response['statusCode']} {response['body']}"


def api(emulator: Emulator) -> Iterator[str]:
    """A form, a grant on it, a decision, and the queries for them."""
    yield from _answered(emulator, "consent/http-register-form.json")
    yield from _answered(emulator, "consent/http-grant-training.json")
    yield from _answered(emulator, "decisions/http-train-after-grant.json")
    yield from _answered(emulator, "consent/http-get-customer-consent.json")
    yield from _answered(emulator, "consent/http-person-withdraws.json")
    yield from _answered(emulator, "audit/http-list-uses.json")
    yield from _answered(emulator, "audit/http-list-denials.json")
    yield from _nothing_denied(emulator)


def bus(emulator: Emulator) -> Iterator[str]:
    """A request has one answer on the bus; an invalid one goes to the dead-letter queue."""
    send(emulator, "decisions/bus-train-on-chat.json")
    published = [each for each in emulator.deliveries if each.function is None]
    if [each.event["detail-type"] for each in published] != ["DataUseDecided"]:
        yield "bus-train-on-chat.json: no answer on the bus"
    send(emulator, "decisions/bus-unknown-field.json")
    if [letter.queue for letter in emulator.dead_letters()] != [
        "consentry-local-Messaging-EventDeadLetters"
    ]:
        yield "bus-unknown-field.json: not in the dead-letter queue"
    yield from _nothing_denied(emulator)


def queue(emulator: Emulator) -> Iterator[str]:
    """The valid message of a batch is decided once; the invalid one goes to the dead-letter queue."""
    send(emulator, "decisions/queue-one-good-one-poison.json")
    queues = [letter.queue for letter in emulator.dead_letters()]
    if queues != ["consentry-local-Messaging-RequestDeadLetters"]:
        yield f"queue-one-good-one-poison.json: dead letters in {queues}"
    table = emulator.client("dynamodb").scan(TableName="consentry-local-Storage-DecisionTable")
    if table["Count"] != 1:
        yield f"queue-one-good-one-poison.json: {table['Count']} decisions"
    yield from _nothing_denied(emulator)


def gate(emulator: Emulator) -> Iterator[str]:
    """A forged permit starts no training."""
    execution = send(emulator, "permits/task-gate-training.json")
    if not isinstance(execution, Execution) or execution.error != "Consentry.Denied":
        yield f"task-gate-training.json: {execution}"
    if emulator.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]:
        yield "task-gate-training.json: a job was started"
    yield from _nothing_denied(emulator)


def bucket(emulator: Emulator) -> Iterator[str]:
    """An object below `requests/` reaches the function; no other object does."""
    for key in ("acme/manifests/may.jsonl", "acme/may.json", "acme/requests/may.json"):
        emulator.put_object(key, b"{}")
    emulator.deliver()
    screened = [
        each.event["detail"]["object"]["key"] for each in emulator.deliveries if each.function
    ]
    if screened != ["acme/requests/may.json"]:
        yield f"screenings of {screened}"
    yield from _nothing_denied(emulator)


def permits(emulator: Emulator) -> Iterator[str]:
    """A screening that admits rows issues a permit, and a run redeems it."""
    objects = EVENTS / "screening/objects"
    for path in (*objects.glob("*/manifests/*"), objects / "acme/requests/meetings.json"):
        emulator.put_object(str(path.relative_to(objects)), path.read_bytes())
    emulator.deliver()
    outputs = _outputs(emulator)
    if "permit.jwt" not in outputs:
        yield "meetings.json: no permit"
    else:
        admitted = json.loads(outputs["report.json"])["outputs"]["admitted"]["sha256"]
        body = {"run_id": "run-1", "permit": outputs["permit.jwt"].decode(), "admitted": admitted}
        use = {"operation": "fine_tune", "service": "meeting_summary"}
        decision = decision_id("acme", "screen-meetings-1")
        response = emulator.http(
            "POST",
            f"/customers/acme/permits/{permit_id(decision, 1)}/redeem",
            body | {"use": use, "model_owner": "first_party"},
            {"sub": "trainer", "consentry_customers": "acme", "scope": "consentry/redeem"},
        )
        if response["statusCode"] != 201:
            yield f"redeem: {response['statusCode']} {response['body']}"
    yield from _nothing_denied(emulator)


def _outputs(emulator: Emulator) -> dict[str, bytes]:
    """The outputs of acme's screening by the last part of their keys."""
    s3, bucket = emulator.client("s3"), emulator.outputs["ScreeningBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="acme/screenings/").get("Contents", [])
    bodies = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"] for each in listed}
    return {key.rpartition("/")[2]: body.read() for key, body in bodies.items()}


def _nothing_denied(emulator: Emulator) -> Iterator[str]:
    for function, permission in emulator.call_hook.denied:
        yield f"{function} may not {permission.action} on {permission.resource}"
    for delivery in emulator.deliveries:
        if delivery.lost:
            yield f"{delivery.function}: an event is lost"
