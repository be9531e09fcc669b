"""The golden vectors of `announced` with `house`: kind of use, standings, answer, rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry.domain.terms.tables import Row, TermsTable, Verdict
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation, Standing

VECTORS = json.loads((Path(__file__).parent / "cases" / "announced-with-house.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[0])
def test_the_answer_and_its_rules(
    vector: list[Any], announced: TermsTable, house: TermsTable
) -> None:
    _, *words, answer, rules = vector

    answered = _answer(announced, house, _row(*words))

    assert answered == (answer, rules)


def _row(data: str, operation: str, service: str, owner: str, customer: str, people: str) -> Row:
    return Row(
        DataCategory(data),
        Operation(operation),
        {"same": True, "another": False}[service],
        ModelOwner(owner),
        Standing(customer),
        Standing(people),
    )


def _answer(terms: TermsTable, limit: TermsTable, row: Row) -> tuple[str, list[str]]:
    """Allow what the terms permit and the limit does not forbid; else who denied it."""
    said, limited = terms.ruling(*row), limit.ruling(*row)
    if said.verdict is Verdict.PERMIT and limited.verdict is not Verdict.FORBID:
        return "allow", list(said.rules)
    denying = [] if said.verdict is Verdict.PERMIT else list(said.rules)
    return "deny", sorted(denying) + list(limited.rules)
