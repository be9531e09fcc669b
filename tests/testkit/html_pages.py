"""Reads a rendered page back: its headings, sections, tables and tags."""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, rttm_screening, segment_line
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.object_repository import InMemoryObjectRepository


def screened_recordings() -> ScreeningDecision:
    """Screen speech by segments: some admitted, some rejected, some undetermined."""
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    acme.deps.record(consent_event("w", "withdrawal", person="bob"))
    segments = [("m1", "ann", "0", "40"), ("m1", "cid", "30", "40"), ("m2", "bob", "0", "20")]
    invalid = b"SPEAKER m3 1 0 9 <NA> <NA> b\x01b <NA> <NA>\n"
    acme.put([*(segment_line(*segment) for segment in segments), invalid])
    return acme.screen(rttm_screening(combine="segments"))


def stored_report_page(decision: ScreeningDecision, store: InMemoryObjectRepository) -> str:
    """The page of a decision in the bucket."""
    token = decision.decision_id.rpartition("~")[2]
    return store.objects[
        f"{decision.request_record.customer}/screenings/{token}/report.html"
    ].decode()


def page_heading(page: str) -> str:
    """The text of the one `h1`."""
    (heading,) = parsed(page).iter("h1")
    return words(heading)


def parsed(page: str) -> Element:
    """The page as XML; raises if it is not well-formed."""
    return ElementTree.fromstring(page)  # noqa: S314 - it is our own


def words(part: Element) -> str:
    """All text in an element, with single spaces."""
    return " ".join("".join(part.itertext()).split())


def sections(page: str) -> dict[str, Element]:
    """The sections by their ids."""
    return {part.attrib["aria-labelledby"]: part for part in parsed(page).iter("section")}


def table_rows(page: str) -> list[list[str]]:
    """The text of each cell of each body row of all tables."""
    rows = (row for body in parsed(page).iter("tbody") for row in body.iter("tr"))
    return [[words(cell) for cell in row] for row in rows]


def numbers(section: Element) -> dict[str, dict[str, float]]:
    """The numbers of a section's table, by the first cell of their row and the head of their column."""
    heads = [words(head) for head in section.findall(".//thead//th")]
    return {words(row[0]): dict(_numbers(row, heads)) for row in section.findall(".//tbody/tr")}


def _numbers(row: Element, heads: list[str]) -> Iterator[tuple[str, float]]:
    for head, cell in zip(heads, row, strict=True):
        for data in cell.iter("data"):
            yield head, float(data.attrib["value"])


class Tags(HTMLParser):
    """The tags of a page as an HTML parser reads them, in order, with the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag with the names of its attributes."""
        self.tags.append(" ".join([tag, *sorted(name for name, _ in attrs)]))
