"""A withdrawal on its way to what was built (data set, permit, model): what is told, and what is to be done."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from infra.demo import cast
from infra.demo.doors import EVENTS, tell_kept
from infra.demo.stage import Stage, opened
from infra.local.files import deliver_file


def register_model(stage: Stage, data_set: str, model: Mapping[str, str]) -> None:
    """acme tells what it made of a data set, which is clean."""
    found = stage.http("POST", f"/datasets/{data_set}/models", model, cast.ACME)
    stage.asks("HTTP", f"acme made {model['model_id']} ({model['kind']}) of the data set")
    _tell_data_set(stage, found)
    stage.expect(found["status"] == "clean", "a clean data set")


def reach(stage: Stage, data_set: str, person: str) -> None:
    """Somebody in the data set withdraws; it lands: marked, told, and a remedy stated for each model."""
    stage.cloud.deliver()  # what earlier acts left in the stream
    consent_event = cast.withdrawal(person)
    kept = stage.http("POST", "/consents/withdraw", consent_event, cast.ACME)
    tell_kept(stage, consent_event, kept)
    under_way = _tell_withdrawal(stage, kept["withdrawal_id"])
    stage.expect(
        under_way["started_at"] is None, "a withdrawal that holds, and has not begun to travel"
    )
    before = len(stage.cloud.trace)
    stage.cloud.deliver()
    told = [each.event for each in stage.cloud.trace[before:] if each.function is None]
    stage.asks("stream", "the act is delivered, queued and carried on; on the bus:")
    for event in told:
        stage.gets("told", f"{event['detail-type']} of {event['detail']['data_set_id']}")
    landed = _tell_withdrawal(stage, kept["withdrawal_id"])
    _expect_landed(stage, data_set, told, landed)
    _expect_as_sampled(stage, told)


def ask_unknown(stage: Stage) -> None:
    """What is no data set is not there, for whoever asks."""
    for name in ("dataset/api-show-unknown.json", "dataset/api-model-of-unknown.json"):
        opened(deliver_file(stage.cloud, EVENTS / name), status=404)


def _expect_as_sampled(stage: Stage, told: list[Any]) -> None:
    """Each event has the shape of its sample in events/."""
    for name in ("consent/told-data-set-tainted.json", "consent/told-permit-revoked.json"):
        sample = json.loads((EVENTS / name).read_bytes())
        alike = [each for each in told if each["detail-type"] == sample["detail-type"]]
        shapes = {(tuple(e), tuple(e["detail"])) for e in alike}
        stage.expect(shapes == {(tuple(sample), tuple(sample["detail"]))}, f"events as {name}")


def _expect_landed(stage: Stage, data_set: str, told: list[Any], landed: Mapping[str, Any]) -> None:
    of_it = [e["detail-type"] for e in told if e["detail"]["data_set_id"] == data_set]
    stage.expect(of_it == ["DataSetTainted", "PermitRevoked"], "both events of the data set")
    reached = {each["data_set_id"] for each in landed["data_sets"] if each["propagated_at"]}
    stage.expect(bool(landed["completed_at"]) and data_set in reached, "a withdrawal that landed")
    found = stage.http("GET", f"/datasets/{data_set}", None, cast.ACME)
    stage.asks("HTTP", f"GET /datasets/{data_set}")
    _tell_data_set(stage, found)
    stated = {each["model_id"] for each in found["remediations"]}
    made = {each["model"]["model_id"] for each in found["models"]}
    stage.expect(stated == {None, *made}, "a remedy for the data set and for each model")


def _tell_withdrawal(stage: Stage, withdrawal: str) -> dict[str, Any]:
    found = stage.http("GET", f"/withdrawals/{withdrawal}", None, cast.ACME)
    stage.asks("HTTP", f"GET /withdrawals/{withdrawal}")
    if found["completed_at"]:
        acted, ended = (
            datetime.fromisoformat(found[at]) for at in ("withdrawn_at", "completed_at")
        )
        counts = f"{len(found['data_sets'])} data sets that hold the person"
        words = f"everywhere, {(ended - acted).total_seconds():.1f} s after the act: {counts}"
    else:
        words = "not yet: it holds for every decision, and is on its way to what was built"
    stage.gets("landed", words)
    return found


def _tell_data_set(stage: Stage, found: Mapping[str, Any]) -> None:
    people = found["data_set"]["people"]["people"]
    stage.gets("is", f"{found['status']}: {found['data_set']['rows']} rows, {people} people")
    for each in found["remediations"]:
        stage.adds(f"stated, not done: {each['action']} ({each['model_id'] or 'the data set'})")
