"""`consentry customer`: an operator assigns terms and guardrails to a customer."""

import json
from pathlib import Path

import pytest

from tests.testkit.command_line import Run

pytestmark = pytest.mark.usefixtures("tables")

REQUEST = {
    "request_id": "r-1",
    "customer": "acme",
    "use": {"operation": "evaluate", "service": "general"},
    "model_owner": "first_party",
    "declared_by": "curator",
    "data": ["service_generated.telemetry"],
    "collected": {"at": "2024-02-01T09:00:00Z", "by_service": "general"},
}


def test_an_assignment_is_stored_and_shown(run: Run) -> None:
    default = run("customer", "show", "acme")
    assigned = run("customer", "assign", "acme", "--terms", "zoom-terms")
    shown = run("customer", "show", "acme")

    assert default.out == (
        "version 0: terms announced, guardrails house: the defaults, nothing is assigned\n"
    )
    assert assigned.out.startswith("version 1: terms zoom-terms, guardrails house, since 20")
    assert shown.out == assigned.out


def test_guardrails_are_written_as_in_the_environment(run: Run) -> None:
    words = ("customer", "assign", "acme", "--terms", "announced", "--guardrails")

    assert "guardrails house (dry run), since" in run(*words, "house:dry_run").out
    assert "guardrails none, since" in run(*words, "").out


def test_the_assigned_terms_decide_from_then_on(run: Run, tmp_path: Path) -> None:
    first, again = tmp_path / "request.json", tmp_path / "again.json"
    first.write_text(json.dumps(REQUEST))
    again.write_text(json.dumps(REQUEST | {"request_id": "r-2"}))

    before = run("decide", first)
    run("customer", "assign", "acme", "--terms", "zoom-terms")
    replayed, after = run("decide", first), run("decide", again)

    assert (before.code, replayed.code, after.code) == (0, 3, 3)
    assert "announced 2023-07-27 permit" in before.out
    assert "revision 2" in replayed.out
    assert "zoom-terms 2023-08-11 not_covered" in after.out


@pytest.mark.parametrize(
    "words",
    [
        ("acme", "--terms", "nowhere"),
        ("acme", "--terms", "house"),
        ("a#b", "--terms", "announced"),
        ("acme", "--terms", "announced", "--guardrails", "house,house"),
    ],
    ids=["unknown terms", "guardrails as terms", "invalid customer", "guardrails twice"],
)
def test_an_invalid_assignment_is_an_error(words: tuple[str, ...], run: Run) -> None:
    ended = run("customer", "assign", *words)

    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert "the defaults" in run("customer", "show", "acme").out
