"""The plots of the report page: each has a name, a description and a table of its numbers."""

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from consentry.html.environment import environment
from consentry.html.labels import in_hours
from consentry.screening.report_page import render_report_page
from tests.testkit.builders.dependencies import FakeDependencies
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.html_pages import numbers, parsed, screened_recordings, sections, words


def test_every_plot_has_a_name_and_a_table_of_its_numbers() -> None:
    page = render_report_page(screened_recordings())

    plotted = {key: part for key, part in sections(page).items() if part.find("svg") is not None}
    assert set(plotted) == {
        "rows",
        "rules",
        "data",
        "people",
        "hours",
        "hours-rules",
        "invalid_rows",
    }
    ids = [part.attrib["id"] for part in parsed(page).iter() if "id" in part.attrib]
    assert len(ids) == len(set(ids))
    for part in plotted.values():
        check_plot(part)


def check_plot(part: Element) -> None:
    svg = part.find("svg")
    assert svg is not None
    title, desc = svg[0], svg[1]
    assert (svg.attrib["role"], title.tag, desc.tag) == ("img", "title", "desc")
    assert svg.attrib["aria-labelledby"] == title.attrib["id"]
    assert svg.attrib["aria-describedby"] == desc.attrib["id"]
    assert words(title)
    assert "The table below has the same numbers" in words(desc)
    assert [child.tag for child in part].index("svg") < [child.tag for child in part].index("div")
    assert words(next(part.iter("caption")))
    assert {head.attrib["scope"] for head in part.iter("th")} == {"col", "row"}
    labels = [words(text) for text in svg.iter("text") if text.attrib["x"] == "0"]
    assert labels == list(numbers(part))
    rows = numbers(part).values()
    amounts = [sum(value for head, value in row.items() if head != "Share") for row in rows]
    drawn = [float(r.attrib["width"].rstrip("%")) for r in svg.iter("rect") if "fill" in r.attrib]
    # The bars of shares fill the width together; otherwise the longest bar fills it.
    shares = any("Share" in row for row in rows)
    whole = sum(amounts) if shares else max(amounts)
    assert sum(drawn) == pytest.approx(100 * sum(amounts) / whole, abs=0.01)


def test_long_plots_are_summarized_and_their_tables_are_complete() -> None:
    reasons = {
        f"a problem that takes rather more words than fit over a bar {n}": n for n in range(1, 9)
    }

    part = sections(render_report_page(replace(screened_recordings(), invalid_rows=reasons)))[
        "invalid_rows"
    ]

    assert set(numbers(part)) == set(reasons)
    assert "; 3 more." in words(next(part.iter("desc")))
    labels = [words(text) for text in part.iter("text") if text.attrib["x"] == "0"]
    assert max(map(len, labels)) == 44
    assert labels[0].endswith("\u2026")


def test_shares_are_never_rounded_to_nothing_or_to_everything() -> None:
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    acme.put([*[row("ann")] * 3000, row("ann", data="public_web")])

    part = sections(render_report_page(acme.screen()))["rows"]

    shares = [words(cells[2]) for cells in part.findall(".//tbody/tr")]
    assert shares == [">99.9%", "<0.1%", "0.0%"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "0:00:00"),
        (0.000_07, "<0:00:01"),
        (0.01, "0:00:36"),
        (0.0999, "0:06:00"),
        (0.99999, "1:00:00"),
        (43.72, "43:43:12"),
        (1234.5, "1,234:30:00"),
    ],
)
def test_all_durations_are_shown_in_one_form(amount: float, shown: str) -> None:
    data = parsed(environment().get_template("html/macros.html").module.hours(amount))  # type: ignore[attr-defined]

    assert in_hours(amount) == words(data) == shown
    assert data.attrib["value"] == repr(amount)
