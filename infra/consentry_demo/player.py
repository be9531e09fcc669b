"""Plays a scenario on the emulator: sends each step, prints its result, collects what is unexpected."""

import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path
from shlex import split
from tempfile import TemporaryDirectory
from typing import Any, cast
from unittest.mock import patch

from rich.text import Text

from consentry.kernel import strict_json
from consentry.kernel.ids import decision_id
from consentry_cli.errors import errors_reported
from consentry_cli.local_stack import deliver_file
from consentry_cli.main import app as command_line
from consentry_cli.session import OUTPUTS, PARAMETERS
from consentry_demo import results, screening
from consentry_demo.console import STYLES, DemoConsole
from consentry_demo.results import Result, UnexpectedResponseError
from consentry_demo.scenario import (
    AskByDate,
    DatedQuestion,
    Scenario,
    Section,
    Step,
    differences,
    substitute,
)
from consentry_demo.screening import EVENTS
from consentry_emulator.emulator import Emulator
from consentry_emulator.event_log import Delivery
from consentry_emulator.process_isolation import clock_at
from consentry_emulator.sam_transform import REGION

GATE = "GateTrainingStateMachine"


@dataclass
class Player:
    """One run of a scenario; `saved` holds what steps saved."""

    cloud: Emulator
    console: DemoConsole
    scenario: Scenario
    saved: dict[str, Any] = field(default_factory=dict)
    last_page: bytes = b""

    def play(self, section: Section) -> None:
        """Play one section."""
        self.console.title(section.title)
        for step in section.steps:
            with _clock(step.clock):
                self._play(step)

    def _play(self, step: Step) -> None:
        answer: tuple[str, Result] | None = getattr(self, f"_{step.verb}")(step)
        if answer is None:
            return
        trigger, result = answer
        self.console.sent(trigger, step.say or step.command)
        self.console.results(results.describe(result))
        for difference in differences(substitute(step.expect, self.saved), result):
            self.console.expect(False, f"{step.say or step.verb}: {difference}")
        for name, source in step.save.items():
            self.saved[name] = result.get(source)

    def _text(self, step: Step) -> None:
        self.console.say(step.text, indent=2)

    def _send(self, step: Step) -> tuple[str, Result]:
        path = EVENTS / step.send
        trigger = path.name.partition("-")[0]
        before = len(self.cloud.deliveries)
        if trigger == "task" and "training" in _read(path):
            return "machine", self._run_gate(_read(path))
        answer = deliver_file(self.cloud, path)
        sent = self.cloud.deliveries[before:]
        match trigger:
            case "http":
                return "HTTP", results.of_response(answer)
            case "bus":
                return "bus", _of_bus(sent)
            case "queue":
                return "queue", self._logged(json.loads(_read(path)["Records"][0]["body"]))
            case "task":
                return "task", _of_task(sent)
            case "schedule":
                return "schedule", _of_schedule(sent)
            case _:
                logs = [each.log for each in sent if each.error is None and each.function]
                propagated = sum('"message":"propagated"' in log for log in logs)
                return "stream" if trigger == "stream" else "queue", {"propagated": propagated}

    def _call(self, step: Step) -> tuple[str, Result]:
        method, _, path = substitute(step.call, self.saved).partition(" ")
        return "HTTP", self.http(method, path, substitute(step.body, self.saved), step.as_)

    def http(self, method: str, path: str, body: Any, caller: str) -> dict[str, Any]:
        """The result of one HTTP request by a caller of the scenario."""
        claims = self.scenario.callers[caller]
        return results.of_response(self.cloud.http(method, path, body, claims))

    def _command(self, step: Step) -> tuple[str, Result]:
        before = len(self.cloud.deliveries)
        settings = {name: self.cloud.outputs[output] for name, output in OUTPUTS.items()}
        with TemporaryDirectory() as folder, redirect_stdout(StringIO()) as printed:
            words = split(step.command)
            for name, content in step.files.items():
                Path(folder, name).write_text(content, "utf-8")
                words = [str(Path(folder, name)) if word == name else word for word in words]
            environment = settings | self._parameters() | {"AWS_DEFAULT_REGION": REGION}
            with patch.dict(os.environ, environment), errors_reported():
                command_line(words, result_action="return_value")
        self.cloud.deliver()
        text = printed.getvalue().strip()
        expected = step.expect.get("output", "")
        return "command", {
            "output": expected if expected in text else text,
            "published": _published_types(self.cloud.deliveries[before:]),
        }

    def _parameters(self) -> dict[str, str]:
        given = self.scenario.parameters
        return {
            name: given[parameter] for name, parameter in PARAMETERS.items() if parameter in given
        }

    def _screen(self, step: Step) -> tuple[str, Result]:
        result = screening.screen(self.cloud, step.screen)
        self.last_page = result.get("page", self.last_page)
        return "bucket", result

    def _permit(self, step: Step) -> tuple[str, Result]:
        return "bucket", screening.permit_of(self.cloud, EVENTS / step.permit)

    def _deliver(self, _: Step) -> tuple[str, Result]:
        before = len(self.cloud.deliveries)
        self.cloud.deliver()
        return "stream", {"published": _published_types(self.cloud.deliveries[before:])}

    def _execute(self, step: Step) -> tuple[str, Result]:
        return "machine", self._run_gate(substitute(step.execute, self.saved))

    def _run_gate(self, execution_input: Any) -> Result:
        self.cloud.deliver()  # What earlier steps left in the stream.
        before = self._training_jobs()
        execution = self.cloud.execute(GATE, execution_input)
        started = self._training_jobs() - before
        result: dict[str, Any] = {
            "execution": execution.status,
            "cause": execution.cause,
            "training_jobs": len(started),
        }
        for job in started:
            described = self.cloud.client("sagemaker").describe_training_job(TrainingJobName=job)
            (channel,) = described["InputDataConfig"]
            # The prefix of an output is its SHA-256.
            result["trains_on"] = channel["DataSource"]["S3DataSource"]["S3Uri"].split("/")[-2]
        return result

    def _training_jobs(self) -> set[str]:
        listed = self.cloud.client("sagemaker").list_training_jobs()["TrainingJobSummaries"]
        return {job["TrainingJobName"] for job in listed}

    def _logged(self, request: Mapping[str, Any]) -> Result:
        """The decision on a queue's request, read from the log."""
        customer = request["customer"]
        wanted = decision_id(customer, request["request_id"])
        row = self.http("GET", f"/customers/{customer}/decisions/{wanted}", None, "operator")
        denied = row["outcome"] == "deny"
        deciding = [
            reason
            for reason in row["reasons"]
            if reason["enforced"] and (reason["ruling"] != "permit") is denied
        ]
        return {**row, "reasons": deciding}

    def _dead_letters(self, step: Step) -> None:
        for queue, count in step.dead_letters.items():
            found = [each for each in self.cloud.dead_letters() if each.queue.endswith(queue)]
            messages = [letter.attributes.get("ErrorMessage") for letter in found]
            lines = [("dead", f"messages in {queue}: {len(found)}")]
            self.console.results([*lines, *(("", f"error: {each}") for each in messages if each)])
            self.console.expect(len(found) == count, f"{len(found)} messages in {queue}")

    def _published(self, step: Step) -> None:
        """The last event of the sample's type has the sample's fields."""
        sample = _read(EVENTS / step.published)
        found = [
            each.event
            for each in self.cloud.deliveries
            if each.function is None and each.event["detail-type"] == sample["detail-type"]
        ]
        shapes = [(event.keys(), event["detail"].keys()) for event in found[-1:]]
        same = shapes == [(sample.keys(), sample["detail"].keys())]
        self.console.expect(same, f"no published event has the fields of {step.published}")

    def _ask_by_date(self, step: Step) -> None:
        question = cast(AskByDate, step.ask_by_date)
        heads = f"{'clock':<12}{'collected':<12}{'consent':<10}{'answer':<8}"
        self.console.row(Text(f"{heads}by", style="cyan"))
        for row in question.rows:
            for consent, customer in (("granted", question.consenting), ("none", question.others)):
                with _clock(row.clock):
                    result = self._ask(question, row, customer)
                cells = f"{row.clock:<12}{row.collected:<12}{consent:<10}"
                outcome, expected = result["outcome"], getattr(row, consent)
                line = Text(cells).append(f"{outcome.upper():<8}", STYLES[outcome])
                self.console.row(line.append("; ".join(map(_version, result["reasons"]))))
                on_date = result["at"].startswith(row.clock)
                words = f"{outcome} on {row.clock}, collected {row.collected}, consent {consent}"
                self.console.expect(outcome == expected and on_date, words)

    def _ask(self, question: AskByDate, row: DatedQuestion, customer: str) -> Result:
        collected = question.request["collected"] | {"at": f"{row.collected}T09:00:00Z"}
        request_id = f"question-{row.clock}-collected-{row.collected}"
        body = {**question.request, "request_id": request_id, "collected": collected}
        return self.http("POST", f"/customers/{customer}/decisions", body, "operator")


