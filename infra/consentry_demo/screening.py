"""Screening steps: a request object is written to the bucket; its report, outputs and permit are read from there."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consentry.kernel import strict_json
from consentry.kernel.ids import decision_id, permit_id, token_of
from consentry.screening_jobs.publish_report import REPORT_PAGE
from consentry_cli.local_stack import deliver_file
from consentry_demo.results import Result, UnexpectedResponseError
from consentry_emulator.emulator import Emulator
from consentry_emulator.event_log import Delivery

EVENTS = Path(__file__).parents[2] / "events"
OBJECTS = EVENTS / "screening" / "objects"
OUTCOMES = ("admitted", "rejected", "undetermined")
FUNCTION = "ScreeningObjectCreatedFunction"


def screen(cloud: Emulator, event: str) -> dict[str, Any]:
    """Put the request of an event file and its manifest, then deliver the event too: S3 may send one twice."""
    path = EVENTS / event
    key = strict_json.loads(path.read_bytes())["detail"]["object"]["key"]
    request = strict_json.loads((OBJECTS / key).read_bytes())
    manifest = OBJECTS / request["manifest"]["key"]
    if manifest.is_file():
        cloud.put_object(request["manifest"]["key"], manifest.read_bytes())
    before = len(cloud.deliveries)
    cloud.put_object(key, (OBJECTS / key).read_bytes())
    deliver_file(cloud, path)
    return _read_result(cloud, request, cloud.deliveries[before:])


def upload(cloud: Emulator, request: Mapping[str, Any], manifest: bytes) -> dict[str, Any]:
    """Put a manifest and a request for it, and deliver the events."""
    before, name = len(cloud.deliveries), request["request_id"]
    cloud.put_object(request["manifest"]["key"], manifest)
    key = f"{request['customer']}/requests/{name}.json"
    cloud.put_object(key, json.dumps(request).encode())
    cloud.deliver()
    return _read_result(cloud, request, cloud.deliveries[before:])


def _read_result(
    cloud: Emulator, request: Mapping[str, Any], deliveries: list[Delivery]
) -> dict[str, Any]:
    """Rows by outcome, the report, the outputs' lines and the page; or the error, and whether it is in a queue.

    UnexpectedResponseError unless every row of the manifest is in exactly one output.
    """
    handled = [each for each in deliveries if each.function == FUNCTION]
    errors = {each.error.type for each in handled if each.error}
    if errors:
        letters = all(each.dead_letter_queue for each in handled)
        return {"error": ", ".join(sorted(errors)), "dead_letter_queue": letters}
    (decision,) = {each.answer["decision_id"] for each in handled}
    folder, report = _read_report(cloud, request, decision)
    outputs = report["outputs"]
    lines = {each: _read_lines(cloud, outputs[each]["key"]) for each in OUTCOMES}
    manifest = _read_lines(cloud, request["manifest"]["key"])
    if sorted(line for each in lines.values() for line in each) != sorted(manifest):
        raise UnexpectedResponseError("the outputs are not exactly the rows of the manifest")
    return {
        **{outcome: outputs[outcome]["rows"] for outcome in OUTCOMES},
        "events": len(handled),
        "report": report,
        "lines": lines,
        "page": _read_object(cloud, f"{folder}/{REPORT_PAGE}"),
    }


def permit_of(cloud: Emulator, request_object: Path) -> Result:
    """The permit of a screening, and the digests that a training run shows with it."""
    request = strict_json.loads(request_object.read_bytes())
    decision = decision_id(request["customer"], request["request_id"])
    folder, report = _read_report(cloud, request, decision)
    return {
        "permit_id": permit_id(decision, report["revision"]),
        "permit": _read_object(cloud, f"{folder}/permit.jwt").decode(),
        "admitted": report["outputs"]["admitted"]["sha256"],
        "manifest": report["manifest"]["sha256"],
        "data_set_id": report["data_set_id"],
    }


def _read_report(cloud: Emulator, request: Result, decision: str) -> tuple[str, Result]:
    folder = f"{request['customer']}/screenings/{token_of(decision)}"
    return folder, json.loads(_read_object(cloud, f"{folder}/report.json"))


def _read_object(cloud: Emulator, key: str) -> bytes:
    bucket = cloud.outputs["ScreeningBucketName"]
    body: bytes = cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body


def _read_lines(cloud: Emulator, key: str) -> list[bytes]:
    return _read_object(cloud, key).splitlines(keepends=True)
