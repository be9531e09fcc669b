"""Groups equal rows of a truth table into the few lines that a person can read."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consentry.kernel.vocabulary import (
    ConsentStatus,
    DataCategory,
    ModelOwner,
    Operation,
    Vocabulary,
)
from consentry.terms.truth_table import Ruling, TableEntry, TruthTable, TruthTableRow

type Block = list[tuple[TruthTableRow, TableEntry]]


@dataclass(frozen=True, slots=True)
class RulingSummary:
    """The most permissive ruling of some rows, its conditions, and the other rulings of these rows."""

    ruling: Ruling
    conditions: tuple[str, ...] = ()
    otherwise: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class TermsLine:
    """What a version says about some data, operations and owners, with the deciding rules."""

    data: tuple[str, ...]
    operations: tuple[Operation, ...]
    owners: tuple[ModelOwner, ...]
    summary: RulingSummary
    rules: tuple[str, ...]


def group_rows(table: TruthTable) -> list[TermsLine]:
    """One line per group of data, operations and owners that have the same rulings."""
    lines = []
    rows, vocabulary = list(table.rows()), table.axes.vocabulary
    for categories, of_data in _group_by(rows, "category", vocabulary.leaves):
        for operations, of_operation in _group_by(of_data, "operation", Operation):
            for owners, block in _group_by(of_operation, "model_owner", ModelOwner):
                data = branch_names(categories, vocabulary)
                lines.append(_line(data, operations, owners, block, table.rules))
    return lines


def _group_by[T](rows: Block, axis: str, values: Iterable[T]) -> list[tuple[tuple[T, ...], Block]]:
    """The values of an axis that have equal rows, with the rows of the first value of each group."""
    parts: dict[T, Block] = {value: [] for value in values}
    for entry in rows:
        parts[getattr(entry[0], axis)].append(entry)
    groups: dict[tuple[TableEntry, ...], list[T]] = {}
    for value, block in parts.items():
        groups.setdefault(tuple(entry for _, entry in block), []).append(value)
    return [(tuple(group), parts[group[0]]) for group in groups.values()]


def _line(
    data: tuple[str, ...],
    operations: tuple[Operation, ...],
    owners: tuple[ModelOwner, ...],
    block: Block,
    ordered: Iterable[str],
) -> TermsLine:
    deciding = {rule for _, entry in block for rule in entry.rules}
    summary = summarize_rulings([(row, entry.ruling) for row, entry in block])
    rules = tuple(rule for rule in ordered if rule in deciding)
    return TermsLine(data, operations, owners, summary, rules)


def summarize_rulings(block: Sequence[tuple[TruthTableRow, Ruling]]) -> RulingSummary:
    """The rulings of rows that differ only in service and statuses."""
    ruling = min((each for _, each in block), key=lambda each: each.strictness)
    best = [row for row, each in block if each is ruling]
    others = {each for _, each in block} - {ruling}
    otherwise = tuple(sorted(others, key=lambda each: each.strictness))
    return RulingSummary(ruling, _conditions(best, len(others)), otherwise)


def _conditions(best: Sequence[TruthTableRow], others: int) -> tuple[str, ...]:
    if not others:
        return ()
    same = {row.same_service for row in best}
    customer = {row.customer for row in best}
    people = {row.people for row in best}
    if len(best) != len(same) * len(customer) * len(people):
        return ("for a mix of statuses: see the rules",)
    summary = [_status_condition("the customer", customer), _status_condition("the people", people)]
    if same == {True}:
        summary.append("for the service that collected it")
    if same == {False}:
        summary.append("for another service than collected it")
    return tuple(part for part in summary if part)


def _status_condition(party: str, held: set[ConsentStatus]) -> str:
    lacking = [status for status in ConsentStatus if status not in held]
    if not lacking:
        return ""
    if len(lacking) < len(held):
        return f"{party}: not {', '.join(lacking)}"
    return f"{party}: {', '.join(status for status in ConsentStatus if status in held)}"


def branch_names(categories: tuple[DataCategory, ...], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Leaves below their branch; a whole branch by its id."""
    by_branch: dict[str, list[str]] = {}
    for node in _fewest_nodes(categories, vocabulary):
        branch, _, name = node.rpartition(".")
        if branch and node in vocabulary.leaves:
            by_branch.setdefault(branch, []).append(name)
        else:
            by_branch[node] = []
    return tuple(
        f"{branch}: {', '.join(names)}" if names else branch for branch, names in by_branch.items()
    )


def data_name(categories: Sequence[DataCategory], vocabulary: Vocabulary) -> str:
    """The categories in few words: a whole branch by its id, otherwise its leaves; or `all data`."""
    if len(categories) == len(vocabulary.leaves):
        return "all data"
    taken = Counter(_last_part(node) for node in vocabulary.data_categories)
    return ", ".join(
        _last_part(node) if node in vocabulary.leaves and taken[_last_part(node)] == 1 else node
        for node in _fewest_nodes(categories, vocabulary)
    )


def _fewest_nodes(categories: Sequence[DataCategory], vocabulary: Vocabulary) -> list[str]:
    """The nodes that together mean these leaves: a branch instead of all its leaves, in the order of the tree."""
    chosen, nodes = set(categories), list[str]()
    for node, leaves in vocabulary.leaves_under.items():
        if chosen.issuperset(leaves):
            nodes.append(node)
            chosen.difference_update(leaves)
    return nodes


def _last_part(node: str) -> str:
    return node.rpartition(".")[2]
