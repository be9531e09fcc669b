"""`consentry consent` and `consentry decide` on tables of moto."""

import json
from pathlib import Path

import pytest

from tests.testkit.command_line import SCOPE_OPTIONS, TABLES, Run, deploy, request
from tests.testkit.names_in_text import contains_name

NOW = "statuses now:"
GRANT = (
    "consent",
    "grant",
    "acme",
    "--party",
    "customer",
    "--use",
    "fine_tune/meeting_summary",
    "--data",
)
CONTENT = (*GRANT, "customer_content")


@pytest.fixture
def form(tmp_path: Path, run: Run, tables: None) -> str:
    text = tmp_path / "form.txt"
    text.write_text("May we learn from your meetings?")
    return run(
        "consent",
        "form",
        text,
        "--customer",
        "acme",
        "--covers-collected",
        "anytime",
        *SCOPE_OPTIONS,
    ).out.strip()


def test_a_signed_grant_turns_a_denial_into_an_allow_and_a_withdrawal_turns_it_back(
    run: Run, form: str, tmp_path: Path
) -> None:
    before = run("decide", request(tmp_path))
    granted = run(*CONTENT, "--form", form, "--signature", "click")
    allowed = run("decide", request(tmp_path, request_id="r-2"))
    withdrawn = run("consent", "withdraw", "acme", "--person", "ana")
    again = run("decide", request(tmp_path, request_id="r-2"))

    assert (before.code, granted.code, allowed.code, withdrawn.code, again.code) == (3, 0, 0, 0, 3)
    assert withdrawn.out.endswith(f"{NOW} withdrawn\n")
    assert "needs the customer's consent on a form that covers earlier data" in before.out
    assert "allow until" in allowed.out
    assert "revision 2" in again.out
    assert "house.no-use-on-refusal" in again.out


def test_a_withdrawal_for_an_id_in_another_writing_says_so(run: Run, form: str) -> None:
    first = run("consent", "withdraw", "acme", "--person", "7")
    other = run("consent", "withdraw", "acme", "--person", "007")
    again = run("consent", "withdraw", "acme", "--person", "7")

    unknown = "nothing was known of this person before: is the id written as in your data?"
    assert unknown in first.out
    assert "writing" not in first.out
    assert unknown in other.out
    assert "1 other person has this id in another writing" in other.out
    assert unknown not in again.out


def test_a_grant_without_a_signed_form_opts_in_to_nothing(run: Run, tables: None) -> None:
    granted = run(*CONTENT)
    shown = run("consent", "show", "acme", "--party", "customer")

    assert granted.code == 0
    assert f"version 1 of this party's consent; {NOW} deemed\n" in granted.out
    assert "deemed" in shown.out
    assert "granted" not in shown.out


def test_show_prints_statuses_and_consent_events_or_that_there_are_none(
    run: Run, form: str
) -> None:
    never = run("consent", "show", "acme", "--person", "ana")
    run(
        *CONTENT,
        "--form",
        form,
        "--signature",
        "typed_name",
        "--typed-name",
        "Ana Ito",
        "--until",
        "2100-01-01T00:00:00Z",
    )
    run(
        "consent",
        "refuse",
        "acme",
        "--party",
        "customer",
        "--data",
        "public_web",
        "--consent-event-id",
        "no-web",
    )

    shown = run("consent", "show", "acme", "--party", "customer")

    assert "never_asked on everything" in never.out
    assert "statuses at version 2" in shown.out
    assert "granted" in shown.out
    assert f"form {form[:12]} signed by typed_name, until 2100-01-01T00:00:00Z" in shown.out
    assert "refusal (no-web): uses all; data public_web" in shown.out


