"""A page holds nothing but what was put into it: well-formed, nothing from elsewhere, names as words alone."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening.templates.report_page import render_page
from tests.testkit.campaign import examples
from tests.testkit.html_pages import Tags, parsed, screened_recordings, sections, words

HOSTILE = [
    '"><script>alert(1)</script>',
    "</style></title><img src=x onerror=alert(1)>",
    "<!--", "]]>", "&lt;&amp;&#x27;", "'\"` onload=x", "a\x00b\x0bc\x1b[2J\ud800\ufffe\u202e\r\n\t", "",
]  # fmt: skip
VOID = {"meta"}
DRAWN = {"rect", "circle"}


@pytest.fixture(scope="module")
def decision() -> ScreeningDecision:
    return screened_recordings()


def named(decision: ScreeningDecision, name: str) -> ScreeningDecision:
    """The decision with one name wherever a table's or a caller's words may come from."""

    def renamed(rules: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for _ in rules)

    row_patterns = tuple(
        replace(
            kind,
            reasons=tuple(
                replace(
                    each,
                    policy_set_id=name,
                    rules=renamed(each.rules),
                    explanations=renamed(each.explanations),
                    clauses=renamed(each.clauses),
                )
                for each in kind.reasons
            ),
        )
        for kind in decision.row_patterns
    )
    return replace(
        decision,
        request_record=replace(decision.request_record, decision_id=name),
        assignment=replace(decision.assignment, terms=name, guardrails=(name,)),
        row_patterns=row_patterns,
        invalid_rows={name: 1},
        truth_tables={name: name},
        outputs={place: replace(o, key=name) for place, o in decision.outputs.items()},
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_escaped_on_the_report_page(
    decision: ScreeningDecision, name: str
) -> None:
    page = render_page(named(decision, name))

    assert Tags(page).tags == Tags(render_page(named(decision, "harmless"))).tags
    shown = re.sub(r"[\x00\x0b\x1b\ud800\ufffe\r]", "\ufffd", name)
    assert {words(code) for code in sections(page)["outputs"].iter("code")} >= {
        " ".join(shown.split())
    }
    page.encode()


@settings(max_examples=examples(20, 320), deadline=None)
@given(name=st.text(max_size=60))
def test_the_report_page_is_well_formed_for_any_name(
    decision: ScreeningDecision, name: str
) -> None:
    page = render_page(named(decision, name))

    assert parsed(page).tag == "html"
    assert "script" not in {tag.split()[0] for tag in Tags(page).tags}


def test_the_report_page_loads_nothing_and_runs_nothing(decision: ScreeningDecision) -> None:
    page = render_page(decision)

    assert "//" not in page
    assert set(re.findall(r"url\(.", page)) == {"url(#"}
    everything = list(parsed(page).iter())
    attributes = {name for each in everything for name in each.attrib}
    assert not attributes & {"src", "href", "srcset", "action", "style", "data", "ping"}
    assert not [name for name in attributes if name.startswith("on")]
    assert not {each.tag for each in everything} & {"script", "link", "base", "iframe", "object"}


def test_the_content_security_policy_allows_only_the_pages_own_style(
    decision: ScreeningDecision,
) -> None:
    page = render_page(decision)

    (style,) = parsed(page).iter("style")
    raw = re.findall(r"<style>(.*?)</style>", page, re.S)
    policies = [m.attrib["content"] for m in parsed(page).iter("meta") if "http-equiv" in m.attrib]
    digest = b64encode(sha256(raw[0].encode()).digest()).decode()
    assert raw == [style.text], "nothing in it that HTML would read otherwise than XML"
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]


def test_html_and_xml_parsers_read_the_same_report_page(decision: ScreeningDecision) -> None:
    page = render_page(decision)

    assert page.startswith("<!DOCTYPE html>\n")
    closed = {tag for tag, _ in re.findall(r"<(\w+)((?: [^<>]*)?)/>", page)}
    assert closed <= VOID | DRAWN, "HTML knows no other element that ends where it begins"
