"""A table folded to the few lines that a person can read: equal rows said once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consentry.domain.terms import Row, Ruling, TermsTable, Verdict
from consentry.domain.vocabulary import LEAVES_UNDER, DataCategory, ModelOwner, Operation, Standing

type Block = list[tuple[Row, Ruling]]


@dataclass(frozen=True, slots=True)
class Line:
    """What a version says of some data, operations and owners, and on which conditions."""

    data: tuple[str, ...]
    operations: tuple[Operation, ...]
    owners: tuple[ModelOwner, ...]
    verdict: Verdict
    conditions: tuple[str, ...]
    otherwise: tuple[Verdict, ...]
    rules: tuple[str, ...]


def fold(table: TermsTable) -> list[Line]:
    """Data, then operations, then owners that the table does not tell apart, each group a line."""
    lines = []
    rows = list(table.rows())
    for categories, of_data in _grouped(rows, "category", DataCategory):
        for operations, of_operation in _grouped(of_data, "operation", Operation):
            for owners, block in _grouped(of_operation, "model_owner", ModelOwner):
                lines.append(_line(_named(categories), operations, owners, block, table.rules))
    return lines


def _grouped[T](rows: Block, axis: str, values: Iterable[T]) -> list[tuple[tuple[T, ...], Block]]:
    """The values of an axis by what the rest of the rows say; one value's rows stand for its group."""
    parts: dict[T, Block] = {value: [] for value in values}
    for entry in rows:
        parts[getattr(entry[0], axis)].append(entry)
    alike: dict[tuple[Ruling, ...], list[T]] = {}
    for value, block in parts.items():
        alike.setdefault(tuple(ruling for _, ruling in block), []).append(value)
    return [(tuple(group), parts[group[0]]) for group in alike.values()]


def _line(
    data: tuple[str, ...],
    operations: tuple[Operation, ...],
    owners: tuple[ModelOwner, ...],
    block: Block,
    ordered: Iterable[str],
) -> Line:
    verdict = min((ruling.verdict for _, ruling in block), key=lambda each: each.strictness)
    best = [row for row, ruling in block if ruling.verdict is verdict]
    deciding = {rule for _, ruling in block for rule in ruling.rules}
    others = {ruling.verdict for _, ruling in block} - {verdict}
    return Line(
        data=data,
        operations=operations,
        owners=owners,
        verdict=verdict,
        conditions=_conditions(best, len(others)),
        otherwise=tuple(sorted(others, key=lambda each: each.strictness)),
        rules=tuple(rule for rule in ordered if rule in deciding),
    )


def _conditions(best: Sequence[Row], others: int) -> tuple[str, ...]:
    if not others:
        return ()
    same = {row.same_service for row in best}
    customer = {row.customer for row in best}
    people = {row.people for row in best}
    if len(best) != len(same) * len(customer) * len(people):
        return ("on a mix of standings: see the rules",)
    said = [_standings("the customer", customer), _standings("the people", people)]
    if same == {True}:
        said.append("for the service that collected it")
    if same == {False}:
        said.append("for another service than collected it")
    return tuple(part for part in said if part)


def _standings(party: str, held: set[Standing]) -> str:
    lacking = [standing for standing in Standing if standing not in held]
    if not lacking:
        return ""
    if len(lacking) < len(held):
        return f"{party}: not {', '.join(lacking)}"
    return f"{party}: {', '.join(standing for standing in Standing if standing in held)}"


def _named(categories: tuple[DataCategory, ...]) -> tuple[str, ...]:
    """Leaves under their branch, or the branch alone where all of it is there."""
    by_branch: dict[str, list[str]] = {}
    for category in categories:
        branch, _, leaf = category.rpartition(".")
        by_branch.setdefault(branch or leaf, []).append(leaf)
    return tuple(
        branch if len(leaves) == len(LEAVES_UNDER[branch]) else f"{branch}: {', '.join(leaves)}"
        for branch, leaves in by_branch.items()
    )
