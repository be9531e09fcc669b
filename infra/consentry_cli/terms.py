"""`consentry terms`: check, show and build policy sets, compare two versions, cite sentences of the terms."""

from datetime import date
from pathlib import Path

from cyclopts import App
from rich.markup import escape

from consentry.html.labels import number_of
from consentry.terms.truth_table import Ruling, TruthTable
from consentry_cli.exit_codes import ERROR, OK
from consentry_cli.main import COMMANDS
from consentry_cli.render import console, print_table
from consentry_cli.terms_diff import PolicySets, Vocabularies, compile_version, diff
from consentry_terms.build import build_policy_sets, check_policy_sets
from consentry_terms.citations import sentence_digest, sentences
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_text
from consentry_terms.row_grouping import RulingSummary, group_rows
from consentry_terms.sources import POLICY_SETS, PolicySetSource, PolicySetVersion, read_source
from consentry_terms.vocabularies import VOCABULARIES

app = App(name="terms", help=COMMANDS["terms"])
app.command(diff)


@app.command
def check(directory: Path = POLICY_SETS, *, vocabularies: Vocabularies = VOCABULARIES) -> None:
    """Validate and compile every policy set, and run its cases. Writes nothing.

    Parameters
    ----------
    directory
        One policy set (policy_set.json, dated .cedar files, cases.json), or a directory of policy sets.
    """
    checked = check_policy_sets(directory, vocabularies)
    for policy_set in checked:
        for document in policy_set.documents:
            rules, entries = len(document["rules"]), len(document["entries"])
            version = f"{policy_set.source.name} {document['in_force_from']}"
            counts = f"{number_of(rules, 'rule')}, {number_of(entries, 'distinct ruling')}"
            print(f"{version}: {counts}, {document['digest']}")
        hold = "holds" if policy_set.cases == 1 else "hold"
        cases = f"{number_of(policy_set.cases, 'case')} {hold}" if policy_set.cases else "no cases"
        print(f"{policy_set.source.name}: {cases}")


@app.command
def build(
    directory: Path,
    *,
    policy_sets: PolicySets = POLICY_SETS,
    vocabularies: Vocabularies = VOCABULARIES,
) -> None:
    """Write the truth tables that the functions read.

    Parameters
    ----------
    directory
        The folder for the truth tables and index.json.
    """
    digests = build_policy_sets(policy_sets, directory, vocabularies)
    for version, digest in digests.items():
        print(f"{version} {digest}")


@app.command
def show(
    policy_set: str,
    *,
    at: str | None = None,
    policy_sets: PolicySets = POLICY_SETS,
    vocabularies: Vocabularies = VOCABULARIES,
) -> None:
    """Print what a policy set permits, with the conditions and the rules.

    Parameters
    ----------
    policy_set
        The name of the policy set, such as `house`.
    at
        A date such as 2023-08-08, for the version in force then. Without it, the latest.
    """
    try:
        day = date.fromisoformat(at) if at else None
    except ValueError as undated:
        raise TermsSourceError("--at", "is not a date such as 2023-08-08") from undated
    source = read_source(policy_sets / policy_set, vocabularies)
    version, table = compile_version(source, day)
    if version is None or table is None:
        raise TermsSourceError(str(source.path), f"no version was in force at {day}")
    _print(table, source, version)


@app.command
def cite(text: Path, *words: str) -> int:
    """Print the sentences that contain the words, each with the digest that cites it.

    Parameters
    ----------
    text
        The original text, as Markdown or plain text. It is only read.
    words
        What a sentence must contain, in any order. Without words, every sentence.
    """
    every = sentences(read_text(text))
    matching = [sentence for sentence in every if all(word in sentence for word in words)]
    for sentence in matching:
        print(f"{sentence_digest(sentence)}\n  {sentence}")
    return OK if matching else ERROR


def _print(table: TruthTable, source: PolicySetSource, version: PolicySetVersion) -> None:
    output = console()
    title = f"{table.policy_set} ({source.kind} policy set), version {table.version}"
    headings = ("data", "operation", "model owner", "ruling", "rules")
    rows = (
        (
            *map("\n".join, (line.data, line.operations, line.owners)),
            _describe_ruling(line.summary, source),
            "\n".join(rule.partition(".")[2] for rule in line.rules) or "-",
        )
        for line in group_rows(table)
    )
    print_table(title, headings, rows, show_lines=True)
    for rule in table.rules.values():
        output.print(
            f"[bold]{rule.id}[/] ({escape(rule.clause)}): {escape(rule.explanation)}",
            highlight=False,
        )
        if rule.interpretation:
            output.print(
                f"  [dim]interpretation: {escape(rule.interpretation)}[/]", highlight=False
            )
        for digest in version.declared.clauses.get(rule.clause, ()):
            output.print(f"  [dim]sentence: {digest}[/]", highlight=False)
    uses = ", ".join(map(str, version.declared.material_for)) or "no use"
    output.print(f"material change declared for: {uses}", highlight=False)


def _describe_ruling(summary: RulingSummary, source: PolicySetSource) -> str:
    not_covered = "not forbidden" if source.kind == "guardrails" else "not_covered"
    words = {
        Ruling.PERMIT: "permitted",
        Ruling.FORBID: "forbidden",
        Ruling.NOT_COVERED: not_covered,
    }
    text = words[summary.ruling]
    if summary.conditions:
        text += f", if\n{'\n'.join(summary.conditions)}"
        text += f"\nelse {' or '.join(words[other] for other in summary.otherwise)}"
    return text
