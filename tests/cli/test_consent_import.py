"""`consentry consent import`: opt-outs become refusals, nothing is granted, unreadable rows are reported."""

import hashlib
import re
from pathlib import Path

import boto3
import pytest

from consentry.pseudonyms.customer_key import CustomerKey
from tests.testkit.command_line import TABLES, Run, import_opt_outs, show_person


def test_an_opt_out_becomes_a_refusal_of_all_training_on_all_data_and_nothing_else_changes(
    run: Run, tables: None, file: Path
) -> None:
    code, output, _ = import_opt_outs(
        run, file, "user_id,ai_opt_out\nana,true\nben,false\ncem,NO\ndee,1\n"
    )

    assert code == 0
    assert output == [
        "2 refused, 0 recorded before, 2 not opted out (unchanged)",
        "0 not read, 0 not recorded; no grants",
    ]
    ana = show_person(run, "ana")
    assert all(f"{name}/general" in ana for name in ("evaluate", "fine_tune", "pretrain"))
    assert "refused" in ana
    assert "infer/" not in ana
    assert "data all" in ana
    assert "never_asked on everything" in show_person(run, "ben")


def test_importing_again_changes_nothing_even_if_the_person_granted_since(
    run: Run, tables: None, file: Path
) -> None:
    content = "user_id,ai_opt_out\nana,yes\n"
    import_opt_outs(run, file, content)
    grant = ("consent", "grant", "acme", "--person", "ana", "--use", "fine_tune/general")
    run(*grant, "--data", "customer_content.chat")
    before = show_person(run, "ana")

    code, output, _ = import_opt_outs(run, file, content)

    assert code == 0
    assert output[0].startswith("0 refused, 1 recorded before")
    assert show_person(run, "ana") == before


@pytest.mark.parametrize("value", ["maybe", "", "2", "nope", "TRUE-ish", "оut", "null"])
def test_an_unreadable_value_is_reported_with_its_row_and_not_recorded(
    run: Run, tables: None, file: Path, value: str
) -> None:
    code, output, errors = import_opt_outs(
        run, file, f"user_id,ai_opt_out\nana,{value}\nben,true\n"
    )

    assert code == 2
    assert output[0].startswith("1 refused")
    assert output[1].startswith("1 not read")
    assert errors == "row 2: neither true/yes/1 nor false/no/0; not recorded\n"
    assert "never_asked on everything" in show_person(run, "ana")


@pytest.mark.parametrize(
    "row",
    ["a\tb,true", ",true", "ana", "ana,true,true", '"ana\n",true', "ä" * 129 + ",1"],
)
def test_an_invalid_id_is_reported_with_its_row_and_not_repeated(
    run: Run, tables: None, file: Path, row: str
) -> None:
    code, output, errors = import_opt_outs(run, file, f"user_id,ai_opt_out\n\n{row}\nben,true\n")

    assert code == 2
    assert output[0].startswith("1 refused")
    assert errors == "row 3: the person's id is missing or invalid; not recorded\n"


@pytest.mark.parametrize("person", [" ana", "ana ", "ana\u00a0", " "])
def test_an_id_that_begins_or_ends_with_a_space_is_reported(
    run: Run, tables: None, file: Path, person: str
) -> None:
    code, output, errors = import_opt_outs(run, file, f"user_id,ai_opt_out\n{person},true\n")

    assert (code, output[0][:9]) == (2, "0 refused")
    assert errors == "row 2: the person's id begins or ends with a space; not recorded\n"


def test_a_byte_order_mark_windows_line_ends_and_other_columns_are_accepted(
    run: Run, tables: None, file: Path
) -> None:
    content = b'\xef\xbb\xbfmail,opted,name\r\n"ana@x.org", True ,"A, na"\r\nben@x.org,no,B\r\n'

    code, output, _ = import_opt_outs(
        run, file, content, "--person-column", "mail", "--column", "opted"
    )

    assert code == 0
    assert output[0] == "1 refused, 0 recorded before, 1 not opted out (unchanged)"
    assert "refused" in show_person(run, "ana@x.org")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "must have one column user_id, has 0"),
        (b"user_id,opted\nana,true\n", "must have one column ai_opt_out, has 0"),
        (b"user_id,ai_opt_out,ai_opt_out\nana,true,false\n", "one column ai_opt_out, has 2"),
        (b"user_id,ai_opt_out\nana,true\nb\xff,true\n", "is not UTF-8"),
        (b'user_id,ai_opt_out\nana,true\n"ben,true\n', "is not CSV near line 3"),
    ],
    ids=["empty", "no-column", "twice", "latin", "open-quote"],
)
def test_a_file_that_is_not_such_csv_is_an_error_before_anything_is_recorded(
    run: Run, tables: None, file: Path, content: bytes, why: str
) -> None:
    code, output, errors = import_opt_outs(run, file, content)

    assert (code, output) == (1, [])
    assert errors.startswith("error: file: ")
    assert why in errors
    assert "never_asked on everything" in show_person(run, "ana")


def test_a_consent_event_id_reveals_nothing_about_the_file_without_the_key(
    run: Run, tables: None, file: Path
) -> None:
    content = "user_id,ai_opt_out\nana,true\n"
    import_opt_outs(run, file, content)

    (consent_event_id,) = re.findall(r"import-(\w+)-2", show_person(run, "ana"))

    parts = b"\0".join((content.encode(), b"user_id", b"ai_opt_out"))
    keyed = CustomerKey("acme", stored_secret()).digest(b"opt-outs\0" + parts)
    assert consent_event_id == keyed[:32]
    assert consent_event_id != hashlib.sha256(parts).hexdigest()[:32]


def stored_secret() -> bytes:
    """The key of acme in the key table."""
    key = {"pk": {"S": "acme"}, "sk": {"S": "key"}}
    item = boto3.client("dynamodb").get_item(TableName=TABLES["KEY_TABLE"], Key=key)["Item"]
    return bytes(item["secret"]["B"])
