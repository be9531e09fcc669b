"""A stricter consent status never allows more: proved on every row of every version."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from consentry.kernel.vocabulary import STRICTNESS, ConsentStatus
from consentry.terms.policy_set import Library
from consentry.terms.truth_table import TruthTable, TruthTableRow
from tests.testkit.meeting_words import AXES

STRICTER = dict(pairwise(sorted(ConsentStatus, key=STRICTNESS.__getitem__)))
"""Each status with the next stricter one."""


def loosened(table: TruthTable, axis: str) -> list[TruthTableRow]:
    """The rows that get a milder ruling with a stricter status on an axis."""
    found = []
    for row in table.axes.rows():
        stricter = STRICTER.get(getattr(row, axis))
        if stricter:
            changed: Any = {axis: stricter}
            then = table.entry(*row._replace(**changed)).ruling
            if then.strictness < table.entry(*row).ruling.strictness:
                found.append(row)
    return found


def test_the_steps_go_from_granted_through_every_status_to_unreadable() -> None:
    assert list(STRICTER) == list(ConsentStatus)[:-1]
    assert STRICTER[ConsentStatus.UNIDENTIFIED] is ConsentStatus.REFUSED
    assert STRICTER[ConsentStatus.WITHDRAWN] is ConsentStatus.UNREADABLE


@pytest.mark.parametrize("axis", ["customer", "people"])
def test_a_stricter_status_never_allows_more(axis: str, any_library: Library) -> None:
    versions = [
        version
        for policy_set in any_library.policy_sets.values()
        for version in policy_set.versions
    ]

    assert {(v.policy_set, v.version): loosened(v, axis) for v in versions} == {
        (v.policy_set, v.version): [] for v in versions
    }


def test_a_table_that_allows_more_after_a_withdrawal_is_detected(announced: TruthTable) -> None:
    keys = list(AXES.rows())
    numbers = bytearray(announced.entry_numbers)
    granted = next(
        number for row, number in zip(keys, numbers, strict=True) if _permits(announced, row)
    )
    withdrawn = next(i for i, row in enumerate(keys) if row.customer is ConsentStatus.WITHDRAWN)
    numbers[withdrawn] = granted
    wrong = replace(announced, entry_numbers=bytes(numbers))

    assert loosened(announced, "customer") == []
    assert loosened(wrong, "customer") != []


def _permits(table: TruthTable, row: TruthTableRow) -> bool:
    return table.entry(*row).ruling == "permit"
