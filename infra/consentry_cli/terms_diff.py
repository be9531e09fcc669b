"""`consentry terms diff`: what a new version of the terms changes, and whether it allows more training."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from consentry.terms.policy_set import PolicySetKind
from consentry.terms.truth_table import TruthTable
from consentry_cli.exit_codes import DENIED, OK
from consentry_cli.options import AsJson
from consentry_cli.render import console, print_table
from consentry_terms.change_descriptions import (
    describe_both,
    describe_change,
    describe_ruling,
    operation_names,
    owner_names,
)
from consentry_terms.compiler import compile_table
from consentry_terms.declarations import MaterialUse
from consentry_terms.differences import Change, Difference, compare
from consentry_terms.errors import TermsSourceError
from consentry_terms.row_grouping import RulingSummary
from consentry_terms.schema import read_schema
from consentry_terms.sources import (
    POLICY_SETS,
    SCHEMA,
    PolicySetSource,
    PolicySetVersion,
    read_source,
)
from consentry_terms.vocabularies import VOCABULARIES

NOTHING_CHANGES = "No answer changes."
RULE_CHANGES = ("added", "dropped", "reworded")

AsMarkdown = Annotated[bool, Parameter(negative=(), help="Print Markdown, for a pull request.")]
PolicySets = Annotated[Path, Parameter(help="The directory of policy sets.")]
Vocabularies = Annotated[Path, Parameter(help="The directory of vocabularies.")]


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """A version, or the time before the first one (no truth table: nothing is covered)."""

    source: PolicySetSource
    table: TruthTable | None

    def __str__(self) -> str:
        if self.table:
            return f"{self.source.name}@{self.table.version}"
        return f"{self.source.name} before {self.source.versions[0].in_force_from}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and what changes; `material` holds the declared material changes, with their dates."""

    before: ComparedVersion
    after: ComparedVersion
    difference: Difference
    material: tuple[tuple[str, MaterialUse], ...]

    @property
    def kind(self) -> PolicySetKind:
        """The kind of both policy sets: terms or guardrails."""
        return self.after.source.kind


def diff(
    before: str,
    after: str,
    *,
    policy_set: str | None = None,
    policy_sets: PolicySets = POLICY_SETS,
    vocabularies: Vocabularies = VOCABULARIES,
    as_json: Annotated[AsJson, Parameter(name="--json")] = False,
    markdown: AsMarkdown = False,
) -> int:
    """Print what changes between two versions. Exit 3 if the second allows more training, else 0.

    Parameters
    ----------
    before
        `POLICY_SET@DATE`, the version in force on that date; or, with --policy-set, the date alone.
    after
        The version to compare with `before`, in the same form.
    policy_set
        The policy set of both versions.
    """
    old, new = (
        _read_version(each, policy_set, policy_sets, vocabularies) for each in (before, after)
    )
    comparison = _compare(old, new)
    if as_json:
        print(json.dumps(_document(comparison), indent=2))
    elif markdown:
        print(_markdown(comparison))
    else:
        _print_changes(comparison)
    return DENIED if comparison.difference.newly_allowed_for_training else OK


def compile_version(
    source: PolicySetSource, at: date | None
) -> tuple[PolicySetVersion | None, TruthTable | None]:
    """The version in force on a date, or the latest without one, and its truth table; None before the first."""
    dated = [each for each in source.versions if not at or each.in_force_from <= at.isoformat()]
    if not dated:
        return None, None
    return dated[-1], compile_table(source, dated[-1], read_schema(SCHEMA))


def _read_version(
    named: str, policy_set: str | None, policy_sets: Path, vocabularies: Path
) -> ComparedVersion:
    name, _, day = named.rpartition("@")
    try:
        at = date.fromisoformat(day)
    except ValueError as undated:
        problem = "is not POLICY_SET@DATE, such as house@2026-01-31"
        raise TermsSourceError(named, problem) from undated
    if bool(name) == bool(policy_set):
        raise TermsSourceError(named, "must be POLICY_SET@DATE, or DATE with --policy-set")
    source = read_source(policy_sets / (name or policy_set or ""), vocabularies)
    return ComparedVersion(source, compile_version(source, at)[1])


