"""The events of events/, each sent through its own door, and what came back told."""

import json
from pathlib import Path
from textwrap import shorten
from typing import Any

from consentry.kernel.ids import decision_id
from consentry_demo.player import Player, UnexpectedResponseError, read_json_response
from consentry_demo.summaries import DecisionSummary, describe_event, describe_request
from consentry_emulator.event_files import deliver_file
from consentry_emulator.event_log import Delivery

EVENTS = Path(__file__).parents[2] / "events"
OPERATOR = {"sub": "operator", "consentry_customers": "*"}


def ask_http(player: Player, name: str, *, expect: str, note: str = "") -> DecisionSummary:
    """POST /decisions."""
    told = DecisionSummary.of_answer(read_json_response(deliver_file(player.cloud, EVENTS / name)))
    player.print_decision(
        "HTTP", describe_request(_body(name)), told, expect=expect, note=_noted(told, note)
    )
    return told


def expect_rejected_request(player: Player, name: str, *, status: int, why: str) -> None:
    """POST /decisions with what is not of our contract, or not the caller's to ask; `why` is what to look at."""
    _refused(player, name, describe_request(_body(name)), status=status, why=why)


def expect_rejected_event(player: Player, name: str, *, status: int, why: str) -> None:
    """POST /consents with an act that cannot be kept."""
    _refused(player, name, describe_event(_body(name)), status=status, why=why)


def _refused(player: Player, name: str, words: str, *, status: int, why: str) -> None:
    said = read_json_response(deliver_file(player.cloud, EVENTS / name), status=status)
    player.print_request("HTTP", f"{words}; {why}")
    field = f"{said['field']} " if said["field"] else ""
    player.print_result(str(status), f"{said['error']}: {field}{said['problem']}")


def change_key_by_http(player: Player, name: str, words: str, *, label: str) -> None:
    """POST /keys or /keys/revoke."""
    key = read_json_response(deliver_file(player.cloud, EVENTS / name))
    player.print_request("HTTP", f"{_body(name)['customer']} {words}")
    player.print_result(label, f"{key['key']['crv']} key {key['kid']}")


def record_by_http(player: Player, name: str) -> None:
    """POST /consents or /consents/withdraw."""
    print_recorded_event(
        player, _body(name), read_json_response(deliver_file(player.cloud, EVENTS / name))
    )


def print_recorded_event(
    player: Player, consent_event: dict[str, Any], kept: dict[str, Any]
) -> None:
    """An act, and what its party's acts come to now."""
    statuses = ", ".join(dict.fromkeys(each["status"] for each in kept["statuses"]))
    player.print_request("HTTP", describe_event(consent_event))
    player.print_result("stored", f"version {kept['version']}; statuses now: {statuses}")


def register_form_by_http(player: Player, name: str) -> None:
    """POST /forms."""
    print_form(player, _body(name), read_json_response(deliver_file(player.cloud, EVENTS / name)))


def print_form(player: Player, form: dict[str, Any], registered: dict[str, Any]) -> None:
    """A form, and the digest by which acts name it."""
    player.print_request(
        "HTTP", f'{form["customer"]} registers a form: "{shorten(form["text"], 60)}"'
    )
    player.print_result("stored", f"SHA-256 {registered['form']}")


def ask_bus(player: Player, name: str, *, expect: str, note: str = "") -> DecisionSummary:
    """A DataUseRequested event, answered by a DataUseDecided event."""
    sent = _sent(player, name)
    told = [each.event["detail"] for each in sent if each.function is None]
    if len(told) != 1:
        raise UnexpectedResponseError(f"{name}: {len(told)} DataUseDecided events")
    answer = DecisionSummary.of_answer(told[0])
    player.print_decision(
        "bus",
        describe_request(_read(name)["detail"]),
        answer,
        expect=expect,
        note=_noted(answer, note),
    )
    return answer


def ask_queue(player: Player, name: str, *, expect: str) -> None:
    """A batch of messages; the first is a request, whose decision is read from the log."""
    _sent(player, name)
    request = json.loads(_read(name)["Records"][0]["body"])
    wanted = decision_id(request["customer"], request["request_id"])
    told = DecisionSummary.of_row(player.http("GET", f"/decisions/{wanted}", None, OPERATOR))
    player.print_decision("queue", describe_request(request), told, expect=expect)


def ask_task(player: Player, name: str, *, expect: str, note: str = "") -> DecisionSummary:
    """A Step Functions task."""
    (sent,) = _sent(player, name)
    if sent.error:
        raise UnexpectedResponseError(f"{name}: {sent.error.type}")
    told = DecisionSummary.of_answer(sent.answer)
    player.print_decision(
        "task", describe_request(_read(name)), told, expect=expect, note=_noted(told, note)
    )
    return told


def ask_machine(player: Player, name: str, *, expect: str) -> None:
    """The sample state machine: the training job starts, or the execution fails."""
    player.cloud.deliver()  # what the acts before left in the stream
    given, before, started = _read(name), len(player.cloud.deliveries), _jobs(player)
    execution = player.cloud.execute("GateTrainingStateMachine", given)
    told = DecisionSummary.of_answer(player.cloud.deliveries[before].answer)
    jobs = _jobs(player) - started
    ended = " ".join(filter(None, (execution.status, execution.error)))
    ended = f"execution {ended}; training jobs started: {jobs}"
    player.print_decision(
        "machine", describe_request(given["request"]), told, expect=expect, note=_noted(told, ended)
    )
    wanted = ("SUCCEEDED", 1) if expect == "allow" else ("FAILED", 0)
    player.expect((execution.status, jobs) == wanted, "an execution {}, jobs {}".format(*wanted))


def _jobs(player: Player) -> int:
    return len(player.cloud.client("sagemaker").list_training_jobs()["TrainingJobSummaries"])


def _sent(player: Player, name: str) -> list[Delivery]:
    before = len(player.cloud.deliveries)
    deliver_file(player.cloud, EVENTS / name)
    return player.cloud.deliveries[before:]


def _noted(told: DecisionSummary, note: str) -> str:
    revision = f"revision {told.revision}" if told.revision > 1 else ""
    return ": ".join(filter(None, (revision, note)))


def _read(name: str) -> Any:
    return json.loads((EVENTS / name).read_text(encoding="utf-8"))


def _body(name: str) -> Any:
    return json.loads(_read(name)["body"])
