"""The page of a screening: the report's numbers for people to read, kept by the report's rules."""

import pytest

from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row, rttm_screening, said
from tests.testkit.html_pages import (
    numbers,
    page_heading,
    parsed,
    sections,
    stored_report_page,
    words,
)

PLACES = ("admitted", "rejected", "undetermined")


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    deps.record(consent_event("w", "withdrawal", person="bob"), at=NOW - SECOND)
    return ScreeningDriver(deps)


def by_name(told: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """A report's numbers by placement and name, as the page has them: name, then placement."""
    places = [place for place in PLACES if told.get(place)]
    names = {name for named in told.values() for name in named}
    return {n: {p.capitalize(): told[p].get(n, 0) for p in places} for n in names}


def test_the_report_page_has_the_numbers_of_the_report(acme: ScreeningDriver) -> None:
    row_patterns = [
        row("ann"),
        row("bob", "ann"),
        row("ann", data="public_web"),
        row("b b"),
        b"?\n",
    ]
    acme.put(
        [
            *row_patterns,
            *row_patterns[:1] * 1500,
            *row_patterns[1:2] * 7,
            row(),
            row(*[f"p{n}" for n in range(20)]),
        ]
    )

    decision = acme.screen()

    report, shown = acme.report(decision), sections(stored_report_page(decision, acme.store))
    rows = numbers(shown["rows"])
    assert {n.lower(): told["Rows"] for n, told in rows.items()} == {
        place: report["outputs"][place]["rows"] for place in PLACES
    }
    assert sum(told["Share"] for told in rows.values()) == pytest.approx(1)
    assert numbers(shown["rules"]) == by_name(report["rules"])
    assert numbers(shown["data"]) == by_name(report["data"])
    people = {"nobody": "0", "1 person": "1", "2 people": "2", "16 or more people": "16+"}
    told = numbers(shown["people"])
    assert {people[name]: of for name, of in told.items()} == by_name(report["people"])
    unread = {name: of["Undetermined"] for name, of in numbers(shown["invalid_rows"]).items()}
    assert unread == report["invalid_rows"]
    assert not shown.keys() & {"hours", "hours-rules"}


def test_the_report_page_has_the_hours_files_and_terms_of_the_report(acme: ScreeningDriver) -> None:
    rttm_line = [("m1", "ann", "3600.5"), ("m2", "bob", "1800"), ("m3", "b b", "5400.125")]
    acme.put(said(meeting, person, "0", lasts) for meeting, person, lasts in rttm_line)

    decision = acme.screen(rttm_screening())

    report, shown = acme.report(decision), sections(stored_report_page(decision, acme.store))
    hours = {n.lower(): told["Hours"] for n, told in numbers(shown["hours"]).items()}
    assert hours == {place: report["outputs"][place]["seconds"] / 3600 for place in PLACES}
    assert numbers(shown["hours-rules"]) == by_name(report["hours"]["rules"])
    files = numbers(shown["outputs"])
    for name, output in report["outputs"].items():
        assert (files[name]["Rows"], files[name]["Bytes"]) == (output["rows"], output["bytes"])
        assert files[name].get("Recordings") == output["recordings"]
        assert files[name].get("Hours", 0) * 3600 == pytest.approx(output["seconds"] or 0)
        assert {output["sha256"], output["key"]} < {words(c) for c in shown["outputs"].iter("code")}
    digests = {words(tr[0]): words(tr[1]) for tr in shown["terms"].findall(".//tbody/tr")}
    assert digests == report["truth_tables"]


def test_the_report_and_its_page_are_stored_together_with_their_media_types(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann")])

    acme.screen()

    told = [key for key in acme.store.objects if "/report." in key]
    html, report = sorted(told)
    assert report.removesuffix("json") == html.removesuffix("html")
    kept = acme.store.media_types
    assert (kept[report], kept[html]) == ("application/json", "text/html; charset=utf-8")


def test_the_page_of_a_superseded_allow_says_so_first(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob")])
    first = acme.screen()
    allowed = page_heading(stored_report_page(first, acme.store))
    acme.deps.record(consent_event("w-ann", "withdrawal", person="ann"), at=NOW)

    again = acme.screen(at=NOW + SECOND)

    assert (allowed, page_heading(stored_report_page(again, acme.store))) == (
        "Allowed",
        "Denied: taken back",
    )
    head = words(next(parsed(stored_report_page(again, acme.store)).iter("header")))
    assert "Superseded" in head
    assert "Nothing in these files may be used" in head
    assert "may be relied on" not in stored_report_page(again, acme.store)


@pytest.mark.promise(9)
def test_the_report_page_contains_no_id_and_no_pseudonym(acme: ScreeningDriver) -> None:
    acme.deps.record(consent_event("w-c", "withdrawal", person="canary-bob"), at=NOW - SECOND)
    acme.put([row("canary-ann"), row("canary-bob"), row("canary bad"), b'{"canary": NaN}\n'])

    decision = acme.screen()

    shown, key = stored_report_page(decision, acme.store), acme.deps.pseudonyms.key_of(ACME)
    assert "canary" not in shown
    assert not [p for p in ("canary-ann", "canary-bob") if key.pseudonym(p) in shown]
    assert decision.request_record.requested_by not in shown