def _compare(before: ComparedVersion, after: ComparedVersion) -> Comparison:
    kind = after.source.kind
    if before.source.kind != kind:
        problem = f"{before.source.kind} cannot be compared with {kind}"
        raise TermsSourceError(after.source.name, problem)
    if before.source.vocabulary != after.source.vocabulary:
        problem = f"has another vocabulary than {before.source.name}"
        raise TermsSourceError(after.source.name, problem)
    difference = compare(before.table, after.table, kind)
    return Comparison(before, after, difference, tuple(_declared(before, after)))


def _declared(before: ComparedVersion, after: ComparedVersion) -> Iterator[tuple[str, MaterialUse]]:
    """The material changes that the versions after the old one declare, up to the new one."""
    same = before.source.name == after.source.name
    start = before.table.version if before.table and same else ""
    end = after.table.version if after.table else ""
    for version in after.source.versions:
        if start < version.in_force_from <= end:
            yield from ((version.in_force_from, use) for use in version.declared.material_for)


def _print_changes(comparison: Comparison) -> None:
    """A row for each change; `+` marks newly allowed training."""
    output, changes = console(), comparison.difference.changes
    title = f"{comparison.before} -> {comparison.after}"
    if changes:
        headings = ("", "operation", "data", "model owner", "before", "after")
        print_table(title, headings, map(partial(_cells, comparison), changes), show_lines=True)
    else:
        output.print(f"{title}: {NOTHING_CHANGES}", highlight=False)
    for line in _remarks(comparison):
        output.print(line, highlight=False, markup=False)


def _cells(comparison: Comparison, change: Change) -> tuple[str, ...]:
    mark = "+" if change.newly_allowed_for_training else ""
    operations, data = operation_names(change.operations), change.data_name
    answers = describe_both(change, comparison.kind)
    return mark, operations, data, owner_names(change.owners), *answers


def _markdown(comparison: Comparison) -> str:
    """A heading, a line for each change, and remarks for a reviewer."""
    lines = [f"### Terms: {comparison.before} -> {comparison.after}", ""]
    for change in comparison.difference.changes:
        mark = "**newly allowed for training:** " if change.newly_allowed_for_training else ""
        lines.append(f"- {mark}{describe_change(change, comparison.kind)}")
    if not comparison.difference.changes:
        lines.append(NOTHING_CHANGES)
    return "\n\n".join(["\n".join(lines), *_remarks(comparison)])


def _document(comparison: Comparison) -> dict[str, Any]:
    """The comparison for a program, with a sentence for each change."""
    difference = comparison.difference
    return {
        "before": _version(comparison.before),
        "after": _version(comparison.after),
        "kind": comparison.kind,
        "newly_allowed_for_training": difference.newly_allowed_for_training,
        "changes": [_change(change, comparison.kind) for change in difference.changes],
        "rules": {kind: getattr(difference, kind) for kind in RULE_CHANGES},
        "material_for": [
            {"version": date} | use.model_dump(mode="json", exclude_none=True)
            for date, use in comparison.material
        ],
    }


def _version(version: ComparedVersion) -> dict[str, str | None]:
    table = version.table
    return {
        "policy_set": version.source.name,
        "version": table.version if table else None,
        "digest": table.digest if table else None,
    }


def _change(change: Change, kind: PolicySetKind) -> dict[str, Any]:
    return {
        "operations": change.operations,
        "data": change.data,
        "model_owners": change.owners,
        "before": _summary(change.before, kind),
        "after": _summary(change.after, kind),
        "rows": change.rows,
        "newly_allowed": change.newly_allowed,
        "newly_allowed_for_training": change.newly_allowed_for_training,
        "text": describe_change(change, kind),
    }


def _summary(summary: RulingSummary, kind: PolicySetKind) -> dict[str, Any]:
    return asdict(summary) | {"text": describe_ruling(summary, kind)}


def _remarks(comparison: Comparison) -> Iterator[str]:
    difference = comparison.difference
    rows = sum(change.rows for change in difference.changes)
    more = "something" if difference.newly_allowed_for_training else "nothing"
    changes = f"{rows} row changes" if rows == 1 else f"{rows} rows change"
    yield f"{changes}; newly allowed for training: {more}."
    for kind in RULE_CHANGES:
        if rules := getattr(difference, kind):
            yield f"Rules {kind}: {', '.join(rules)}."
    declared = ", ".join(f"{use} ({date})" for date, use in comparison.material)
    yield f"Material change declared for: {declared or 'no use'}."
