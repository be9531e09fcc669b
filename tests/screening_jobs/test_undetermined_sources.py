"""No row is admitted if a source is missing, unreadable, ambiguous, or the row itself."""

from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError, OversizedManifestError
from consentry.manifests.limits import ScreeningLimits
from consentry.manifests.linked_rows import ITEM_BYTES
from tests.testkit.builders.derived_rows import (
    DERIVED_FIELDS,
    derived_row,
    row_outcomes,
    screen,
    telemetry_row,
)
from tests.testkit.builders.screenings import (
    TIMED_FIELDS,
    ScreeningDriver,
    screening_with_withdrawals,
)


@pytest.fixture
def acme() -> ScreeningDriver:
    return screening_with_withdrawals("bob")


@pytest.mark.parametrize("source", ["", " ", 7, True, {"a": 1}, [""], ["a", 7], [None], [["a"]]])
def test_an_invalid_source_makes_the_derived_row_undetermined(
    acme: ScreeningDriver, source: Any
) -> None:
    decision = screen(acme, derived_row("a"), telemetry_row("b", source))

    assert [each["line"] for each in acme.reasons(decision)] == [2]
    assert acme.reasons(decision)[0]["reason"].startswith("derived_from: is ")


@pytest.mark.parametrize(
    ("meta", "outcome"), [({}, "admitted"), (None, "admitted"), ("a", "undetermined")]
)
def test_a_missing_source_path_means_no_source_and_a_wrong_type_is_undetermined(
    acme: ScreeningDriver, meta: Any, outcome: str
) -> None:
    fields = DERIVED_FIELDS | {"derived_from": {"field": "meta.from"}}

    assert row_outcomes(acme, derived_row("a"), telemetry_row("b", meta=meta), fields=fields) == [
        "admitted",
        outcome,
    ]


@pytest.mark.parametrize("item", [None, "", " ", 7, ["b"]])
def test_a_row_with_an_invalid_item_id_may_be_any_item(acme: ScreeningDriver, item: Any) -> None:
    assert row_outcomes(acme, derived_row("a"), telemetry_row(item)) == ["undetermined"] * 2


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ([], "leads to an item that is not in the manifest"),
        ([derived_row("x", at="2026")], "leads to an item that is undetermined"),
        ([derived_row("x", at="2027-01-01T00:00Z")], "leads to an item that is undetermined"),
        ([derived_row("x", 7)], "leads to an item that is undetermined"),
        ([derived_row("x"), derived_row("x", who="cid")], "leads to an id that several rows have"),
        ([derived_row("x"), derived_row("x", at="2026")], "leads to an id that several rows have"),
        ([derived_row("x", "x")], "leads back to itself"),
        (
            [derived_row("x", "y"), derived_row("y", "z"), derived_row("z", "x")],
            "leads back to itself",
        ),
    ],
)
def test_everything_derived_from_an_undetermined_row_is_undetermined(
    acme: ScreeningDriver, broken: list[bytes], reason: str
) -> None:
    lines = [
        derived_row("top", "mid"),
        derived_row("mid", "a", "x"),
        *broken,
        derived_row("a"),
        derived_row("c", "a"),
    ]

    decision = screen(acme, *lines)

    assert acme.output(decision, "admitted") == b"".join(lines[-2:])
    assert acme.output(decision, "undetermined") == b"".join(lines[:-2])
    problems = [each["reason"] for each in acme.reasons(decision)]
    assert problems[:2] == [f"derived_from: {reason}"] * 2


def test_rows_with_a_duplicate_item_id_are_undetermined(
    acme: ScreeningDriver,
) -> None:
    fields = {ours: mapped for ours, mapped in DERIVED_FIELDS.items() if ours != "derived_from"}
    lines = [derived_row("a"), derived_row("b"), derived_row("a", who="cid")]

    assert row_outcomes(acme, *lines, fields=fields) == ["undetermined", "admitted", "undetermined"]


def test_a_source_in_an_unreadable_recording_is_undetermined(acme: ScreeningDriver) -> None:
    lines = [
        derived_row("a", meeting="m1"),
        derived_row("b", meeting="m1", at="2026"),
        telemetry_row("s", "a", meeting="logs"),
        telemetry_row("t", meeting="logs"),
    ]
    fields = DERIVED_FIELDS | {"recording": TIMED_FIELDS["recording"]}

    assert row_outcomes(acme, *lines, fields=fields) == [*["undetermined"] * 3, "admitted"]


def test_a_manifest_with_too_many_items_is_rejected(
    acme: ScreeningDriver,
) -> None:
    acme.limits = ScreeningLimits(memory=3 * ITEM_BYTES)

    with pytest.raises(
        InvalidRequestError, match="manifest: names more people, recordings or items"
    ):
        screen(acme, derived_row("a"), derived_row("b"), derived_row("c"))


@pytest.mark.parametrize("memory", range(8_000, 22_000, 2_000))
def test_a_manifest_whose_patterns_do_not_fit_into_memory_is_rejected(
    acme: ScreeningDriver, memory: int
) -> None:
    acme.limits = ScreeningLimits(memory=memory)
    lines = [derived_row("a"), telemetry_row("b"), telemetry_row("c", "a"), telemetry_row("d", "c")]

    with pytest.raises(OversizedManifestError):
        screen(acme, *lines)
