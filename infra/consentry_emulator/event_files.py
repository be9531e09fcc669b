"""An event file: a whole real envelope, sent the way that its kind of event travels."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from consentry_emulator.delivery.executions import Execution
from consentry_emulator.delivery.http_api import Response
from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import UndeliverableFileError
from consentry_emulator.runtime import InvocationResult


def deliver_file(cloud: Emulator, path: Path) -> Response | Execution | InvocationResult | None:
    """Send the envelope in `path` through the template's wiring, and deliver what follows from it.

    Returns what its sender is told: the API's response, how the execution ended, the task's answer; nothing for
    what travels asynchronously.

    The address that an envelope carries (queue, bucket, account) is somebody else's: it goes to the template's own.
    """
    envelope = _read(path)
    if not isinstance(envelope, dict):
        raise UndeliverableFileError(f"{path.name}: not an object")
    if "http" in envelope.get("requestContext", {}):
        return cloud.replay(envelope)
    if "Records" in envelope:
        _to_mapped(cloud, path, envelope["Records"])
    elif envelope.get("source") == "aws.s3":
        _to_default_bus(cloud, path, envelope)
    elif "detail-type" in envelope:
        _to_bus(cloud, envelope)
    else:
        return _to_task(cloud, path, envelope)
    cloud.deliver()
    return None


def seed_objects(cloud: Emulator, path: Path) -> None:
    """Put what lies in `objects/` beside an event file into the bucket, by its keys, as if it had long lain there.

    Nobody is told of it: of what has just landed, the event file tells.
    """
    folder = path.parent / "objects"
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    if not found:
        return
    bucket, notifying_buckets = _local_bucket(cloud, path), set(cloud.wiring.notifying_buckets)
    cloud.wiring.notifying_buckets.clear()
    for each in found:
        key = each.relative_to(folder).as_posix()
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=each.read_bytes())
    cloud.wiring.notifying_buckets |= notifying_buckets


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as missing:
        raise UndeliverableFileError(f"{path}: cannot be read: {missing.strerror}") from missing
    except json.JSONDecodeError as broken:
        at = f"line {broken.lineno}, column {broken.colno}"
        raise UndeliverableFileError(f"{path}: is not JSON: {at}") from broken
    except ValueError as broken:
        raise UndeliverableFileError(f"{path}: is not UTF-8") from broken


def _to_mapped(cloud: Emulator, path: Path, records: list[dict[str, Any]]) -> None:
    sources = {record.get("eventSource") for record in records}
    if sources == {"aws:dynamodb"}:
        cloud.dispatcher.streams.enqueue(records)
        return
    if sources != {"aws:sqs"}:
        raise UndeliverableFileError(f"{path.name}: only records of SQS and DynamoDB have a door")
    mappings, function_arn = cloud.wiring.mappings, _named_function(cloud, path)
    queues = {each.queue_arn for each in mappings if function_arn in (None, each.function_arn)}
    if len(queues) != 1:
        raise UndeliverableFileError(f"{path.name}: the template maps no queue to it, or several")
    (queue,) = queues
    for record in records:
        url = cloud.wiring.queues[queue]
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=record["body"])


def _named_function(cloud: Emulator, path: Path) -> str | None:
    """The ARN of the function that the file names: <feature>/<trigger>-<case>.json; hyphens stand for underscores."""
    for each in cloud.wiring.functions.values():
        _, feature, trigger, _ = each.handler.split(".")
        if path.parent.name == feature and path.name.startswith(f"{trigger.replace('_', '-')}-"):
            return each.arn
    return None


def _to_default_bus(cloud: Emulator, path: Path, envelope: dict[str, Any]) -> None:
    bucket, key = _local_bucket(cloud, path), envelope["detail"]["object"]["key"]
    try:
        cloud.client("s3").head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise UndeliverableFileError(f"{path.name}: put the object {key} first") from error
    detail = {**envelope["detail"], "bucket": {"name": bucket}}
    resources = [f"arn:aws:s3:::{bucket}"]
    if bucket in cloud.wiring.notifying_buckets:
        cloud.dispatcher.rules.enqueue(
            "default", {**envelope, "detail": detail, "resources": resources}
        )


def _local_bucket(cloud: Emulator, path: Path) -> str:
    if len(cloud.wiring.buckets) != 1:
        raise UndeliverableFileError(f"{path.name}: the template has no bucket, or several")
    (bucket,) = cloud.wiring.buckets.values()
    return bucket


def _to_bus(cloud: Emulator, envelope: dict[str, Any]) -> None:
    """On the bus whose rule takes it; if none does, on the template's own, where it is not heard."""
    buses = list(cloud.wiring.buses.values())
    taking = [bus for bus in buses if cloud.dispatcher.rules.matching(bus, envelope)]
    for bus in taking or buses[-1:]:
        cloud.dispatcher.rules.enqueue(bus, envelope)


def _to_task(
    cloud: Emulator, path: Path, task_input: Mapping[str, Any]
) -> Execution | InvocationResult:
    """To the state machine, if it is an execution's input; else to the function whose door the file names."""
    if {"request", "training"} <= task_input.keys():
        for machine in cloud.wiring.machines:
            return cloud.execute(machine.logical_id, task_input)
    if function_arn := _named_function(cloud, path):
        return cloud.invoke(cloud.wiring.functions[function_arn].logical_id, task_input)
    raise UndeliverableFileError(f"{path.name}: an event of no door")
