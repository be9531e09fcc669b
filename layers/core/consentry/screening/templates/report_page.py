"""A screening's report as a page for people: the answer first, then what was admitted and refused, and why.

Made of the log row alone. Nobody's name is in it, and no pseudonym; nothing in it is loaded from anywhere.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from consentry.html.elements import Child, code, count, element, moment
from consentry.html.page import answer, facts, page
from consentry.manifests.model import CombineBy
from consentry.screening.report import build_report
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening.templates.plots import patterns
from consentry.screening.templates.report_parts import parts_of

REPORT = "report.json"
"""The name of what counts where the two differ: it lies beside the page and is written first."""


def render_page(decision: ScreeningDecision) -> str:
    """The page: HTML that is well-formed XML, to be kept as UTF-8."""
    title = f"{_answer(decision)}: screening {decision.decision_id}"
    parts = element("main", *parts_of(decision, build_report(decision)))
    return page(title, _header(decision), patterns(), parts, _footer(decision))


def _answer(decision: ScreeningDecision) -> str:
    if decision.revises is not None:
        return "Denied: taken back"
    return "Allowed" if decision.allows else "Denied"


def _header(decision: ScreeningDecision) -> Element:
    kind, caption = "Consentry, report of a screening", _answer(decision)
    said = answer(kind, caption, decision.allows, *_until(decision))
    return element("header", said, facts(_facts(decision)))


def _until(decision: ScreeningDecision) -> Iterator[Child]:
    """What may be done, and until when."""
    if decision.expires_at and decision.allows:
        yield "The admitted rows, and no others, may be used as asked until "
        yield element("strong", moment(decision.expires_at))
        yield ". After that nothing in these files may be used: ask again."
    elif decision.revises is not None:
        yield "Superseded: what had been allowed on "
        yield moment(decision.evaluated_at)
        yield " was taken back on "
        yield element("strong", moment(decision.at))
        yield ". Nothing in these files may be used. What follows is how the rows were sorted then."
    else:
        yield "No row of the manifest was admitted. Nothing in it may be used as asked."


def _facts(decision: ScreeningDecision) -> dict[str, Child]:
    use, assignment = decision.use, decision.assignment
    guardrails = ", ".join(
        f"{name} (only observed)" if name in assignment.dry_run else name
        for name in assignment.guardrails
    )
    return {
        "Use": f"{use.operation} for {use.service} on a {use.model_owner} model",
        "Manifest, SHA-256": code(decision.manifest.sha256),
        "Manifest": _described(decision),
        "Bound by": f"{assignment.terms}; limits: {guardrails}" if guardrails else assignment.terms,
        "Decision": code(decision.decision_id),
        "Revision": count(decision.revision),
        "Decided": moment(decision.at),
    }


def _described(decision: ScreeningDecision) -> str:
    manifest = decision.manifest
    people = "1 person" if manifest.people == 1 else f"{manifest.people:,} people"
    rows = "1 row" if manifest.rows == 1 else f"{manifest.rows:,} rows"
    said = f"{manifest.format}, {rows}, {manifest.bytes:,} bytes, {people} named"
    if all(output.recordings is None for output in decision.outputs.values()):
        return said
    return f"{said}; recordings judged {_COMBINED[manifest.combine]}"


_COMBINED = {CombineBy.RECORDING: "whole", CombineBy.SEGMENTS: "by segments"}


def _footer(decision: ScreeningDecision) -> Element:
    ends: Child = "nothing may be used"
    if decision.allows and decision.expires_at:
        ends = element("span", "may be relied on until ", moment(decision.expires_at))
    words = (
        *("This page is for people to read. What counts is ", code(REPORT)),
        " beside it, which is written first: where the two differ, believe that one. Decision ",
        *(code(decision.decision_id), ", revision ", count(decision.revision), ": ", ends, "."),
    )
    return element("footer", element("p", *words))
