"""Manifests of many items, each screened by a request that lands in the bucket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.screening_jobs.publish_report import REPORT_PAGE
from infra.demo.doors import EVENTS
from infra.demo.stage import NoAnswerError, Stage
from infra.local.files import deliver_file
from infra.local.trace import Delivery

OBJECTS = EVENTS / "screen" / "objects"
PLACEMENTS = ("admitted", "rejected", "undetermined")


@dataclass(frozen=True)
class Screened:
    """A screening's report and its page, and the rows of its outputs as they lie in the bucket."""

    report: Mapping[str, Any]
    page: bytes
    rows: Mapping[str, list[bytes]]


def screen(stage: Stage) -> Screened:
    """JSON lines and RTTM, with the person who withdrew in all; a request for another customer. The last one."""
    stage.title("Manifests screened: a request lands in the bucket")
    for manifest in sorted(OBJECTS.glob("*/manifests/*")):
        stage.cloud.put_object(str(manifest.relative_to(OBJECTS)), manifest.read_bytes())
    for event, counts in (
        ("screen/bucket-meetings.json", {"admitted": 2, "rejected": 1, "undetermined": 2}),
        ("screen/bucket-speech.json", {"admitted": 2, "rejected": 2, "undetermined": 0}),
        (
            "screen/bucket-speech-by-segments.json",
            {"admitted": 3, "rejected": 1, "undetermined": 0},
        ),
        ("screen/bucket-utterances.json", {"admitted": 3, "rejected": 1, "undetermined": 0}),
    ):
        request, told = _landed(stage, event)
        screened = tell_screened(stage, request, told)
        found = {name: len(rows) for name, rows in screened.rows.items()}
        stage.expect(found == counts, f"{counts} rows")
    request, told = _landed(stage, "screen/bucket-of-another-customer.json")
    asks(stage, request)
    refused = {each.error.type if each.error else "no error" for each in told}
    stage.gets(
        "dead", f"{', '.join(refused)}: {len(told)} events (delivered twice) in {told[0].kept}"
    )
    stage.expect(refused == {"ForbiddenCustomerError"}, "an error for another's customer")
    stage.expect(all(each.kept for each in told), "a dead letter of each")
    return screened


def keep_page(stage: Stage, screened: Screened, path: Path) -> None:
    """Leave a screening's page where it can be opened when the cloud is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(screened.page)
    stage.say(f"The page of the last screening is kept: open {path} in a browser.", indent=2)


def _landed(stage: Stage, event: str) -> tuple[Mapping[str, Any], list[Delivery]]:
    """Put the request of an event there, then send the event too: S3 may tell of one object twice."""
    key = json.loads((EVENTS / event).read_text(encoding="utf-8"))["detail"]["object"]["key"]
    body, before = (OBJECTS / key).read_bytes(), len(stage.cloud.trace)
    stage.cloud.put_object(key, body)
    deliver_file(stage.cloud, EVENTS / event)
    return json.loads(body), _told(stage, before)


def drop(stage: Stage, request: Mapping[str, Any], manifest: bytes) -> list[Delivery]:
    """Put a manifest and its request into the bucket; what its door was told and answered."""
    before, name = len(stage.cloud.trace), request["request_id"]
    stage.cloud.put_object(request["manifest"]["key"], manifest)
    stage.cloud.put_object(
        f"{request['customer']}/requests/{name}.json", json.dumps(request).encode()
    )
    stage.cloud.deliver()
    return _told(stage, before)


def _told(stage: Stage, before: int) -> list[Delivery]:
    """The bucket tells of every object; only a request has a rule that takes it."""
    return [each for each in stage.cloud.trace[before:] if each.function == "ScreenBucketFunction"]


def asks(stage: Stage, request: Mapping[str, Any]) -> None:
    """A screening request."""
    use, owner = request["use"], request["model_owner"]
    words = f"{use['operation']} for {use['service']} on {request['manifest']['key']}"
    by = f", by {request['combine']}" if "combine" in request else ""
    stage.asks("bucket", f"{words}, {owner} model{by}")


def tell_screened(stage: Stage, request: Mapping[str, Any], told: list[Delivery]) -> Screened:
    """Rows by outcome with the rules that decided, or what could not be read; one decision for all events."""
    asks(stage, request)
    for each in told:
        if each.error:
            raise NoAnswerError(f"the bucket's door: {each.error.type}: {each.error.message}")
    (decision,) = {each.answer["decision_id"] for each in told}
    folder = f"{request['customer']}/screenings/{decision.rpartition('~')[2]}"
    report = json.loads(fetched(stage, f"{folder}/report.json"))
    for row_outcome in PLACEMENTS:
        why = report["rules"].get(row_outcome, {})
        why = {**why, **report["invalid_rows"]} if row_outcome == "undetermined" else why
        count = report["outputs"][row_outcome]["rows"]
        rows = f"{count} {'row' if count == 1 else 'rows'}"
        words = ", ".join(f"{times} {said}" for said, times in why.items())
        stage.gets(f"{row_outcome:<13}", f"{rows}: {words}" if words else rows)
    events = f"{len(told)} events (delivered twice), " if len(told) > 1 else ""
    stage.gets(f"{'in all':<13}", f"{report['manifest']['rows']} rows; {events}one decision")
    page = f"{folder}/{REPORT_PAGE}"
    stage.gets(f"{'page':<13}", page)
    return _checked(stage, request, report, fetched(stage, page))


def _checked(
    stage: Stage, request: Mapping[str, Any], report: Mapping[str, Any], page: bytes
) -> Screened:
    """Every row of the manifest is in one output, byte for byte, and counted once."""
    outputs = report["outputs"]
    rows = {p: fetched(stage, outputs[p]["key"]).splitlines(keepends=True) for p in PLACEMENTS}
    manifest = fetched(stage, request["manifest"]["key"]).splitlines(keepends=True)
    passed = sorted(line for each in rows.values() for line in each)
    stage.expect(passed == sorted(manifest), "every row of the manifest in one output")
    counted = {row_outcome: outputs[row_outcome]["rows"] for row_outcome in PLACEMENTS}
    stage.expect(counted == {p: len(rows[p]) for p in PLACEMENTS}, "rows counted as they lie there")
    return Screened(report, page, rows)


def fetched(stage: Stage, key: str) -> bytes:
    """An object of the screening bucket."""
    bucket = stage.cloud.outputs["ScreeningBucketName"]
    body: bytes = stage.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body
