"""A screening's report as a page: the outcome first, then what was admitted or rejected, and why.

The page is built from the log row alone. It contains no id of a person and no pseudonym.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from consentry.decisions.evaluation import BUILT_IN, Reason
from consentry.html.environment import render
from consentry.html.labels import number_of
from consentry.manifests.model import CombineBy, RowOutcome
from consentry.screening.plots import Amounts, Chart, Unit, by_name
from consentry.screening.report import REPORT, build_report
from consentry.screening.row_patterns import rules_of
from consentry.screening.screening_decision import ScreeningDecision

_PER_FILE = "Every row of the manifest is in one of three files."
_PER_RULE = (
    "A row counts once for each rule that decided it, so the sum may exceed the number of rows."
)
_PER_PERSON = {
    CombineBy.RECORDING: "All people in the row, or in its recording if the row belongs to one.",
    CombineBy.SEGMENTS: "All people who speak during the row.",
}


def render_report_page(decision: ScreeningDecision) -> str:
    """Render the report as HTML."""
    assignment, outputs = decision.assignment, decision.outputs.values()
    report = build_report(decision)
    return render(
        "screening/report.html",
        decision=decision,
        heading=_heading(decision),
        permit_id=report["permit_id"],
        guardrails=[
            f"{name} (dry run)" if name in assignment.dry_run else name
            for name in assignment.guardrails
        ],
        by_segments=decision.manifest.combine is CombineBy.SEGMENTS,
        with_recordings=any(output.recordings is not None for output in outputs),
        with_hours=any(output.seconds is not None for output in outputs),
        warnings=report["warnings"],
        charts=list(_charts(decision, report)),
        report_file=REPORT,
    )


def _heading(decision: ScreeningDecision) -> str:
    if decision.revises is not None:
        return "Denied: superseded"
    if not decision.allows:
        return "Denied"
    admitted, rows = decision.outputs[RowOutcome.ADMITTED].rows, decision.manifest.rows
    if admitted == rows:
        return "Allowed"
    return f"Allowed in part: {admitted:,} of {number_of(rows, 'row')}"


def _charts(decision: ScreeningDecision, report: Mapping[str, Any]) -> Iterator[Chart]:
    rows = {outcome: report["outputs"][outcome]["rows"] for outcome in RowOutcome}
    yield _outcomes("rows", "Rows by outcome", Unit.ROWS, rows)
    yield _rules("rules", "Rows by rule", Unit.ROWS, report["rules"], decision)
    note = "A row counts once for each of its categories."
    categories = by_name(report["data"])
    yield Chart("data", "Rows by data category", note, "Category", Unit.ROWS, categories)
    yield _people(decision, report["rows_by_people"])
    seconds = {outcome: report["outputs"][outcome]["seconds"] for outcome in RowOutcome}
    hours = {outcome: s / 3600 for outcome, s in seconds.items() if s is not None}
    if hours:
        yield _outcomes("hours", "Speech by outcome, h:mm:ss", Unit.HOURS, hours)
    if report["hours"]:
        by_rule = report["hours"]["rules"]
        yield _rules("hours-rules", "Speech by rule, h:mm:ss", Unit.HOURS, by_rule, decision)
    note = (
        "Rows without valid facts to decide on, by what is wrong with them. They are undetermined."
    )
    problems = by_name({RowOutcome.UNDETERMINED: report["invalid_rows"]})
    yield Chart("invalid_rows", "Invalid rows", note, "Field and problem", Unit.ROWS, problems)


def _outcomes(key: str, heading: str, unit: Unit, amounts: Mapping[RowOutcome, float]) -> Chart:
    named: Amounts = {
        outcome.capitalize(): {outcome: amount} for outcome, amount in amounts.items()
    }
    return Chart(key, heading, _PER_FILE, "Outcome", unit, named, shares=True)


def _rules(
    key: str, heading: str, unit: Unit, amounts: Amounts, decision: ScreeningDecision
) -> Chart:
    heads, details = ("Explanation", "Source"), _rule_details(decision)
    return Chart(
        key, heading, _PER_RULE, "Rule", unit, by_name(amounts), detail_heads=heads, details=details
    )


def _rule_details(decision: ScreeningDecision) -> dict[str, tuple[str, str]]:
    details: dict[str, tuple[str, str]] = {}
    for pattern in decision.row_patterns:
        for reason in pattern.deciding_reasons:
            clauses = reason.clauses or ("-",)
            rules = zip(rules_of(reason), reason.explanations, clauses, strict=True)
            for rule, explanation, clause in rules:
                details.setdefault(rule, (explanation, _source(reason, clause)))
    return details


def _source(reason: Reason, clause: str) -> str:
    if reason.policy_set_id == BUILT_IN:
        return "built into Consentry"
    version = f"{reason.policy_set_id}@{reason.version}"
    return version if clause == "-" else f"{version}, {clause}"


def _people(decision: ScreeningDecision, amounts: Amounts) -> Chart:
    sizes = by_name(amounts)
    ordered = sorted(sizes, key=lambda size: int(size.rstrip("+")))
    named = {_number_of_people(size): sizes[size] for size in ordered}
    note = f"{_PER_PERSON[decision.manifest.combine]} Invalid rows are not counted."
    return Chart("people", "Rows by number of people in them", note, "People", Unit.ROWS, named)


def _number_of_people(size: str) -> str:
    if size.endswith("+"):
        return f"{size.rstrip('+')} or more people"
    return number_of(int(size), "person", "people")
