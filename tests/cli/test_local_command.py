"""`consentry local invoke` prints a line of JSON for each delivery, and has an exit code for the result."""

import json
from pathlib import Path

import pytest

from tests.testkit.command_line import Run
from tests.testkit.demo import ROOT

EVENTS = ROOT / "events"


@pytest.mark.parametrize(
    ("event", "code", "trigger"),
    [
        ("decisions/http-telemetry.json", 0, "http"),
        ("decisions/http-train-on-audio.json", 3, "http"),
        ("decisions/http-claims-consent.json", 1, "http"),
        ("decisions/bus-train-on-chat.json", 3, "bus"),
        ("decisions/bus-unknown-field.json", 1, "bus"),
        ("decisions/queue-one-good-one-poison.json", 1, "queue"),
    ],
)
def test_each_delivery_is_a_line_of_json_and_the_exit_code_is_the_result(
    run: Run, event: str, code: int, trigger: str
) -> None:
    ended = run("local", "invoke", EVENTS / event)

    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == code
    assert (lines[0]["trigger"], lines[0]["event"]) == (trigger, str(EVENTS / event))
    assert (lines[-1].get("dead_letter_queue") is not None) == (code == 1 and trigger != "http")


def test_an_execution_that_starts_no_job_is_an_error(run: Run) -> None:
    ended = run("local", "invoke", EVENTS / "permits" / "task-gate-training.json")

    task, execution = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 1
    assert (task["trigger"], task["error"]["type"]) == ("task", "InvalidPermitSignatureError")
    assert (execution["execution"], execution["error"]) == ("FAILED", "Consentry.Denied")


def test_the_objects_next_to_an_event_file_are_in_the_bucket_before_it_is_sent(run: Run) -> None:
    ended = run("local", "invoke", EVENTS / "screening" / "object-created-meetings.json")

    answers = [line for line in map(json.loads, ended.out.splitlines()) if "function" in line]
    screened = [
        line["answer"] for line in answers if line["function"] == "ScreeningObjectCreatedFunction"
    ]
    assert [answer["outcome"] for answer in screened] == ["allow"]
    assert ended.code == 0


def test_an_error_names_the_file_that_is_no_event(run: Run, tmp_path: Path) -> None:
    broken, gone = tmp_path / "broken.json", tmp_path / "gone.json"
    broken.write_text('{\n"a": b}')

    ended = run("local", "invoke", broken)

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"error: {broken}: is not JSON: line 2, column 6\n"
    assert run("local", "invoke", gone).err == f"error: {gone}: is not a file\n"


@pytest.mark.parametrize(
    "words",
    [
        *(("demo", "--template", "{gone}"), ("demo", "--ami", "{gone}")),
        *(("local", "--template", "{gone}"), ("local", "serve", "--template", "{gone}")),
    ],
    ids=" ".join,
)
def test_a_missing_file_is_an_error_before_the_stack_is_created(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    gone = tmp_path / "gone"

    ended = run(*(word.format(gone=gone) for word in words))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {gone}: is not a ")
