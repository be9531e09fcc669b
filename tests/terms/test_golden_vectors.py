"""The golden vectors of `announced` with `house`: use, statuses, outcome and rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from consentry.terms.truth_table import Ruling, TruthTable, TruthTableRow
from tests.testkit.meeting_words import DataCategory

VECTORS = json.loads((Path(__file__).parent / "cases" / "announced-with-house.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector[0])
def test_the_answer_and_its_rules(
    vector: list[Any], announced: TruthTable, house: TruthTable
) -> None:
    _, *words, answer, rules = vector

    answered = _answer(announced, house, _row(*words))

    assert answered == (answer, rules)


def _row(
    data: str, operation: str, service: str, owner: str, customer: str, people: str
) -> TruthTableRow:
    return TruthTableRow(
        DataCategory(data),
        Operation(operation),
        {"same": True, "another": False}[service],
        ModelOwner(owner),
        ConsentStatus(customer),
        ConsentStatus(people),
    )


def _answer(terms: TruthTable, limit: TruthTable, row: TruthTableRow) -> tuple[str, list[str]]:
    """Allow what the terms permit and the limit does not forbid; else who denied it."""
    entry, limited = terms.entry(*row), limit.entry(*row)
    if entry.ruling is Ruling.PERMIT and limited.ruling is not Ruling.FORBID:
        return "allow", list(entry.rules)
    denying = [] if entry.ruling is Ruling.PERMIT else list(entry.rules)
    return "deny", sorted(denying) + list(limited.rules)
