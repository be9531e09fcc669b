"""`consentry person` on real tables (moto's)."""

import json

import boto3

from tests.cli.conftest import TABLES, Run


def test_a_person_is_erased_and_what_is_kept_is_said(run: Run, tables: None) -> None:
    run("consent", "refuse", "acme", "--person", "ana", "--act-id", "no-1")

    erased = run("person", "erase", "acme", "ana", "--erasure-id", "e-1")
    again = run("person", "erase", "acme", "ana", "--erasure-id", "e-1")
    shown = run("consent", "show", "acme", "--person", "ana")

    assert erased.code == again.code == 0
    assert erased.out == again.out
    assert "point-in-time backups of the tables: until 20" in erased.out
    assert "yours to remove" in erased.out
    assert "withdraw (e-1)" in shown.out
    assert "no-1" not in shown.out
    scanned = [boto3.client("dynamodb").scan(TableName=name)["Items"] for name in TABLES.values()]
    assert "no-1" not in json.dumps(scanned, default=repr)


def test_an_erasure_out_of_contract_is_refused_without_its_words(run: Run, tables: None) -> None:
    refused = run("person", "erase", "acme", "ana né")

    assert refused.code == 1
    assert "refused: person: " in refused.err
    assert "ana" not in refused.err
