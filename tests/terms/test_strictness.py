"""A stricter standing never allows more: shown on every row of every version of every book."""

from itertools import pairwise
from typing import Any

import pytest

from consentry.domain.terms.tables import Library, Row, TermsTable, row_keys
from consentry.domain.vocabulary import STRICTNESS, Standing

STRICTER = dict(pairwise(sorted(Standing, key=STRICTNESS.__getitem__)))
"""Each standing to the next stricter one; by steps, to all that are stricter."""


def loosened(table: TermsTable, axis: str) -> list[Row]:
    """The rows whose verdict grows milder where the standing on an axis grows stricter."""
    found = []
    for row in row_keys():
        stricter = STRICTER.get(getattr(row, axis))
        if stricter:
            changed: Any = {axis: stricter}
            then = table.ruling(*row._replace(**changed)).verdict
            if then.strictness < table.ruling(*row).verdict.strictness:
                found.append(row)
    return found


def test_the_steps_go_from_granted_through_every_standing_to_unknown() -> None:
    assert list(STRICTER) == list(Standing)[:-1]
    assert STRICTER[Standing.WITHDRAWN] is Standing.UNKNOWN


@pytest.mark.parametrize("axis", ["customer", "people"])
def test_a_stricter_standing_never_allows_more(axis: str, library: Library) -> None:
    versions = [version for book in library.books.values() for version in book.versions]

    assert {(v.book, v.version): loosened(v, axis) for v in versions} == {
        (v.book, v.version): [] for v in versions
    }


def test_a_table_that_allowed_more_to_who_withdrew_would_be_caught(announced: TermsTable) -> None:
    keys = list(row_keys())
    cells = bytearray(announced.cells)
    granted = next(cell for row, cell in zip(keys, cells, strict=True) if _permits(announced, row))
    withdrawn = next(i for i, row in enumerate(keys) if row.customer is Standing.WITHDRAWN)
    cells[withdrawn] = granted
    spoilt = TermsTable(
        announced.book,
        announced.in_force_from,
        announced.digest,
        announced.rules,
        announced.rulings,
        bytes(cells),
    )

    assert loosened(announced, "customer") == []
    assert loosened(spoilt, "customer") != []


def _permits(table: TermsTable, row: Row) -> bool:
    return table.ruling(*row).verdict == "permit"
