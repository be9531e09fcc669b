"""Invalid arguments have errors in one style, before any call to AWS."""

from pathlib import Path

import pytest

from tests.testkit.command_line import TABLES, Run, deploy, request


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("permit", "revoke", "foo"),
            "permit_id: must be CUSTOMER~ and 26 characters of a-z 2-7",
        ),
        (("permit", "revoke", f"acme~{'a' * 25}1"), "permit_id: must be CUSTOMER~"),
        (
            ("consent", "renew", "acme", "{file}", "--rate", "0"),
            "rate: Input should be greater than 0",
        ),
        (("consent", "renew", "acme", "{file}", "--rate", "nan"), "rate: Input should be a finite"),
        (
            ("consent", "show", "a b", "--party", "customer"),
            "customer: is not an id: only A-Z a-z 0-9",
        ),
        (
            ("consent", "show", "acme", "--party", "customer", "--at", "foo"),
            "at: must be an RFC 3339 date and time",
        ),
        (("terms", "show", "house", "--at", "foo"), "--at\n  is not a date such as 2023-08-08"),
        (("decide", "{file}"), "{file}: is not one well-formed JSON document: line 1, column 1"),
        (("permit", "verify", "{file}", "--key", "{file}"), "{file}: is not one well-formed JSON"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_an_invalid_argument_is_an_error_before_any_call_to_aws(
    run: Run, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    # No tables and no region: a call to AWS would fail with another error.
    file = tmp_path / "ids.txt"
    file.write_text("ana")

    ended = run(*(word.format(file=file) for word in words))

    assert ended.code == 1
    assert ended.err.startswith(f"error: {says.format(file=file)}")
    assert "http" not in ended.err


def test_a_command_on_a_stack_does_not_evaluate_the_terms_of_this_checkout(
    run: Run, tables: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = {"ConsentTableName": "consents", "DecisionTableName": "decisions"}
    deploy("prod", outputs | {"KeyTableName": "keys"})
    for name in (*TABLES, "TERMS_DIRECTORY"):
        monkeypatch.delenv(name)
    people = tmp_path / "people.txt"
    people.write_text("ana")
    commands = [
        ("decide", request(tmp_path)),
        ("customer", "assign", "acme", "--terms", "announced"),
        ("consent", "renew", "acme", people),
    ]

    errors = [run(*words, "--stack", "prod") for words in commands]
    monkeypatch.setenv("TERMS_DIRECTORY", str(Path(".build/terms").absolute()))
    decided = run(*commands[0], "--stack", "prod")

    for ended in errors:
        assert ended.code == 1
        assert "TERMS_DIRECTORY: not set; set it to the terms that prod was deployed" in ended.err
    assert decided.code == 3
