"""`consentry consent import`: opted-out becomes refused, nothing becomes granted, the unreadable is told."""

import hashlib
import re
from pathlib import Path

import boto3
import pytest

from consentry.pseudonyms.customer_key import CustomerKey
from tests.cli.conftest import TABLES, Run
from tests.cli.import_command import import_file, show_person


def test_opted_out_becomes_refused_for_all_training_on_all_data_and_nothing_else_changes(
    run: Run, tables: None, file: Path
) -> None:
    code, said, _ = import_file(
        run, file, "user_id,ai_opt_out\nana,true\nben,false\ncem,NO\ndee,1\n"
    )

    assert code == 0
    assert said == [
        "2 refused, 0 recorded before, 2 not opted out: left as they were",
        "0 not read, 0 not recorded; nobody was granted anything",
    ]
    ana = show_person(run, "ana")
    assert all(f"{name}/general" in ana for name in ("evaluate", "fine_tune", "pretrain"))
    assert "refused" in ana
    assert "infer/" not in ana
    assert "data all" in ana
    assert "never_asked on everything" in show_person(run, "ben")


def test_importing_again_changes_nothing_even_after_the_person_has_acted_since(
    run: Run, tables: None, file: Path
) -> None:
    content = "user_id,ai_opt_out\nana,yes\n"
    import_file(run, file, content)
    grant = ("consent", "grant", "acme", "--person", "ana", "--use", "fine_tune/general")
    run(*grant, "--data", "customer_content.chat")
    before = show_person(run, "ana")

    code, said, _ = import_file(run, file, content)

    assert code == 0
    assert said[0].startswith("0 refused, 1 recorded before")
    assert show_person(run, "ana") == before


@pytest.mark.parametrize("value", ["maybe", "", "2", "nope", "TRUE-ish", "оut", "null"])
def test_an_unreadable_value_is_told_by_its_row_and_nothing_is_written_for_it(
    run: Run, tables: None, file: Path, value: str
) -> None:
    code, said, told = import_file(run, file, f"user_id,ai_opt_out\nana,{value}\nben,true\n")

    assert code == 2
    assert said[0].startswith("1 refused")
    assert said[1].startswith("1 not read")
    assert told == "row 2: neither true/yes/1 nor false/no/0; nothing written\n"
    assert "never_asked on everything" in show_person(run, "ana")


@pytest.mark.parametrize(
    "row",
    ["a#b,true", ",true", " ana,true", "änn,true", "ana", "ana,true,true", '"ana\n",true', "-a,1"],
)
def test_a_malformed_id_is_told_by_its_row_number_alone(
    run: Run, tables: None, file: Path, row: str
) -> None:
    code, said, told = import_file(run, file, f"user_id,ai_opt_out\n\n{row}\nben,true\n")

    assert code == 2
    assert said[0].startswith("1 refused")
    assert told == "row 3: the person's id is missing or not of our pattern; nothing written\n"


def test_a_byte_order_mark_windows_line_ends_and_other_columns_are_no_trouble(
    run: Run, tables: None, file: Path
) -> None:
    content = b'\xef\xbb\xbfmail,opted,name\r\n"ana@x.org", True ,"A, na"\r\nben@x.org,no,B\r\n'

    code, said, _ = import_file(run, file, content, "--person-column", "mail", "--column", "opted")

    assert code == 0
    assert said[0] == "1 refused, 0 recorded before, 1 not opted out: left as they were"
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
def test_a_file_that_is_no_such_csv_is_refused_before_anything_is_written(
    run: Run, tables: None, file: Path, content: bytes, why: str
) -> None:
    code, said, told = import_file(run, file, content)

    assert (code, said) == (1, [])
    assert told.startswith("error: file: ")
    assert why in told
    assert "never_asked on everything" in show_person(run, "ana")


def test_an_act_id_tells_nothing_of_a_file_to_who_has_no_key(
    run: Run, tables: None, file: Path
) -> None:
    content = "user_id,ai_opt_out\nana,true\n"
    import_file(run, file, content)

    (consent_event_id,) = re.findall(r"import-(\w+)-2", show_person(run, "ana"))

    said = b"\0".join((content.encode(), b"user_id", b"ai_opt_out"))
    keyed = CustomerKey("acme", stored_secret()).digest(b"opt-outs\0" + said)
    assert consent_event_id == keyed[:32]
    assert consent_event_id != hashlib.sha256(said).hexdigest()[:32]


def stored_secret() -> bytes:
    """What the key table keeps of Acme."""
    key = {"pk": {"S": "acme"}, "sk": {"S": "key"}}
    kept = boto3.client("dynamodb").get_item(TableName=TABLES["KEY_TABLE"], Key=key)["Item"]
    return bytes(kept["secret"]["B"])
