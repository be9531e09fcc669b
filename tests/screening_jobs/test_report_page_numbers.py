"""The stored report page: it has the numbers of the report and is replaced together with it."""

import pytest

from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, row, rttm_screening, segment_line
from tests.testkit.html_pages import (
    numbers,
    page_heading,
    parsed,
    sections,
    stored_report_page,
    words,
)

OUTCOMES = ("admitted", "rejected", "undetermined")


@pytest.fixture
def acme(deps: FakeDependencies) -> ScreeningDriver:
    deps.record(consent_event("w", "withdrawal", person="bob"), at=NOW - SECOND)
    return ScreeningDriver(deps)


def by_name(amounts: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Turn a report's amounts by outcome and name into those of the page, by name and outcome."""
    outcomes = [outcome for outcome in OUTCOMES if amounts.get(outcome)]
    names = {name for named in amounts.values() for name in named}
    return {n: {o.capitalize(): amounts[o].get(n, 0) for o in outcomes} for n in names}


def test_the_report_page_has_the_numbers_of_the_report(acme: ScreeningDriver) -> None:
    single, pair = row("ann"), row("bob", "ann")
    others = [row("ann", data="public_web"), row("b b"), b"?\n", row()]
    crowd = row(*[f"p{n}" for n in range(20)])
    acme.put([*[single] * 1501, *[pair] * 8, *others, crowd])

    decision = acme.screen()

    report, shown = acme.report(decision), sections(stored_report_page(decision, acme.store))
    rows = numbers(shown["rows"])
    assert {name.lower(): amounts["Rows"] for name, amounts in rows.items()} == {
        outcome: report["outputs"][outcome]["rows"] for outcome in OUTCOMES
    }
    assert sum(amounts["Share"] for amounts in rows.values()) == pytest.approx(1)
    assert numbers(shown["rules"]) == by_name(report["rules"])
    assert numbers(shown["data"]) == by_name(report["data"])
    sizes = {"0 people": "0", "1 person": "1", "2 people": "2", "16 or more people": "16+"}
    people = numbers(shown["people"])
    assert {sizes[name]: amounts for name, amounts in people.items()} == by_name(
        report["rows_by_people"]
    )
    invalid = numbers(shown["invalid_rows"])
    assert {name: amounts["Undetermined"] for name, amounts in invalid.items()} == report[
        "invalid_rows"
    ]
    assert not shown.keys() & {"hours", "hours-rules"}


def test_the_report_page_has_the_hours_files_and_terms_of_the_report(acme: ScreeningDriver) -> None:
    speech = [("m1", "ann", "3600.5"), ("m2", "bob", "1800"), ("m3", "b b", "5400.125")]
    acme.put(segment_line(meeting, person, "0", seconds) for meeting, person, seconds in speech)

    decision = acme.screen(rttm_screening())

    report, shown = acme.report(decision), sections(stored_report_page(decision, acme.store))
    hours = {name.lower(): row["Speech"] for name, row in numbers(shown["hours"]).items()}
    assert hours == {o: report["outputs"][o]["seconds"] / 3600 for o in OUTCOMES}
    assert numbers(shown["hours-rules"]) == by_name(report["hours"]["rules"])
    files = numbers(shown["outputs"])
    for name, output in report["outputs"].items():
        assert (files[name]["Rows"], files[name]["Bytes"]) == (output["rows"], output["bytes"])
        assert files[name].get("Recordings") == output["recordings"]
        assert files[name].get("Speech, h:mm:ss", 0) * 3600 == pytest.approx(output["seconds"] or 0)
        assert {output["sha256"], output["key"]} < {words(c) for c in shown["outputs"].iter("code")}
    digests = {words(tr[0]): words(tr[1]) for tr in shown["terms"].findall(".//tbody/tr")}
    assert digests == report["truth_tables"]


def test_the_report_and_its_page_are_stored_together_with_their_media_types(
    acme: ScreeningDriver,
) -> None:
    acme.put([row("ann")])

    acme.screen()

    html, report = sorted(key for key in acme.store.objects if "/report." in key)
    assert report.removesuffix("json") == html.removesuffix("html")
    media_types = acme.store.media_types
    assert (media_types[report], media_types[html]) == (
        "application/json",
        "text/html; charset=utf-8",
    )


def test_the_page_of_a_superseded_allow_says_so_first(acme: ScreeningDriver) -> None:
    acme.put([row("ann"), row("bob")])
    first = acme.screen()
    allowed = page_heading(stored_report_page(first, acme.store))
    acme.deps.record(consent_event("w-ann", "withdrawal", person="ann"), at=NOW)

    again = acme.screen(at=NOW + SECOND)

    assert (allowed, page_heading(stored_report_page(again, acme.store))) == (
        "Allowed in part: 1 of 2 rows",
        "Denied: superseded",
    )
    head = words(next(parsed(stored_report_page(again, acme.store)).iter("header")))
    assert "Superseded" in head
    assert "Nothing in these files may be used" in head
    assert "valid until" not in stored_report_page(again, acme.store)


@pytest.mark.promise(9)
def test_the_report_page_contains_no_id_and_no_pseudonym(acme: ScreeningDriver) -> None:
    acme.deps.record(consent_event("w-c", "withdrawal", person="canary-bob"), at=NOW - SECOND)
    acme.put([row("canary-ann"), row("canary-bob"), row("canary bad"), b'{"canary": NaN}\n'])

    decision = acme.screen()

    shown, key = stored_report_page(decision, acme.store), acme.deps.pseudonyms.key_of(ACME)
    assert "canary" not in shown
    assert not [p for p in ("canary-ann", "canary-bob") if key.pseudonym(p) in shown]
    assert decision.request_record.requested_by not in shown
