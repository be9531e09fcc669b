"""Two versions compared: every changed row is in one line and one only, and every line is true."""

from collections import Counter
from dataclasses import replace
from itertools import permutations, product

import pytest

from consentry.domain.terms.tables import BookKind, Library, Row, TermsTable, Verdict, row_keys
from consentry.domain.vocabulary import DataCategory, ModelOwner, Operation
from infra.terms.differences import TRAINING, Change, allows, compare, fewest_boxes

OURS = (ModelOwner.FIRST_PARTY, ModelOwner.CUSTOMER)


def pairs(library: Library, kind: BookKind) -> list[tuple[TermsTable | None, TermsTable | None]]:
    """Every two versions of the books of a kind, each in both orders, and the time before them."""
    books = [book for book in library.books.values() if book.kind == kind]
    versions = [None, *(version for book in books for version in book.versions)]
    return list(permutations(versions, 2))


def verdict(table: TermsTable | None, row: Row) -> Verdict:
    return table.ruling(*row).verdict if table else Verdict.SILENT


def in_lines(changes: tuple[Change, ...]) -> Counter[tuple[object, ...]]:
    """How many lines speak of each kind of use."""
    return Counter(
        kind for each in changes for kind in product(each.operations, each.data, each.owners)
    )


@pytest.mark.parametrize("kind", ["terms", "limit"])
def test_every_change_is_in_one_line_and_no_line_speaks_of_what_stays(
    kind: BookKind, library: Library
) -> None:
    for before, after in pairs(library, kind):
        changed = [row for row in row_keys() if verdict(before, row) != verdict(after, row)]

        difference = compare(before, after, kind)

        spoken_of = in_lines(difference.changes)
        assert set(spoken_of) == {(row.operation, row.category, row.model_owner) for row in changed}
        assert set(spoken_of.values()) <= {1}
        assert sum(change.rows for change in difference.changes) == len(changed)


@pytest.mark.parametrize("kind", ["terms", "limit"])
def test_newly_allowed_for_training_is_said_exactly_where_some_row_is(
    kind: BookKind, library: Library
) -> None:
    for before, after in pairs(library, kind):
        gained = {
            (row.operation, row.category, row.model_owner)
            for row in row_keys()
            if row.operation in TRAINING
            if allows(verdict(after, row), kind) and not allows(verdict(before, row), kind)
        }

        difference = compare(before, after, kind)

        marked = tuple(each for each in difference.changes if each.newly_allowed_for_training)
        assert {use for use in in_lines(marked) if use[0] in TRAINING} == gained
        assert difference.newly_allowed_for_training == bool(gained)


def test_a_version_compared_with_itself_changes_nothing(library: Library) -> None:
    for book in library.books.values():
        for version in book.versions:
            difference = compare(version, version, book.kind)

            assert difference.changes == ()
            assert difference.added == difference.dropped == difference.reworded == ()


def test_one_row_that_becomes_allowed_is_found(library: Library) -> None:
    strict = library.books["zoom-terms"].versions[-1]
    rows, cells = list(row_keys()), bytearray(strict.cells)
    permit = next(i for i, ruling in enumerate(strict.rulings) if ruling.verdict == "permit")
    place = next(i for i, row in enumerate(rows) if row.operation is Operation.PRETRAIN)
    cells[place] = permit

    difference = compare(strict, replace(strict, cells=bytes(cells)), "terms")

    (change,) = difference.changes
    assert (change.rows, change.operations) == (1, (Operation.PRETRAIN,))
    assert change.newly_allowed_for_training


def test_rules_with_other_words_are_reworded(library: Library) -> None:
    old = library.books["zoom-terms"].versions[0]
    (first, second) = old.rules.values()
    new = replace(old, rules={first.id: replace(first, says="Else."), second.id: second})

    difference = compare(old, new, "terms")

    assert difference.reworded == (first.id,)
    assert difference.changes == ()


def test_boxes_are_merged_in_the_order_that_leaves_the_fewest() -> None:
    operations, data, owners = tuple(Operation), tuple(DataCategory)[:3], OURS
    cells = set(product(operations, data, owners)) | {
        (Operation.INFER, DataCategory.CHAT, OURS[0]),
        (Operation.INFER, DataCategory.CHAT, OURS[1]),
    }

    boxes = fewest_boxes(sorted(cells))

    assert len(boxes) == 2
    assert {cell for box in boxes for cell in product(*box)} == cells
