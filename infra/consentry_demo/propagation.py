"""A withdrawal on its way to what was built (data set, permit, model): what is told, and what is to be done."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from consentry_demo import customers
from consentry_demo.event_steps import EVENTS, print_recorded_event
from consentry_demo.player import Player, read_json_response
from consentry_emulator.event_files import deliver_file


def register_model(player: Player, data_set: str, model: Mapping[str, str]) -> None:
    """acme tells what it made of a data set, which is clean."""
    found = player.http("POST", f"/datasets/{data_set}/models", model, customers.ACME)
    player.print_request("HTTP", f"acme made {model['model_id']} ({model['kind']}) of the data set")
    _print_data_set(player, found)
    player.expect(found["status"] == "clean", "a clean data set")


def propagate(player: Player, data_set: str, person: str) -> None:
    """Somebody in the data set withdraws; it lands: marked, told, and a remedy stated for each model."""
    player.cloud.deliver()  # what earlier acts left in the stream
    consent_event = customers.withdrawal(person)
    kept = player.http("POST", "/consents/withdraw", consent_event, customers.ACME)
    print_recorded_event(player, consent_event, kept)
    under_way = _print_withdrawal(player, kept["withdrawal_id"])
    player.expect(
        under_way["started_at"] is None, "a withdrawal that holds, and has not begun to travel"
    )
    before = len(player.cloud.deliveries)
    player.cloud.deliver()
    told = [each.event for each in player.cloud.deliveries[before:] if each.function is None]
    player.print_request("stream", "the act is delivered, queued and carried on; on the bus:")
    for event in told:
        player.print_result("event", f"{event['detail-type']} of {event['detail']['data_set_id']}")
    landed = _print_withdrawal(player, kept["withdrawal_id"])
    _expect_propagated(player, data_set, told, landed)
    _expect_sample_shape(player, told)


def ask_unknown(player: Player) -> None:
    """What is no data set is not there, for whoever asks."""
    for name in (
        "datasets/http-get-unknown-data-set.json",
        "datasets/http-register-model-of-unknown-data-set.json",
    ):
        read_json_response(deliver_file(player.cloud, EVENTS / name), status=404)


def _expect_sample_shape(player: Player, told: list[Any]) -> None:
    """Each event has the shape of its sample in events/."""
    for name in (
        "propagation/published-data-set-tainted.json",
        "propagation/published-permit-revoked.json",
    ):
        sample = json.loads((EVENTS / name).read_bytes())
        alike = [each for each in told if each["detail-type"] == sample["detail-type"]]
        shapes = {(tuple(e), tuple(e["detail"])) for e in alike}
        player.expect(shapes == {(tuple(sample), tuple(sample["detail"]))}, f"events as {name}")


def _expect_propagated(
    player: Player, data_set: str, told: list[Any], landed: Mapping[str, Any]
) -> None:
    of_it = [e["detail-type"] for e in told if e["detail"]["data_set_id"] == data_set]
    player.expect(of_it == ["DataSetTainted", "PermitRevoked"], "both events of the data set")
    reached = {each["data_set_id"] for each in landed["data_sets"] if each["propagated_at"]}
    player.expect(bool(landed["completed_at"]) and data_set in reached, "a withdrawal that landed")
    found = player.http("GET", f"/datasets/{data_set}", None, customers.ACME)
    player.print_request("HTTP", f"GET /datasets/{data_set}")
    _print_data_set(player, found)
    stated = {each["model_id"] for each in found["remediations"]}
    made = {each["model"]["model_id"] for each in found["models"]}
    player.expect(stated == {None, *made}, "a remedy for the data set and for each model")


def _print_withdrawal(player: Player, withdrawal: str) -> dict[str, Any]:
    found = player.http("GET", f"/withdrawals/{withdrawal}", None, customers.ACME)
    player.print_request("HTTP", f"GET /withdrawals/{withdrawal}")
    if found["completed_at"]:
        acted, ended = (
            datetime.fromisoformat(found[at]) for at in ("withdrawn_at", "completed_at")
        )
        counts = f"{len(found['data_sets'])} data sets that hold the person"
        words = f"everywhere, {(ended - acted).total_seconds():.1f} s after the act: {counts}"
    else:
        words = "not yet: it holds for every decision, and is on its way to what was built"
    player.print_result("landed", words)
    return found


def _print_data_set(player: Player, found: Mapping[str, Any]) -> None:
    people = found["data_set"]["people"]["people"]
    player.print_result(
        "is", f"{found['status']}: {found['data_set']['rows']} rows, {people} people"
    )
    for each in found["remediations"]:
        player.print_detail(
            f"stated, not done: {each['action']} ({each['model_id'] or 'the data set'})"
        )
