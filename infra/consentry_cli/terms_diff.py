"""`consentry terms diff`: what a new version of the terms changes, and whether it allows more training."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from consentry_cli.terms import report_error, version_at
from consentry_cli.terms_render import (
    ComparedVersion,
    Comparison,
    as_json,
    as_markdown,
    print_table,
)
from consentry_terms.compiler import compile_table
from consentry_terms.declarations import MaterialUse
from consentry_terms.differences import compare
from consentry_terms.errors import TermsSourceError
from consentry_terms.schema import read_schema
from consentry_terms.sources import POLICY_SETS, SCHEMA, PolicySetSource, read_source

NEWLY_ALLOWED = 3
"""Exit code: something becomes newly allowed for training. 0: nothing does; 1: refused."""


def diff(
    before: str,
    after: str,
    *,
    policy_set: str | None = None,
    policy_sets: Path = POLICY_SETS,
    json: bool = False,
    markdown: Annotated[bool, Parameter(help="For a pull request.")] = False,
) -> int:
    """Which answers change between two versions: exit 3 if more may be trained on, else 0.

    Parameters
    ----------
    before
        `POLICY_SET@DATE`, the version in force on that date; or, with --policy-set, the date alone.
    after
        The same.
    policy_set
        The policy set of both.
    policy_sets
        The directory that holds the books.
    json
        As JSON.
    """
    try:
        compared = _compare(
            _side(before, policy_set, policy_sets), _side(after, policy_set, policy_sets)
        )
    except TermsSourceError as wrong:
        return report_error(wrong)
    if json:
        print(as_json(compared))
    elif markdown:
        print(as_markdown(compared))
    else:
        print_table(compared)
    return NEWLY_ALLOWED if compared.difference.newly_allowed_for_training else 0


def _side(
    named: str, policy_set: str | None, policy_sets: Path
) -> tuple[PolicySetSource, ComparedVersion]:
    name, _, day = named.rpartition("@")
    try:
        at = date.fromisoformat(day)
    except ValueError as undated:
        raise TermsSourceError(named, "is no POLICY_SET@DATE such as house@2026-01-31") from undated
    if not (name or policy_set) or (name and policy_set):
        raise TermsSourceError(
            named, "names its policy set once: POLICY_SET@DATE, or DATE with --policy-set"
        )
    source = read_source(policy_sets / (name or policy_set or ""))
    version = version_at(source, at)
    if version is None:
        return source, ComparedVersion(
            source.name, f"before {source.versions[0].in_force_from}", None
        )
    table = compile_table(source, version, read_schema(SCHEMA))
    return source, ComparedVersion(source.name, version.in_force_from, table)


def _compare(
    before: tuple[PolicySetSource, ComparedVersion], after: tuple[PolicySetSource, ComparedVersion]
) -> Comparison:
    (source, old), (other, new) = before, after
    if source.kind != other.kind:
        problem = f"a {source.kind} policy set is not compared with a {other.kind} policy set"
        raise TermsSourceError(other.name, problem)
    difference = compare(old.table, new.table, source.kind)
    return Comparison(source.kind, old, new, difference, _declared(old, new, other))


def _declared(
    old: ComparedVersion, new: ComparedVersion, source: PolicySetSource
) -> tuple[tuple[str, MaterialUse], ...]:
    """What every version declares that begins after the old one (if of the same policy set), up to the new."""
    start = old.table.version if old.table and old.policy_set == new.policy_set else ""
    end = new.table.version if new.table else ""
    between = (each for each in source.versions if start < each.in_force_from <= end)
    return tuple(
        (each.in_force_from, use) for each in between for use in each.declared.material_for
    )
