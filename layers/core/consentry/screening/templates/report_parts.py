"""What a screening's page tells below its answer: its report's numbers, under the names that people read."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from consentry.decisions.evaluation import BUILT_IN, Reason
from consentry.html.elements import Child, code, count, hours, table
from consentry.html.page import headed
from consentry.manifests.model import CombineBy, RowOutcome
from consentry.manifests.summary import OutputFile
from consentry.screening.row_patterns import rules_of
from consentry.screening.screening_decision import ScreeningDecision
from consentry.screening.templates.report_sections import (
    HOURS,
    ROWS,
    ReportSection,
    Unit,
    by_name,
    outcomes,
    section,
)

_EACH_RULE = (
    "A row counts once for each rule that decided it, so these may add up to more than there is."
)
_EACH_CATEGORY = "A row counts once for each category that it holds."
_IN_ALL = {
    CombineBy.RECORDING: "All people in what was judged as one: the row, or the recording that it belongs to.",
    CombineBy.SEGMENTS: "All people who are heard while the row lasts.",
}


def parts_of(decision: ScreeningDecision, report: Mapping[str, Any]) -> Iterator[Element]:
    """The plots with their tables, and then what lies where and which terms were asked."""
    yield outcomes(_by_outcome("rows", "Rows by outcome", ROWS, _output_rows(report)))
    yield section(_by_rule("rules", "Rows by rule", decision, ROWS, report["rules"]))
    categories = by_name(report["data"])
    yield section(
        ReportSection("data", "Rows by data category", _EACH_CATEGORY, "Category", ROWS, categories)
    )
    yield section(_by_people(decision, report))
    spoken = _output_hours(report)
    if spoken:
        yield outcomes(_by_outcome("hours", "Hours of speech by outcome", HOURS, spoken))
    if report["hours"]:
        by_rule = report["hours"]["rules"]
        yield section(_by_rule("hours-rules", "Hours of speech by rule", decision, HOURS, by_rule))
    yield section(_unread(report))
    yield _outputs(decision)
    yield _tables(decision)


def _by_outcome(key: str, title: str, unit: Unit, amounts: Mapping[str, float]) -> ReportSection:
    named = {name.capitalize(): {name: amount} for name, amount in amounts.items()}
    return ReportSection(
        key, title, "Every row of the manifest is in one of three files.", "Outcome", unit, named
    )


def _output_rows(report: Mapping[str, Any]) -> dict[str, float]:
    return {str(p): report["outputs"][p]["rows"] for p in RowOutcome}


def _output_hours(report: Mapping[str, Any]) -> dict[str, float]:
    caption = {str(p): report["outputs"][p]["seconds"] for p in RowOutcome}
    return {name: seconds / 3600 for name, seconds in caption.items() if seconds is not None}


def _by_rule(
    key: str, title: str, decision: ScreeningDecision, unit: Unit, caption: Mapping[str, Any]
) -> ReportSection:
    details = _rules(decision)
    return ReportSection(
        key,
        title,
        _EACH_RULE,
        "Rule",
        unit,
        by_name(caption),
        ("In plain words", "Clause"),
        details,
    )


def _rules(decision: ScreeningDecision) -> dict[str, tuple[Child, Child]]:
    """What each deciding rule says, and where it stands."""
    found: dict[str, tuple[Child, Child]] = {}
    for reason in (each for pattern in decision.row_patterns for each in pattern.deciding_reasons):
        explanations = reason.explanations or ("This version says nothing of such a use.",)
        clauses = reason.clauses or ("-",)
        for rule, words, clause in zip(rules_of(reason), explanations, clauses, strict=True):
            found.setdefault(rule, (words, _where(reason, clause)))
    return found


def _where(reason: Reason, clause: str) -> str:
    if reason.policy_set_id == BUILT_IN:
        return "a rule of Consentry's own"
    version = f"{reason.policy_set_id}@{reason.version}"
    return version if clause == "-" else f"{version}, {clause}"


def _by_people(decision: ScreeningDecision, report: Mapping[str, Any]) -> ReportSection:
    sizes = by_name(report["people"])
    ordered = sorted(sizes, key=lambda size: int(size.rstrip("+")))
    named = {_people(size): sizes[size] for size in ordered}
    note = f"{_IN_ALL[decision.manifest.combine]} Rows that could not be read are not counted."
    return ReportSection("people", "Rows by number of people in them", note, "People", ROWS, named)


def _people(size: str) -> str:
    if size.endswith("+"):
        return f"{size.rstrip('+')} or more people"
    return {"0": "nobody", "1": "1 person"}.get(size, f"{size} people")


def _unread(report: Mapping[str, Any]) -> ReportSection:
    caption = by_name({RowOutcome.UNDETERMINED: report["invalid_rows"]})
    note = (
        "What was wrong with rows that said nothing that could be decided. They are undetermined."
    )
    return ReportSection(
        "invalid_rows", "What could not be read", note, "Field and problem", ROWS, caption
    )


def _outputs(decision: ScreeningDecision) -> Element:
    files = {name: _file(output) for name, output in decision.outputs.items()}
    heads = [head for head in _HEADS if any(head in caption for caption in files.values())]
    rows = [(name, *(caption.get(head, "-") for head in heads)) for name, caption in files.items()]
    note = _USABLE if decision.allows else "None of them may be used."
    if decision.manifest.combine is CombineBy.SEGMENTS:
        note += " A recording may lie in several of them, and counts in each."
    caption = table("Files that were written", ("File", *heads), rows)
    return headed("outputs", "Files", note, caption)


_USABLE = "Only the admitted one may be used, and only if it has this digest."
_HEADS = ("Rows", "Bytes", "Recordings", "Hours", "SHA-256", "Key")


def _file(output: OutputFile) -> dict[str, Child]:
    caption: dict[str, Child] = {"Rows": count(output.rows), "Bytes": count(output.bytes)}
    if output.recordings is not None:
        caption["Recordings"] = count(output.recordings)
    if output.seconds is not None:
        caption["Hours"] = hours(output.seconds / 3600)
    return {**caption, "SHA-256": code(output.sha256), "Key": code(output.key)}


def _tables(decision: ScreeningDecision) -> Element:
    rows = [(name, code(digest)) for name, digest in decision.truth_tables.items()]
    note = "Each version of a text that could speak, by the digest of the table that it was compiled to."
    heads = ("Version", "Digest")
    return headed("terms", "Terms", note, table("Terms that were asked", heads, rows))
