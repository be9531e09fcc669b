"""The expected results of the events in events/. Each scenario yields what is wrong."""

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


def send(cloud: Emulator, name: str) -> Any:
    return deliver_file(cloud, EVENTS / name)


def _answered(cloud: Emulator, name: str) -> Iterator[str]:
    response = send(cloud, name)
    if response["statusCode"] not in (200, 201):
        yield f"{name}: {response['statusCode']} {response['body']}"


def api(cloud: Emulator) -> Iterator[str]:
    """A form, a grant on it, a decision, and what is shown of them."""
    yield from _answered(cloud, "consent/http-register-form.json")
    yield from _answered(cloud, "consent/http-grant-training.json")
    yield from _answered(cloud, "decisions/http-train-after-grant.json")
    yield from _answered(cloud, "consent/http-get-customer-consent.json")
    yield from _answered(cloud, "consent/http-person-withdraws.json")
    yield from _answered(cloud, "audit/http-list-uses.json")
    yield from _answered(cloud, "audit/http-list-denials.json")
    yield from _nothing_denied(cloud)


def bus(cloud: Emulator) -> Iterator[str]:
    """A request is answered once on the bus; an invalid one ends in the dead-letter queue."""
    send(cloud, "decisions/bus-train-on-chat.json")
    published = [one for one in cloud.deliveries if one.function is None]
    if [one.event["detail-type"] for one in published] != ["DataUseDecided"]:
        yield "bus-train-on-chat.json: no answer on the bus"
    send(cloud, "decisions/bus-unknown-field.json")
    if [letter.queue for letter in cloud.dead_letters()] != [
        "consentry-local-Messaging-EventDeadLetters"
    ]:
        yield "bus-unknown-field.json: not in the dead-letter queue"
    yield from _nothing_denied(cloud)


def queue(cloud: Emulator) -> Iterator[str]:
    """The good message of a batch is decided once; the poisonous one ends in the dead letters."""
    send(cloud, "decisions/queue-one-good-one-poison.json")
    queues = [letter.queue for letter in cloud.dead_letters()]
    if queues != ["consentry-local-Messaging-RequestDeadLetters"]:
        yield f"queue-one-good-one-poison.json: dead letters in {queues}"
    table = cloud.client("dynamodb").scan(TableName="consentry-local-Storage-DecisionTable")
    if table["Count"] != 1:
        yield f"queue-one-good-one-poison.json: {table['Count']} decisions"
    yield from _nothing_denied(cloud)


def gate(cloud: Emulator) -> Iterator[str]:
    """A use that nobody consented to starts no training."""
    execution = send(cloud, "decisions/task-gate-training.json")
    if not isinstance(execution, Execution) or execution.error != "Consentry.Denied":
        yield f"task-gate-training.json: {execution}"
    if cloud.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]:
        yield "task-gate-training.json: a job was started"
    yield from _nothing_denied(cloud)


def bucket(cloud: Emulator) -> Iterator[str]:
    """A screening request that is written to the bucket starts a screening. No other object does."""
    for key in ("acme/manifests/may.jsonl", "acme/requests/may.txt", "acme/requests/may.json"):
        cloud.put_object(key, b"{}")
    cloud.deliver()
    reached = [one.event["detail"]["object"]["key"] for one in cloud.deliveries if one.function]
    if reached != ["acme/requests/may.json"]:
        yield f"a screening was started by {reached}"
    yield from _nothing_denied(cloud)


def permits(cloud: Emulator) -> Iterator[str]:
    """A screening that admits rows leaves a permit, which a run redeems."""
    objects = EVENTS / "screening/objects"
    for path in (*objects.glob("*/manifests/*"), objects / "acme/requests/meetings.json"):
        cloud.put_object(str(path.relative_to(objects)), path.read_bytes())
    cloud.deliver()
    found = _screened(cloud)
    if "permit.jwt" not in found:
        yield "meetings.json: no permit"
    else:
        admitted = json.loads(found["report.json"])["outputs"]["admitted"]["sha256"]
        shown = {"run_id": "run-1", "permit": found["permit.jwt"].decode(), "admitted": admitted}
        use = {"operation": "fine_tune", "service": "meeting_summary"}
        decision = decision_id("acme", "screen-meetings-1")
        response = cloud.http(
            "POST",
            f"/customers/acme/permits/{permit_id(decision, 1)}/redeem",
            shown | {"use": use, "model_owner": "first_party"},
            {"sub": "trainer", "consentry_customers": "acme"},
        )
        if response["statusCode"] != 201:
            yield f"redeem: {response['statusCode']} {response['body']}"
    yield from _nothing_denied(cloud)


def _screened(cloud: Emulator) -> dict[str, bytes]:
    """What acme's screening left, by the last part of its key."""
    s3, bucket = cloud.client("s3"), cloud.outputs["ScreeningBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="acme/screenings/").get("Contents", [])
    bodies = {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"] for each in listed}
    return {key.rpartition("/")[2]: body.read() for key, body in bodies.items()}


def _nothing_denied(cloud: Emulator) -> Iterator[str]:
    for function, permission in cloud.dispatcher.call_hook.denied:
        yield f"{function} may not {permission.action} on {permission.resource}"
    for delivery in cloud.deliveries:
        if delivery.lost:
            yield f"{delivery.function}: an event is lost"
