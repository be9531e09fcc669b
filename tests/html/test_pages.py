"""What all pages have in common: labels instead of code words, whole tables at any width, who they are about."""

import re
from collections.abc import Callable, Iterator

import pytest

from consentry.consent.consent_event import ConsentEventKind
from consentry.datasets.status import OutdatedCause
from consentry.decisions.evaluation import Outcome
from consentry.html.labels import label
from consentry.kernel.vocabulary import ConsentStatus, vocabulary
from consentry.privacy import person_page
from consentry.privacy.person_page import render_person_page
from consentry.receipts.receipt_page import render_receipt_page
from consentry.screening.report_page import render_report_page
from tests.testkit.builders.dependencies import FakeDependencies, consent_event, use_request
from tests.testkit.builders.erasures import SIGNED
from tests.testkit.builders.exports import exported
from tests.testkit.builders.receipts import GRANT, WITHDRAWAL, receipt_after
from tests.testkit.builders.screenings import ScreeningDriver, row, screening_with_withdrawals
from tests.testkit.html_pages import page_heading, parsed, screened_recordings, words


def person() -> str:
    driver = screening_with_withdrawals()
    driver.deps.record(consent_event("anns", "grant", **SIGNED))
    driver.put([row("ann")])
    driver.screen()
    driver.deps.decide(use_request())
    driver.deps.record(consent_event("no", "withdrawal", person="ann", uses="all", data="all"))
    driver.deps.decide(use_request("r-2"))
    return render_person_page(exported(driver.deps))


PAGES: dict[str, Callable[[], str]] = {
    "the report of recordings": lambda: render_report_page(screened_recordings()),
    "a receipt": lambda: render_receipt_page(receipt_after(GRANT, WITHDRAWAL)[0]),
    "a person": person,
}


@pytest.fixture(params=[*PAGES.values()], ids=[*PAGES])
def page(request: pytest.FixtureRequest) -> str:
    made: str = request.param()
    return made


def test_each_cell_of_a_table_names_its_column_for_narrow_screens_and_paper(page: str) -> None:
    tables = list(parsed(page).iter("table"))

    assert tables
    for table in tables:
        heads = [words(head) for head in table.findall("./thead/tr/th")]
        for line in table.findall("./tbody/tr"):
            assert [cell.get("data-head") for cell in line[1:]] == heads[1:]


def test_tables_keep_their_roles_where_their_rows_are_shown_as_blocks(page: str) -> None:
    roles = {
        "table": "table",
        "thead": "rowgroup",
        "tbody": "rowgroup",
        "tr": "row",
        "td": "cell",
    }
    for table in parsed(page).iter("table"):
        for part in table.iter():
            if part.tag in roles:
                assert part.get("role") == roles[part.tag]
            if part.tag == "th":
                assert (
                    part.get("role")
                    == {"col": "columnheader", "row": "rowheader"}[part.attrib["scope"]]
                )


def test_a_page_for_a_person_has_no_code_words() -> None:
    for made in (PAGES["a person"](), PAGES["a receipt"]()):
        shown = " ".join(_texts_outside_of_code(made))
        assert not re.findall(r"\b[a-z]+_[a-z_]+\b", shown)
        assert not re.findall(r"\b1 [a-z]+s\b", shown)


def _texts_outside_of_code(page: str) -> Iterator[str]:
    (body,) = parsed(page).iter("body")
    for part in body.iter():
        if part.tag != "code" and part.text:
            yield part.text
        yield part.tail or ""


@pytest.mark.parametrize("words_by_value", [
    (person_page._STATUSES, ConsentStatus),
    (person_page._EVENTS, ConsentEventKind),
    (person_page._OUTCOMES, Outcome),
    (person_page._CAUSES, OutdatedCause),
])  # fmt: skip
def test_every_value_on_the_page_of_a_person_has_words(words_by_value: tuple[dict, type]) -> None:  # type: ignore[type-arg]
    texts, values = words_by_value

    assert set(texts) == set(values)  # type: ignore[call-overload]
    assert not any("_" in text for text in texts.values())


def test_a_word_of_the_vocabulary_is_shown_by_its_label() -> None:
    known = vocabulary()

    assert label("customer_content.screen_share") == "screen share"
    assert {label(role) for role in known.roles} == {
        role.label[:1].lower() + role.label[1:] for role in known.roles.values()
    }
    assert label("not_removable") == "not removable"


@pytest.mark.parametrize(
    ("admitted", "rejected", "heading"),
    [
        (1, 4, "Allowed in part: 1 of 5 rows"),
        (2, 0, "Allowed"),
        (1, 0, "Allowed"),
        (0, 1, "Denied"),
        (1500, 1, "Allowed in part: 1,500 of 1,501 rows"),
    ],
)
def test_the_heading_of_a_report_says_how_much_is_allowed(
    admitted: int, rejected: int, heading: str
) -> None:
    driver = screening_with_withdrawals("bob")
    driver.put([row("ann")] * admitted + [row("bob")] * rejected)

    assert page_heading(render_report_page(driver.screen())) == heading


def test_a_report_names_its_customer_data_set_and_permit(deps: FakeDependencies) -> None:
    driver = ScreeningDriver(deps)
    driver.put([row("ann")])
    decision = driver.screen()
    report = driver.report(decision)

    facts = _facts(render_report_page(decision))

    assert facts["Customer"] == "acme"
    assert facts["Data set"] == report["data_set_id"]
    assert facts["Data permit"] == report["permit_id"]


def test_a_report_of_a_denial_names_no_data_set_and_no_permit() -> None:
    driver = screening_with_withdrawals("bob")
    driver.put([row("bob")])

    facts = _facts(render_report_page(driver.screen()))

    assert (facts["Data set"], facts["Data permit"]) == ("none", "none")


def _facts(page: str) -> dict[str, str]:
    (facts, *_) = parsed(page).iter("dl")
    return {words(name): words(value) for name, value in zip(facts[::2], facts[1::2], strict=True)}
