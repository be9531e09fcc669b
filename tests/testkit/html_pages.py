"""Read a report page back: its tables by section."""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from consentry.screening.screening_decision import ScreeningDecision
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import ScreeningDriver, rttm_screening, said
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.fakes.object_repository import InMemoryObjectRepository


def screened_recordings() -> ScreeningDecision:
    """A screening by segments with admitted, rejected and unreadable rows."""
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    acme.deps.record(consent_event("w", "withdrawal", person="bob"))
    heard = [("m1", "ann", "0", "40"), ("m1", "cid", "30", "40"), ("m2", "bob", "0", "20")]
    acme.put([*(said(*each) for each in heard), b"SPEAKER m3 1 0 9 <NA> <NA> b#b <NA> <NA>\n"])
    return acme.screen(rttm_screening(combine="segments"))


def stored_report_page(decision: ScreeningDecision, store: InMemoryObjectRepository) -> str:
    """The stored page of a decision."""
    token = decision.decision_id.rpartition("~")[2]
    return store.objects[
        f"{decision.request_record.customer}/screenings/{token}/report.html"
    ].decode()


def page_heading(page: str) -> str:
    """The heading of a page."""
    (heading,) = parsed(page).iter("h1")
    return words(heading)


def parsed(page: str) -> Element:
    """Parse a page as XML. Raises if it is not well-formed."""
    return ElementTree.fromstring(page)  # noqa: S314 - it is our own


def words(part: Element) -> str:
    """All text in an element, with single spaces."""
    return " ".join("".join(part.itertext()).split())


def sections(page: str) -> dict[str, Element]:
    """The sections of a page, by id."""
    return {part.attrib["aria-labelledby"]: part for part in parsed(page).iter("section")}


def numbers(section: Element) -> dict[str, dict[str, float]]:
    """The numbers in the table of a section, by row name and column heading."""
    heads = [words(head) for head in section.findall(".//thead//th")]
    return {words(row[0]): dict(_numbers(row, heads)) for row in section.findall(".//tbody/tr")}


def _numbers(row: Element, heads: list[str]) -> Iterator[tuple[str, float]]:
    for head, cell in zip(heads, row, strict=True):
        for data in cell.iter("data"):
            yield head, float(data.attrib["value"])


class Tags(HTMLParser):
    """The tags of a page as an HTML parser sees them, in order, with attribute names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record a tag with its attribute names. Classes are left out: they depend on text lengths."""
        self.tags.append(" ".join([tag, *sorted(name for name, _ in attrs if name != "class")]))
