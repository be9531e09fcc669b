"""Nothing is admitted that is derived from what is missing, unreadable, ambiguous or itself."""

from typing import Any

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests import items
from tests.fakes.derived import DERIVED, log, made, places, screen
from tests.fakes.screenings import TIMED, Screened, without


@pytest.fixture
def acme() -> Screened:
    return without("bob")


@pytest.mark.parametrize("source", ["", " ", 7, True, {"a": 1}, [""], ["a", 7], [None], [["a"]]])
def test_a_source_that_is_not_read_leaves_the_row_undetermined(acme: Screened, source: Any) -> None:
    decision = screen(acme, made("a"), log("b", source))

    assert [each["line"] for each in acme.reasons(decision)] == [2]
    assert acme.reasons(decision)[0]["reason"].startswith("derived_from: is ")


@pytest.mark.parametrize(
    ("meta", "place"), [({}, "admitted"), (None, "admitted"), ("a", "undetermined")]
)
def test_a_path_to_sources_may_end_early_but_not_in_something_else(
    acme: Screened, meta: Any, place: str
) -> None:
    fields = DERIVED | {"derived_from": {"field": "meta.from"}}

    assert places(acme, made("a"), log("b", meta=meta), fields=fields) == ["admitted", place]


@pytest.mark.parametrize("item", [None, "", " ", 7, ["b"]])
def test_an_item_that_is_not_read_is_undetermined(acme: Screened, item: Any) -> None:
    assert places(acme, made("a"), log(item)) == ["admitted", "undetermined"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ([], "leads to an item that is not in the manifest"),
        ([made("x", at="2026")], "leads to an item that is undetermined"),
        ([made("x", at="2027-01-01T00:00Z")], "leads to an item that is undetermined"),
        ([made("x", 7)], "leads to an item that is undetermined"),
        ([made("x"), made("x", who="cid")], "leads to an id that several rows bear"),
        ([made("x"), made("x", at="2026")], "leads to an id that several rows bear"),
        ([made("x", "x")], "leads back to itself"),
        ([made("x", "y"), made("y", "z"), made("z", "x")], "leads back to itself"),
    ],
)
def test_all_that_is_derived_from_what_cannot_be_decided_is_undetermined(
    acme: Screened, broken: list[bytes], reason: str
) -> None:
    lines = [made("top", "mid"), made("mid", "a", "x"), *broken, made("a"), made("c", "a")]

    decision = screen(acme, *lines)

    assert acme.output(decision, "admitted") == b"".join(lines[-2:])
    assert acme.output(decision, "undetermined") == b"".join(lines[:-2])
    told = [each["reason"] for each in acme.reasons(decision)]
    assert told[:2] == [f"derived_from: {reason}"] * 2


def test_an_id_that_several_rows_bear_is_undetermined_where_nothing_is_derived_too(
    acme: Screened,
) -> None:
    fields = {ours: mapped for ours, mapped in DERIVED.items() if ours != "derived_from"}
    lines = [made("a"), made("b"), made("a", who="cid")]

    assert places(acme, *lines, fields=fields) == ["undetermined", "admitted", "undetermined"]


def test_a_source_in_a_recording_that_was_not_read_is_undetermined(acme: Screened) -> None:
    lines = [
        made("a", meeting="m1"),
        made("b", meeting="m1", at="2026"),
        log("s", "a", meeting="logs"),
        log("t", meeting="logs"),
    ]
    fields = DERIVED | {"recording": TIMED["recording"]}

    assert places(acme, *lines, fields=fields) == [*["undetermined"] * 3, "admitted"]


def test_more_items_than_can_be_known_at_once_are_refused_as_a_whole(
    acme: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MAX_BYTES", 3 * items.OVERHEAD_BYTES)

    with pytest.raises(InvalidRequestError, match="manifest: holds more items"):
        screen(acme, made("a"), made("b"), made("c"))
