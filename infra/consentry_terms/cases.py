"""A policy set's own cases: what its author expects of some rows, tried on the compiled table.

A case names values of the row's axes (one, a list, or none for all), the ruling that every such row must have and,
optionally, a rule that must be among the deciding ones.
"""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation, Vocabulary
from consentry.terms.truth_table import Ruling, TableEntry, TruthTable
from consentry.terms.truth_table_codec import midnight
from consentry_terms.errors import TermsCaseError
from consentry_terms.sources import PolicySetSource

_SERVICES = {"same": [True], "another": [False]}
type Words = Mapping[str, Mapping[str, list[Any]]]
"""The words of each axis, each with the values that it means."""

_OTHERS = {"name", "at", "ruling", "rule"}


def _words(vocabulary: Vocabulary) -> Words:
    return {
        "data": {node: list(leaves) for node, leaves in vocabulary.leaves_under.items()},
        "operation": {word: [word] for word in Operation},
        "service": _SERVICES,
        "model_owner": {word: [word] for word in ModelOwner},
        "customer": {word: [word] for word in ConsentStatus},
        "people": {word: [word] for word in ConsentStatus},
    }


def try_cases(source: PolicySetSource, tables: Mapping[str, TruthTable]) -> int:
    """The number of cases; TermsCaseError names the first case that does not hold, and its row."""
    for number, case in enumerate(source.cases, start=1):
        label = f"case {number}" + (f" ({case['name']})" if "name" in case else "")
        try:
            _try(case, tables, _words(source.vocabulary))
        except ValueError as wrong:
            raise TermsCaseError(str(source.path / "cases.json"), str(wrong), label) from wrong
    return len(source.cases)


def _try(case: dict[str, Any], tables: Mapping[str, TruthTable], words: Words) -> None:
    if unknown := sorted(set(case) - set(words) - _OTHERS):
        raise ValueError(f"has the unknown field {unknown[0]}")
    if case.get("ruling") not in list(Ruling):
        raise ValueError(f"needs a ruling: {', '.join(Ruling)}")
    table = tables[_version_of(case, tables)]
    for row in _rows(case, words):
        entry = table.entry(*row)
        if entry.ruling != case["ruling"] or case.get("rule") not in (None, *entry.rules):
            raise ValueError(
                _contradiction(case, table.version, entry, dict(zip(words, row, strict=True)))
            )


def _contradiction(
    case: dict[str, Any], version: str, entry: TableEntry, row: Mapping[str, Any]
) -> str:
    row = {**row, "service": "same" if row["service"] else "another"}
    where = ", ".join(f"{axis} {value}" for axis, value in row.items())
    expected = case["ruling"] + (f" by {case['rule']}" if "rule" in case else "")
    found = f"{entry.ruling} by {', '.join(entry.rules) or 'no rule'}"
    return f"expects {expected}; version {version} has {found} ({where})"


def _version_of(case: dict[str, Any], tables: Mapping[str, TruthTable]) -> str:
    """The version in force on the case's date; without one, the latest."""
    at = str(case.get("at", max(tables)))
    midnight(at)
    dates = [date for date in sorted(tables) if date <= at]
    if not dates:
        raise ValueError(f"no version is in force at {at}")
    return dates[-1]


def _rows(case: dict[str, Any], words: Words) -> Iterator[tuple[Any, ...]]:
    return product(
        *(_values(axis, case.get(axis, list(known)), known) for axis, known in words.items())
    )


def _values(axis: str, written: object, known: Mapping[str, list[Any]]) -> list[Any]:
    words: list[Any] = written if isinstance(written, list) else [written]
    if not words:
        raise ValueError(f"{axis} is an empty list")
    if unknown := [word for word in words if not isinstance(word, str) or word not in known]:
        raise ValueError(f"{axis} has no value {unknown[0]!r}")
    return [value for word in words for value in known[word]]
