"""Manifests of many items, each screened by a request that lands in the bucket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consentry.screening_jobs.publish_report import REPORT_PAGE
from consentry_demo.event_steps import EVENTS
from consentry_demo.player import Player, UnexpectedResponseError
from consentry_emulator.event_files import deliver_file
from consentry_emulator.event_log import Delivery

OBJECTS = EVENTS / "screening" / "objects"
ROW_OUTCOMES = ("admitted", "rejected", "undetermined")


@dataclass(frozen=True)
class ScreeningResult:
    """A screening's report and its page, and the rows of its outputs as they lie in the bucket."""

    report: Mapping[str, Any]
    page: bytes
    rows: Mapping[str, list[bytes]]


def screen(player: Player) -> ScreeningResult:
    """JSON lines and RTTM, with the person who withdrew in all; a request for another customer. The last one."""
    player.title("Manifests screened: a request lands in the bucket")
    for manifest in sorted(OBJECTS.glob("*/manifests/*")):
        player.cloud.put_object(str(manifest.relative_to(OBJECTS)), manifest.read_bytes())
    for event, counts in (
        (
            "screening/object-created-meetings.json",
            {"admitted": 2, "rejected": 1, "undetermined": 2},
        ),
        ("screening/object-created-speech.json", {"admitted": 2, "rejected": 2, "undetermined": 0}),
        (
            "screening/object-created-speech-by-segments.json",
            {"admitted": 3, "rejected": 1, "undetermined": 0},
        ),
        (
            "screening/object-created-utterances.json",
            {"admitted": 3, "rejected": 1, "undetermined": 0},
        ),
    ):
        request, told = _deliver_request(player, event)
        screened = print_screening(player, request, told)
        found = {name: len(rows) for name, rows in screened.rows.items()}
        player.expect(found == counts, f"{counts} rows")
    request, told = _deliver_request(player, "screening/object-created-of-another-customer.json")
    print_request(player, request)
    refused = {each.error.type if each.error else "no error" for each in told}
    player.print_result(
        "dead",
        f"{', '.join(refused)}: {len(told)} events (delivered twice) in {told[0].dead_letter_queue}",
    )
    player.expect(refused == {"ForbiddenCustomerError"}, "an error for another's customer")
    player.expect(all(each.dead_letter_queue for each in told), "a dead letter of each")
    return screened


def save_page(player: Player, screened: ScreeningResult, path: Path) -> None:
    """Leave a screening's page where it can be opened when the cloud is gone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(screened.page)
    player.say(f"The page of the last screening is kept: open {path} in a browser.", indent=2)


def _deliver_request(player: Player, event: str) -> tuple[Mapping[str, Any], list[Delivery]]:
    """Put the request of an event there, then send the event too: S3 may tell of one object twice."""
    key = json.loads((EVENTS / event).read_text(encoding="utf-8"))["detail"]["object"]["key"]
    body, before = (OBJECTS / key).read_bytes(), len(player.cloud.deliveries)
    player.cloud.put_object(key, body)
    deliver_file(player.cloud, EVENTS / event)
    return json.loads(body), _told(player, before)


def upload(player: Player, request: Mapping[str, Any], manifest: bytes) -> list[Delivery]:
    """Put a manifest and its request into the bucket; what its door was told and answered."""
    before, name = len(player.cloud.deliveries), request["request_id"]
    player.cloud.put_object(request["manifest"]["key"], manifest)
    player.cloud.put_object(
        f"{request['customer']}/requests/{name}.json", json.dumps(request).encode()
    )
    player.cloud.deliver()
    return _told(player, before)


def _told(player: Player, before: int) -> list[Delivery]:
    """The bucket tells of every object; only a request has a rule that takes it."""
    return [
        each
        for each in player.cloud.deliveries[before:]
        if each.function == "ScreeningObjectCreatedFunction"
    ]


def print_request(player: Player, request: Mapping[str, Any]) -> None:
    """A screening request."""
    use, owner = request["use"], request["model_owner"]
    words = f"{use['operation']} for {use['service']} on {request['manifest']['key']}"
    by = f", by {request['combine']}" if "combine" in request else ""
    player.print_request("bucket", f"{words}, {owner} model{by}")


def print_screening(
    player: Player, request: Mapping[str, Any], told: list[Delivery]
) -> ScreeningResult:
    """Rows by outcome with the rules that decided, or what could not be read; one decision for all events."""
    print_request(player, request)
    for each in told:
        if each.error:
            raise UnexpectedResponseError(
                f"the bucket's door: {each.error.type}: {each.error.message}"
            )
    (decision,) = {each.answer["decision_id"] for each in told}
    folder = f"{request['customer']}/screenings/{decision.rpartition('~')[2]}"
    report = json.loads(get_object(player, f"{folder}/report.json"))
    for row_outcome in ROW_OUTCOMES:
        why = report["rules"].get(row_outcome, {})
        why = {**why, **report["invalid_rows"]} if row_outcome == "undetermined" else why
        count = report["outputs"][row_outcome]["rows"]
        rows = f"{count} {'row' if count == 1 else 'rows'}"
        words = ", ".join(f"{times} {said}" for said, times in why.items())
        player.print_result(f"{row_outcome:<13}", f"{rows}: {words}" if words else rows)
    events = f"{len(told)} events (delivered twice), " if len(told) > 1 else ""
    player.print_result(
        f"{'in all':<13}", f"{report['manifest']['rows']} rows; {events}one decision"
    )
    page = f"{folder}/{REPORT_PAGE}"
    player.print_result(f"{'page':<13}", page)
    return _checked(player, request, report, get_object(player, page))


def _checked(
    player: Player, request: Mapping[str, Any], report: Mapping[str, Any], page: bytes
) -> ScreeningResult:
    """Every row of the manifest is in one output, byte for byte, and counted once."""
    outputs = report["outputs"]
    rows = {
        p: get_object(player, outputs[p]["key"]).splitlines(keepends=True) for p in ROW_OUTCOMES
    }
    manifest = get_object(player, request["manifest"]["key"]).splitlines(keepends=True)
    passed = sorted(line for each in rows.values() for line in each)
    player.expect(passed == sorted(manifest), "every row of the manifest in one output")
    counted = {row_outcome: outputs[row_outcome]["rows"] for row_outcome in ROW_OUTCOMES}
    player.expect(
        counted == {p: len(rows[p]) for p in ROW_OUTCOMES}, "rows counted as they lie there"
    )
    return ScreeningResult(report, page, rows)


def get_object(player: Player, key: str) -> bytes:
    """An object of the screening bucket."""
    bucket = player.cloud.outputs["ScreeningBucketName"]
    body: bytes = player.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    return body
