"""An event file: a complete event as AWS sends it, delivered by the trigger of its kind."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from consentry_emulator.delivery.executions import Execution
from consentry_emulator.delivery.http_api import Response
from consentry_emulator.emulator import Emulator
from consentry_emulator.errors import UndeliverableFileError, UnresolvedError
from consentry_emulator.runtime import InvocationResult
from consentry_emulator.stack_wiring import Wiring

Recipient = Callable[[Wiring, Path, Any], str | None]
"""The logical id of the function or state machine that a file is for; None if the file does not name it."""


def deliver_file(
    emulator: Emulator, path: Path, recipient: Recipient = lambda *_: None
) -> Response | Execution | InvocationResult | None:
    """Send the event in `path` to its trigger, and deliver the events that follow from it.

    Returns what the sender gets: the response of the API, the end of the execution, the result of the task; None for
    asynchronous events. `recipient` decides between several queues, and for inputs of tasks and state machines.

    The queue, bucket and account in the event are replaced by those of the emulator.
    """
    event = _read(path)
    if not isinstance(event, dict):
        raise UndeliverableFileError(f"{path.name}: not an object")
    if "http" in event.get("requestContext", {}):
        return emulator.replay(event)
    named = recipient(emulator.wiring, path, event)
    if "Records" in event:
        _send_records(emulator, path, event["Records"], named)
    elif event.get("source") == "aws.s3":
        _notify(emulator, path, event)
    elif "detail-type" in event:
        _put_on_bus(emulator, event)
    elif named is None:
        raise UndeliverableFileError(f"{path.name}: no trigger of the template takes it")
    elif named in (machine.logical_id for machine in emulator.wiring.machines):
        return emulator.execute(named, event)
    else:
        return emulator.invoke(named, event)
    emulator.deliver()
    return None


def seed_objects(emulator: Emulator, folder: Path) -> None:
    """Put the files of `folder` into the bucket, with their paths as keys, without notifications."""
    with emulator.call_hook.as_emulator():
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            emulator.put_object(file.relative_to(folder).as_posix(), file.read_bytes())


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


def _send_records(
    emulator: Emulator, path: Path, records: list[dict[str, Any]], recipient: str | None
) -> None:
    sources = {record.get("eventSource") for record in records}
    if sources == {"aws:dynamodb"}:
        emulator.streams.enqueue(records)
        return
    if sources != {"aws:sqs"}:
        raise UndeliverableFileError(f"{path.name}: only records of SQS and DynamoDB are supported")
    wiring = emulator.wiring
    urls = {
        wiring.queues[mapping.queue_arn]
        for mapping in wiring.queue_mappings
        if recipient in (None, wiring.functions[mapping.function_arn].logical_id)
    }
    if len(urls) != 1:
        raise UndeliverableFileError(f"{path.name}: {len(urls)} queues of the template match")
    (url,) = urls
    for record in records:
        emulator.client("sqs").send_message(QueueUrl=url, MessageBody=record["body"])


def _notify(emulator: Emulator, path: Path, event: dict[str, Any]) -> None:
    """Send a notification of S3 for an object in the emulator's own bucket."""
    try:
        bucket, key = emulator.bucket_name(), event["detail"]["object"]["key"]
        emulator.client("s3").head_object(Bucket=bucket, Key=key)
    except UnresolvedError as error:
        raise UndeliverableFileError(f"{path.name}: {error}") from error
    except ClientError as error:
        raise UndeliverableFileError(f"{path.name}: put the object {key} first") from error
    if bucket in emulator.wiring.notifying_buckets:
        detail = {**event["detail"], "bucket": {"name": bucket}}
        address = {"detail": detail, "resources": [f"arn:aws:s3:::{bucket}"]}
        emulator.rules.enqueue("default", event | address)


def _put_on_bus(emulator: Emulator, event: dict[str, Any]) -> None:
    """Put the event on the buses with a matching rule; without any, on the template's own, where nothing matches."""
    buses = list(emulator.wiring.buses.values())
    matching = [bus for bus in buses if emulator.rules.matching(bus, event)]
    for bus in matching or buses[-1:]:
        emulator.rules.enqueue(bus, event)
