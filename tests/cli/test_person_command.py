"""`consentry person` on tables of moto."""

import json
from io import StringIO
from pathlib import Path

import boto3
import pytest

from tests.testkit.command_line import TABLES, Run
from tests.testkit.names_in_text import contains_name


def test_a_person_is_erased_and_the_retained_data_is_listed(run: Run, tables: None) -> None:
    run("consent", "refuse", "acme", "--person", "ana", "--consent-event-id", "no-1")

    erased = run("person", "erase", "acme", "ana", "--erasure-id", "e-1", "--yes")
    again = run("person", "erase", "acme", "ana", "--erasure-id", "e-1", "--yes")
    shown = run("consent", "show", "acme", "--person", "ana")

    assert erased.code == again.code == 0
    assert "destroyed: the pseudonym and 1 consent events" in erased.out
    assert "nothing destroyed: this erasure was complete before" in again.out
    assert erased.out.splitlines()[2:] == again.out.splitlines()[2:]
    assert "Point-in-time backups of the tables, until 20" in erased.out
    assert "delete them yourself" in erased.out
    assert "withdrawal (e-1)" in shown.out
    assert "no-1" not in shown.out
    scanned = [boto3.client("dynamodb").scan(TableName=name)["Items"] for name in TABLES.values()]
    assert "no-1" not in json.dumps(scanned, default=repr)


def test_erasing_asks_first(run: Run, tables: None, monkeypatch: pytest.MonkeyPatch) -> None:
    run("consent", "refuse", "acme", "--person", "ana", "--consent-event-id", "no-1")

    nobody = run("person", "erase", "acme", "ana")
    answered = []
    for answer in ("no\n", "", "yes\n"):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        answered.append(run("person", "erase", "acme", "ana").code)

    assert (nobody.code, "error: yes: is required" in nobody.err) == (1, True)
    assert answered == [1, 1, 0]


class Terminal(StringIO):
    """An input that a person types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("known", "typed"),
    [("ana@acme.example", "Ana@Acme.example"), ("1272.0", "1272"), ("7", "007")],
    ids=["letters", "decimal", "zeros"],
)
def test_an_id_in_another_writing_is_reported_and_found(
    run: Run, tables: None, known: str, typed: str
) -> None:
    run("consent", "refuse", "acme", "--person", known)

    found = run("person", "similar", "acme", typed)
    erased = run("person", "erase", "acme", typed, "--yes")
    own = run("person", "similar", "acme", known)

    assert found.out.splitlines()[:2] == [
        "this id is not known",
        "1 other people have it in another writing",
    ]
    assert "refused" in found.out
    assert "the person was not known under this id: nothing destroyed" in erased.out
    assert "1 other person has this id in another writing" in erased.out
    assert own.out.splitlines()[0] == "this id is known"
    assert not contains_name(found.out + erased.out, known)


def test_a_command_for_a_customer_that_does_not_exist_writes_nothing(
    run: Run, tables: None
) -> None:
    refused = run("consent", "refuse", "acmee", "--person", "ana")
    erased = run("person", "erase", "acmee", "ana", "--yes")

    assert (refused.code, erased.code) == (1, 1)
    assert "error: no such customer" in refused.err
    scanned = [boto3.client("dynamodb").scan(TableName=name)["Items"] for name in TABLES.values()]
    assert "acmee" not in json.dumps(scanned, default=repr)


def test_an_invalid_id_is_an_error_that_does_not_repeat_it(run: Run, tables: None) -> None:
    result = run("person", "erase", "acme", "ana n\x85")

    assert result.code == 1
    assert "error: party.person: " in result.err
    assert not contains_name(result.err, "ana")


@pytest.mark.parametrize("person", ["-ana", "--help me", "José |", "auth0|5f7c"])
def test_a_person_with_any_id_is_refused_and_exported(
    run: Run, tables: None, tmp_path: Path, person: str
) -> None:
    assert run("consent", "refuse", "acme", "--person", person).code == 0

    assert run("person", "export", "acme", person, "--to", tmp_path).code == 0

    exported = json.loads((tmp_path / "person.json").read_text("utf-8"))
    assert (exported["person"], len(exported["consent_events"])) == (person, 1)


def test_an_export_is_two_files_for_the_operator_alone(
    run: Run, tables: None, tmp_path: Path
) -> None:
    run("consent", "refuse", "acme", "--person", "ana", "--consent-event-id", "no-1")

    written = run("person", "export", "acme", "ana", "--to", tmp_path)

    known = json.loads((tmp_path / "person.json").read_bytes())
    page = (tmp_path / "person.html").read_text()
    assert written.code == 0
    assert written.out.startswith("1 consent event, 0 decisions, 0 data sets: ")
    assert (known["person"], known["consent_events"][0]["consent_event"]["consent_event_id"]) == (
        "ana",
        "no-1",
    )
    assert "<h1>ana</h1>" in page
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_an_export_replaces_readable_files_by_private_ones(
    run: Run, tables: None, tmp_path: Path
) -> None:
    for name in ("person.json", "person.html"):
        (tmp_path / name).touch(mode=0o644)

    run("person", "export", "acme", "ana", "--to", tmp_path)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"person.json": 0o600, "person.html": 0o600}


def test_an_export_that_cannot_be_written_is_an_error(
    run: Run, tables: None, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")

    result = run("person", "export", "acme", "ana", "--to", tmp_path / "file")

    assert result.code == 1
    assert "error: to: cannot be written" in result.err


def test_the_opt_out_of_an_erased_person_counts_as_recorded_before(
    run: Run, tables: None, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("user_id,ai_opt_out\nana,true\nben,true\n")
    run("consent", "import", people, "--customer", "acme")
    run("person", "erase", "acme", "ana")

    again = run("consent", "import", people, "--customer", "acme")

    assert again.code == 0
    assert again.out.startswith("0 refused, 2 recorded before")
