"""The events of events/, each sent through its own door, and what came back told."""

import json
from pathlib import Path
from textwrap import shorten
from typing import Any

from consentry.kernel.ids import decision_id
from infra.demo.answers import Told, asked, done
from infra.demo.stage import NoAnswerError, Stage, opened
from infra.local.files import deliver_file
from infra.local.trace import Delivery

EVENTS = Path(__file__).parents[2] / "events"
OPERATOR = {"sub": "operator", "consentry_customers": "*"}


def ask_http(stage: Stage, name: str, *, expect: str, note: str = "") -> Told:
    """POST /decisions."""
    told = Told.of_answer(opened(deliver_file(stage.cloud, EVENTS / name)))
    stage.tell("HTTP", asked(_body(name)), told, expect=expect, note=_noted(told, note))
    return told


def refused_http(stage: Stage, name: str, *, status: int, why: str) -> None:
    """POST /decisions with what is not of our contract, or not the caller's to ask; `why` is what to look at."""
    _refused(stage, name, asked(_body(name)), status=status, why=why)


def kept_not_http(stage: Stage, name: str, *, status: int, why: str) -> None:
    """POST /consents with an act that cannot be kept."""
    _refused(stage, name, done(_body(name)), status=status, why=why)


def _refused(stage: Stage, name: str, words: str, *, status: int, why: str) -> None:
    said = opened(deliver_file(stage.cloud, EVENTS / name), status=status)
    stage.asks("HTTP", f"{words}; {why}")
    field = f"{said['field']} " if said["field"] else ""
    stage.gets(str(status), f"{said['error']}: {field}{said['problem']}")


def key_http(stage: Stage, name: str, words: str, *, label: str) -> None:
    """POST /keys or /keys/revoke."""
    key = opened(deliver_file(stage.cloud, EVENTS / name))
    stage.asks("HTTP", f"{_body(name)['customer']} {words}")
    stage.gets(label, f"{key['key']['crv']} key {key['kid']}")


def keep_http(stage: Stage, name: str) -> None:
    """POST /consents or /consents/withdraw."""
    tell_kept(stage, _body(name), opened(deliver_file(stage.cloud, EVENTS / name)))


def tell_kept(stage: Stage, consent_event: dict[str, Any], kept: dict[str, Any]) -> None:
    """An act, and what its party's acts come to now."""
    statuses = ", ".join(dict.fromkeys(each["status"] for each in kept["statuses"]))
    stage.asks("HTTP", done(consent_event))
    stage.gets("kept", f"version {kept['version']}; standings now: {statuses}")


def register_http(stage: Stage, name: str) -> None:
    """POST /forms."""
    tell_form(stage, _body(name), opened(deliver_file(stage.cloud, EVENTS / name)))


def tell_form(stage: Stage, form: dict[str, Any], registered: dict[str, Any]) -> None:
    """A form, and the digest by which acts name it."""
    stage.asks("HTTP", f'{form["customer"]} registers a form: "{shorten(form["text"], 60)}"')
    stage.gets("kept", f"SHA-256 {registered['form']}")


def ask_bus(stage: Stage, name: str, *, expect: str, note: str = "") -> Told:
    """A DataUseRequested event, answered by a DataUseDecided event."""
    sent = _sent(stage, name)
    told = [each.event["detail"] for each in sent if each.function is None]
    if len(told) != 1:
        raise NoAnswerError(f"{name}: {len(told)} DataUseDecided events")
    answer = Told.of_answer(told[0])
    stage.tell(
        "bus", asked(_read(name)["detail"]), answer, expect=expect, note=_noted(answer, note)
    )
    return answer


def ask_queue(stage: Stage, name: str, *, expect: str) -> None:
    """A batch of messages; the first is a request, whose decision is read from the log."""
    _sent(stage, name)
    request = json.loads(_read(name)["Records"][0]["body"])
    wanted = decision_id(request["customer"], request["request_id"])
    told = Told.of_row(stage.http("GET", f"/decisions/{wanted}", None, OPERATOR))
    stage.tell("queue", asked(request), told, expect=expect)


def ask_task(stage: Stage, name: str, *, expect: str, note: str = "") -> Told:
    """A Step Functions task."""
    (sent,) = _sent(stage, name)
    if sent.error:
        raise NoAnswerError(f"{name}: {sent.error.type}")
    told = Told.of_answer(sent.answer)
    stage.tell("task", asked(_read(name)), told, expect=expect, note=_noted(told, note))
    return told


def ask_machine(stage: Stage, name: str, *, expect: str) -> None:
    """The sample state machine: the training job starts, or the execution fails."""
    stage.cloud.deliver()  # what the acts before left in the stream
    given, before, started = _read(name), len(stage.cloud.trace), _jobs(stage)
    execution = stage.cloud.execute("GateTrainingStateMachine", given)
    told = Told.of_answer(stage.cloud.trace[before].answer)
    jobs = _jobs(stage) - started
    ended = " ".join(filter(None, (execution.status, execution.error)))
    ended = f"execution {ended}; training jobs started: {jobs}"
    stage.tell("machine", asked(given["request"]), told, expect=expect, note=_noted(told, ended))
    wanted = ("SUCCEEDED", 1) if expect == "allow" else ("FAILED", 0)
    stage.expect((execution.status, jobs) == wanted, "an execution {}, jobs {}".format(*wanted))


def _jobs(stage: Stage) -> int:
    return len(stage.cloud.client("sagemaker").list_training_jobs()["TrainingJobSummaries"])


def _sent(stage: Stage, name: str) -> list[Delivery]:
    before = len(stage.cloud.trace)
    deliver_file(stage.cloud, EVENTS / name)
    return stage.cloud.trace[before:]


def _noted(told: Told, note: str) -> str:
    revision = f"revision {told.revision}" if told.revision > 1 else ""
    return ": ".join(filter(None, (revision, note)))


def _read(name: str) -> Any:
    return json.loads((EVENTS / name).read_text(encoding="utf-8"))


def _body(name: str) -> Any:
    return json.loads(_read(name)["body"])
