"""`consentry customer`: an operator binds a customer to its books."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

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


def test_a_customer_is_bound_and_shown_with_its_books(run: Run) -> None:
    never = run("customer", "show", "acme")
    bound = run("customer", "assign", "acme", "--terms", "zoom-terms")
    shown = run("customer", "show", "acme")

    assert never.out == (
        "version 0: terms announced, guardrails house: never bound, so by the environment\n"
    )
    assert bound.out.startswith("version 1: terms zoom-terms, guardrails house, since 20")
    assert shown.out == bound.out


def test_limits_are_named_as_in_the_environment_or_left_out(run: Run) -> None:
    words = ("customer", "assign", "acme", "--terms", "announced", "--guardrails")

    assert "guardrails house (dry run), since" in run(*words, "house:dry_run").out
    assert "guardrails none, since" in run(*words, "").out


def test_from_then_on_decisions_are_by_those_books(run: Run, tmp_path: Path) -> None:
    use_request, again = tmp_path / "asked.json", tmp_path / "again.json"
    use_request.write_text(json.dumps(REQUEST))
    again.write_text(json.dumps(REQUEST | {"request_id": "r-2"}))

    before = run("decide", use_request)
    run("customer", "assign", "acme", "--terms", "zoom-terms")
    replayed, after = run("decide", use_request), run("decide", again)

    assert (before.code, replayed.code, after.code) == (0, 3, 3)
    assert "announced 2023-07-27 permit" in before.out
    assert "revision 2" in replayed.out
    assert "zoom-terms 2023-08-11 silent" in after.out


@pytest.mark.parametrize(
    "words",
    [
        ("acme", "--terms", "nowhere"),
        ("acme", "--terms", "house"),
        ("a#b", "--terms", "announced"),
        ("acme", "--terms", "announced", "--guardrails", "house,house"),
    ],
    ids=["no such book", "a limit book", "no customer's id", "a limit twice"],
)
def test_what_binds_nobody_is_refused(words: tuple[str, ...], run: Run) -> None:
    ended = run("customer", "assign", *words)

    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert "never bound" in run("customer", "show", "acme").out
