"""`consentry terms diff`: what a new version of the terms changes, and whether it allows more training."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from infra.cli.difference_shown import Compared, Side, as_json, as_markdown, print_table
from infra.cli.terms import refused, version_at
from infra.terms.compiler import compile_table
from infra.terms.declarations import MaterialUse
from infra.terms.differences import compare
from infra.terms.errors import TermsSourceError
from infra.terms.schema import read_schema
from infra.terms.sources import BOOKS, SCHEMA, BookSource, read_source

NEWLY_ALLOWED = 3
"""Exit code: something becomes newly allowed for training. 0: nothing does; 1: refused."""


def diff(
    before: str,
    after: str,
    *,
    policy_set: str | None = None,
    policy_sets: Path = BOOKS,
    json: bool = False,
    markdown: Annotated[bool, Parameter(help="For a pull request.")] = False,
) -> int:
    """Which answers change between two versions: exit 3 if more may be trained on, else 0.

    Parameters
    ----------
    before
        `BOOK@DATE`, the version in force on that date; or, with --book, the date alone.
    after
        The same.
    book
        The book of both.
    books
        The directory that holds the books.
    json
        As JSON.
    """
    try:
        compared = _compared(
            _side(before, policy_set, policy_sets), _side(after, policy_set, policy_sets)
        )
    except TermsSourceError as wrong:
        return refused(wrong)
    if json:
        print(as_json(compared))
    elif markdown:
        print(as_markdown(compared))
    else:
        print_table(compared)
    return NEWLY_ALLOWED if compared.difference.newly_allowed_for_training else 0


def _side(named: str, policy_set: str | None, policy_sets: Path) -> tuple[BookSource, Side]:
    name, _, day = named.rpartition("@")
    try:
        at = date.fromisoformat(day)
    except ValueError as undated:
        raise TermsSourceError(named, "is no BOOK@DATE such as house@2026-01-31") from undated
    if not (name or policy_set) or (name and policy_set):
        raise TermsSourceError(named, "names its book once: BOOK@DATE, or DATE with --book")
    source = read_source(policy_sets / (name or policy_set or ""))
    version = version_at(source, at)
    if version is None:
        return source, Side(source.name, f"before {source.versions[0].in_force_from}", None)
    table = compile_table(source, version, read_schema(SCHEMA))
    return source, Side(source.name, version.in_force_from, table)


def _compared(before: tuple[BookSource, Side], after: tuple[BookSource, Side]) -> Compared:
    (source, old), (other, new) = before, after
    if source.kind != other.kind:
        problem = f"a {source.kind} book is not compared with a {other.kind} book"
        raise TermsSourceError(other.name, problem)
    difference = compare(old.table, new.table, source.kind)
    return Compared(source.kind, old, new, difference, _declared(old, new, other))


def _declared(old: Side, new: Side, source: BookSource) -> tuple[tuple[str, MaterialUse], ...]:
    """What every version declares that begins after the old one (if of the same book), up to the new."""
    start = old.table.version if old.table and old.policy_set == new.policy_set else ""
    end = new.table.version if new.table else ""
    between = (each for each in source.versions if start < each.in_force_from <= end)
    return tuple(
        (each.in_force_from, use) for each in between for use in each.declared.material_for
    )