def test_a_receipt_is_printed_as_a_document_or_as_a_page(run: Run, form: str) -> None:
    run(*CONTENT, "--form", form, "--signature", "click", "--consent-event-id", "g")
    run("consent", "refuse", "acme", "--person", "ana", "--consent-event-id", "no")

    document = run("consent", "receipt", "acme", "g", "--party", "customer")
    page = run("consent", "receipt", "acme", "no", "--person", "ana", "--html")
    missing = [
        run("consent", "receipt", "acme", "no", "--party", "customer"),
        run("consent", "receipt", "acme", "no", "--person", "nobody"),
    ]

    assert json.loads(document.out)["@type"] == "dpv:ConsentReceipt"
    assert page.out.startswith("<!DOCTYPE html>")
    assert "Consent refused" in page.out
    assert not contains_name(page.out, "ana")
    assert [(each.code, each.err) for each in missing] == [(1, "error: no such receipt\n")] * 2


def test_a_consent_event_id_cannot_be_used_again_with_another_body(run: Run, tables: None) -> None:
    refusal = ("consent", "refuse", "acme", "--party", "customer", "--consent-event-id", "once")

    first, again = run(*refusal), run(*refusal)
    other = run(*refusal, "--data", "public_web")

    assert (
        first.out
        == again.out
        == f"refusal once: version 1 of this party's consent; {NOW} refused\n"
    )
    assert other.code == 1
    assert "consent_event_id: was used before with another body" in other.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((*GRANT, "customer_content.smell"), "data.0: is not a data category"),
        ((*CONTENT, "--form", "0" * 64, "--signature", "click"), "no such form is registered"),
        ((*CONTENT, "--until", "tomorrow"), "must be an RFC 3339 date and time"),
        (("consent", "withdraw", "ac#me", "--party", "customer"), "customer: "),
        (("consent", "show", "acme", "--person", "a\x7fb"), "person: "),
        (("consent", "withdraw", "acme", "--party", "customer", "--use", "fine_tune"), "service: "),
        (
            ("consent", "form", "nowhere.txt", "--customer", "acme", *SCOPE_OPTIONS),
            "nowhere.txt: cannot be read",
        ),
        (("decide", "nowhere.json"), "nowhere.json: cannot be read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_invalid_argument_is_an_error_that_names_its_field(
    run: Run, tables: None, words: tuple[str, ...], why: str
) -> None:
    ended = run(*words)

    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert why in ended.err
    assert ended.out == ""


def test_json_is_the_whole_response(run: Run, tables: None, tmp_path: Path) -> None:
    ended = run("decide", request(tmp_path), "--json")

    answer = json.loads(ended.out)
    assert (answer["decision"], answer["outcome"], answer["revision"]) == (False, "deny", 1)
    assert "announced.content-needs-consent" in answer["reasons"][0]["rules"]


def test_missing_settings_are_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENT_TABLE", "consents")
    monkeypatch.delenv("DECISION_TABLE", raising=False)
    monkeypatch.delenv("KEY_TABLE", raising=False)

    ended = run("consent", "show", "acme", "--party", "customer")

    assert ended.code == 1
    assert "DECISION_TABLE, KEY_TABLE: not set" in ended.err


def test_a_missing_table_is_named_with_its_setting(
    run: Run, tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEY_TABLE", "elsewhere")

    ended = run("consent", "show", "acme", "--person", "ana")

    assert ended.code == 1
    assert "no such table: elsewhere (KEY_TABLE) in eu-west-1" in ended.err
    assert not contains_name(ended.err, "ana")


def test_a_deployed_stack_names_the_tables_by_its_outputs(
    run: Run, tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in TABLES:
        monkeypatch.delenv(name)
    outputs = {"ConsentTableName": "consents", "DecisionTableName": "decisions"}
    deploy("whole", outputs | {"KeyTableName": "keys"})
    deploy("half", outputs)

    whole = run("consent", "withdraw", "acme", "--party", "customer", "--stack", "whole")
    half = run("consent", "withdraw", "acme", "--party", "customer", "--stack", "half")
    none = run("consent", "withdraw", "acme", "--party", "customer", "--stack", "none")

    assert whole.code == 0
    assert "stack half has no outputs KeyTableName" in half.err
    assert "there is no stack none in eu-west-1" in none.err


@pytest.mark.parametrize("command", ["refuse", "withdraw", "show"])
def test_a_command_without_a_party_is_an_error(run: Run, tables: None, command: str) -> None:
    ended = run("consent", command, "acme")

    assert ended.code == 1
    assert "error: party: is required" in ended.err
