"""`consentry local invoke`: a line of JSON for each delivery, and an exit code that says how it ended."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
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
        ("decisions/task-gate-training.json", 3, "task"),
    ],
)
def test_an_event_is_answered_in_lines_of_json_and_by_an_exit_code(
    run: Run, event: str, code: int, trigger: str
) -> None:
    ended = run("local", "invoke", EVENTS / event)

    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == code
    assert (lines[0]["trigger"], lines[0]["event"]) == (trigger, str(EVENTS / event))
    assert (lines[-1].get("dead_letter_queue") is not None) == (code == 1 and trigger != "http")


def test_the_objects_beside_an_event_file_lie_in_the_bucket_before_it_is_sent(run: Run) -> None:
    ended = run("local", "invoke", EVENTS / "screening" / "object-created-meetings.json")

    answers = [line for line in map(json.loads, ended.out.splitlines()) if "function" in line]
    screened = [
        line["answer"] for line in answers if line["function"] == "ScreeningObjectCreatedFunction"
    ]
    assert [answer["outcome"] for answer in screened] == ["allow"]
    assert ended.code == 0


def test_a_file_that_is_no_event_is_refused_by_its_name(run: Run, tmp_path: Path) -> None:
    broken, gone = tmp_path / "broken.json", tmp_path / "gone.json"
    broken.write_text('{\n"a": b}')

    ended = run("local", "invoke", broken)

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"error: {broken}: is not JSON: line 2, column 6\n"
    assert run("local", "invoke", gone).err == f"error: {gone}: is no file\n"


@pytest.mark.parametrize(
    "words",
    [
        *(("demo", "--template", "{gone}"), ("demo", "--ami", "{gone}")),
        *(("local", "--template", "{gone}"), ("local", "serve", "--template", "{gone}")),
    ],
    ids=" ".join,
)
def test_what_a_command_needs_is_looked_for_before_anything_is_raised(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    gone = tmp_path / "gone"

    ended = run(*(word.format(gone=gone) for word in words))

    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {gone}: is no ")