def _clock(date: str | None) -> AbstractContextManager[None]:
    return clock_at(datetime.fromisoformat(f"{date}T12:00:00Z")) if date else nullcontext()


def _of_bus(sent: list[Delivery]) -> Result:
    published = [each.event["detail"] for each in sent if each.function is None]
    failed = [each for each in sent if each.error]
    if len(published) == 1:
        return dict(published[0])
    if failed and failed[0].error:
        return {"error": failed[0].error.type, "attempts": failed[0].attempts}
    raise UnexpectedResponseError(f"{len(published)} events answered an event on the bus")


def _of_task(sent: list[Delivery]) -> Result:
    if len(sent) != 1 or sent[0].error:
        raise UnexpectedResponseError("the task failed")
    return dict(sent[0].answer)


def _of_schedule(sent: list[Delivery]) -> Result:
    if not sent or sent[0].error:
        raise UnexpectedResponseError("the scheduled function failed")
    return {"published": _published_types(sent)}


def _published_types(sent: list[Delivery]) -> list[str]:
    """The types of the events on the bus, each once."""
    types = (each.event["detail-type"] for each in sent if each.function is None)
    return list(dict.fromkeys(types))


def _version(reason: Result) -> str:
    """The terms version with its clauses, or the explanation where no version decided."""
    if reason.get("version") in (None, "-"):
        return ", ".join(reason["explanations"])
    clauses = ", ".join(reason["clauses"]) or "not covered"
    return f"{reason['policy_set_id']}@{reason['version']}, {clauses}"


def _read(path: Path) -> Any:
    return strict_json.loads(path.read_bytes())
