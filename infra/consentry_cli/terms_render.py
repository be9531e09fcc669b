"""A difference of two versions as a table, as JSON, or as Markdown for a pull request."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from consentry.terms.policy_set import PolicySetKind
from consentry.terms.truth_table import TruthTable
from consentry_terms.change_descriptions import (
    data_names,
    describe_both,
    describe_change,
    describe_ruling,
    operation_names,
    owner_names,
)
from consentry_terms.declarations import MaterialUse
from consentry_terms.differences import Change, Difference
from consentry_terms.row_grouping import RulingSummary

NOTHING_CHANGES = "No answer changes."


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """One of the two: a version, or the time before a policy set's first (no table: silent on every row)."""

    policy_set: str
    version: str
    table: TruthTable | None

    def __str__(self) -> str:
        return (
            f"{self.policy_set}@{self.version}"
            if self.table
            else f"{self.policy_set} {self.version}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and what changes; `material`: what was declared from one to the other, with its date."""

    kind: PolicySetKind
    before: ComparedVersion
    after: ComparedVersion
    difference: Difference
    material: tuple[tuple[str, MaterialUse], ...]


def print_table(compared: Comparison) -> None:
    """A row for each change; `+` where a model may learn from what it could not learn from."""
    console = Console()
    changes = compared.difference.changes
    if changes:
        table = Table(title=f"{compared.before} -> {compared.after}", show_lines=True)
        table.add_column("", width=1)
        for column in ("operation", "data", "model owner", "before", "after"):
            table.add_column(column, overflow="fold")
        for change in changes:
            table.add_row(*_cells(change, compared.kind))
        console.print(table)
    else:
        console.print(f"{compared.before} -> {compared.after}: {NOTHING_CHANGES}", highlight=False)
    for line in _remarks(compared):
        console.print(line, highlight=False, markup=False)


def _cells(change: Change, kind: PolicySetKind) -> list[str]:
    marked = "+" if change.newly_allowed_for_training else ""
    named = [
        operation_names(change.operations),
        data_names(change.data),
        owner_names(change.owners),
    ]
    return [marked, *named, *describe_both(change, kind)]


def as_markdown(compared: Comparison) -> str:
    """A heading, a line for each change, and what else a reviewer should know."""
    lines = [f"### Terms: {compared.before} -> {compared.after}", ""]
    for change in compared.difference.changes:
        marked = "**newly allowed for training:** " if change.newly_allowed_for_training else ""
        lines.append(f"- {marked}{describe_change(change, compared.kind)}")
    if not compared.difference.changes:
        lines.append(NOTHING_CHANGES)
    return "\n\n".join(["\n".join(lines), *_remarks(compared)])


def as_json(compared: Comparison) -> str:
    """Everything, for a program: words of the vocabulary, and a sentence for each change."""
    difference = compared.difference
    said = {
        "before": _side(compared.before),
        "after": _side(compared.after),
        "kind": compared.kind,
        "newly_allowed_for_training": difference.newly_allowed_for_training,
        "changes": [_change(change, compared.kind) for change in difference.changes],
        "rules": {
            "added": difference.added,
            "dropped": difference.dropped,
            "reworded": difference.reworded,
        },
        "material_for": [
            {"version": date} | use.model_dump(mode="json", exclude_none=True)
            for date, use in compared.material
        ],
    }
    return json.dumps(said, indent=2)


def _side(side: ComparedVersion) -> dict[str, str | None]:
    table = side.table
    return {
        "policy_set": side.policy_set,
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


def _summary(said: RulingSummary, kind: PolicySetKind) -> dict[str, Any]:
    return asdict(said) | {"text": describe_ruling(said, kind)}


def _remarks(compared: Comparison) -> Iterator[str]:
    difference = compared.difference
    rows = sum(change.rows for change in difference.changes)
    more = "something" if difference.newly_allowed_for_training else "nothing"
    yield f"{rows} rows change; newly allowed for training: {more}."
    for what in ("added", "dropped", "reworded"):
        if rules := getattr(difference, what):
            yield f"Rules {what}: {', '.join(rules)}."
    declared = ", ".join(f"{use} ({date})" for date, use in compared.material)
    yield f"Material change declared for: {declared or 'no use'}."
