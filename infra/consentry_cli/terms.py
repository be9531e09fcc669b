"""`consentry terms`: check books, show one, compare two versions, build the tables."""

import sys
from datetime import date
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.table import Table

from consentry.terms.truth_table import Ruling, TruthTable
from consentry_terms.build import build_policy_sets, check_policy_sets
from consentry_terms.compiler import compile_table
from consentry_terms.errors import TermsSourceError
from consentry_terms.row_grouping import RulingSummary, TermsLine, group_rows
from consentry_terms.schema import read_schema
from consentry_terms.sources import (
    POLICY_SETS,
    SCHEMA,
    PolicySetSource,
    PolicySetVersion,
    read_source,
)

app = App(name="terms", help="The terms as Cedar books: check, show, compare, build.")
DIFF = "Which answers change between two versions: exit 3 if more may be trained on, else 0."
CITE = "Print the sentences that hold the words, each under the digest that cites it."
app.command("consentry_cli.terms_diff:diff", name="diff", help=DIFF)
app.command("consentry_cli.terms_cite:cite", name="cite", help=CITE)


@app.command
def check(directory: Path = POLICY_SETS) -> int:
    """Validate and compile every policy set, and try its cases; change nothing.

    Parameters
    ----------
    directory
        One policy set (policy_set.json, dated .cedar files, cases.json), or a directory of policy sets.
    """
    try:
        checked = check_policy_sets(directory)
    except TermsSourceError as wrong:
        return report_error(wrong)
    for policy_set in checked:
        for document in policy_set.documents:
            rules, entries = len(document["rules"]), len(document["entries"])
            version = f"{policy_set.source.name} {document['in_force_from']}"
            print(f"{version}: {rules} rules, {entries} distinct rulings, {document['digest']}")
        print(
            f"{policy_set.source.name}: {f'{policy_set.cases} cases hold' if policy_set.cases else 'no cases'}"
        )
    return 0


@app.command
def build(directory: Path, *, policy_sets: Path = POLICY_SETS) -> int:
    """Write the tables that the functions read.

    Parameters
    ----------
    directory
        Where the tables and index.json go.
    policy_sets
        The directory of books.
    """
    try:
        digests = build_policy_sets(policy_sets, directory)
    except TermsSourceError as wrong:
        return report_error(wrong)
    for version, digest in digests.items():
        print(f"{version} {digest}")
    return 0


@app.command
def show(policy_set: str, *, at: str | None = None, policy_sets: Path = POLICY_SETS) -> int:
    """Print what a policy set permits, on which conditions, by which rules.

    Parameters
    ----------
    policy_set
        Its name.
    at
        A date, as 2023-08-08: the version then in force. Without it, the latest.
    policy_sets
        The directory that holds the policy set.
    """
    try:
        day = _parse_date(at) if at else None
        source = read_source(policy_sets / policy_set)
        version = version_at(source, day)
        if version is None:
            raise TermsSourceError(str(source.path), f"no version was in force at {day}")
        table = compile_table(source, version, read_schema(SCHEMA))
    except TermsSourceError as wrong:
        return report_error(wrong)
    _print(table, source, version)
    return 0


def _parse_date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as undated:
        raise TermsSourceError("--at", "is no date such as 2023-08-08") from undated


def version_at(source: PolicySetSource, at: date | None) -> PolicySetVersion | None:
    """The version in force on a date, the latest without one; None before the first."""
    dated = [each for each in source.versions if not at or each.in_force_from <= at.isoformat()]
    return dated[-1] if dated else None


def _print(table: TruthTable, source: PolicySetSource, version: PolicySetVersion) -> None:
    console = Console()
    title = f"{table.policy_set} ({source.kind} policy set), version {table.version}"
    shown = Table(title=title, show_lines=True)
    for column in ("data", "operation", "model owner", "ruling", "rules"):
        shown.add_column(column, overflow="fold", no_wrap=column in ("operation", "model owner"))
    for line in group_rows(table):
        cells = [line.data, line.operations, line.owners]
        shown.add_row(*map("\n".join, cells), _describe_ruling(line.summary, source), _rules(line))
    console.print(shown)
    for rule in table.rules.values():
        console.print(f"[bold]{rule.id}[/] ({rule.clause}): {rule.explanation}", highlight=False)
        if rule.interpretation:
            console.print(f"  [dim]our reading: {rule.interpretation}[/]", highlight=False)
        for digest in version.declared.clauses.get(rule.clause, ()):
            console.print(f"  [dim]the sentence read: {digest}[/]", highlight=False)
    console.print(
        f"material change declared for: {describe_material_uses(version)}", highlight=False
    )


def describe_material_uses(version: PolicySetVersion) -> str:
    """The uses that a version declares it changes materially."""
    return ", ".join(map(str, version.declared.material_for)) or "no use"


def _rules(line: TermsLine) -> str:
    return "\n".join(rule.partition(".")[2] for rule in line.rules) or "-"


def _describe_ruling(summary: RulingSummary, source: PolicySetSource) -> str:
    words = {
        Ruling.PERMIT: "permitted",
        Ruling.FORBID: "forbidden",
        Ruling.NOT_COVERED: "not_covered",
    }
    if source.kind == "guardrails":
        words[Ruling.NOT_COVERED] = "not forbidden"
    text = words[summary.ruling]
    if summary.conditions:
        text += f", if\n{'\n'.join(summary.conditions)}"
        text += f"\nelse {' or '.join(words[other] for other in summary.otherwise)}"
    return text


def report_error(wrong: TermsSourceError) -> int:
    """Say on stderr what is wrong with which file; the exit code."""
    parts = [part for part in (wrong.file, wrong.rule, wrong.problem) if part]
    print("error: " + "\n  ".join(parts), file=sys.stderr)
    return 1
