"""The report of a screening: counts and digests from the log row, without ids and pseudonyms of people."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import to_jsonable_python

from consentry.kernel.ids import permit_id
from consentry.manifests.model import NANOSECONDS, Blocked, BlockingRows
from consentry.screening.row_patterns import MAX_PEOPLE_COUNTED, RowPattern, rules_of
from consentry.screening.screening_decision import ScreeningDecision

REPORT = "report.json"
"""The report file. If the page differs from it, the report is right. It is written first."""

SCHEMA_VERSION = 1
"""The version of the report's fields."""


def build_report(decision: ScreeningDecision) -> dict[str, Any]:
    """The report as JSON values. Use the admitted output only if `outcome` is allow, and until `expires_at`.

    `superseded`: it was an allow, and what it depended on changed or expired: nothing in it may be used.
    """
    permit = permit_id(decision.decision_id, decision.revision) if decision.allows else None
    return {
        "decision_id": decision.decision_id,
        "revision": decision.revision,
        "schema_version": SCHEMA_VERSION,
        "data_set_id": decision.data_set_id,
        "permit_id": permit,
        "outcome": decision.outcome,
        "superseded": decision.revises is not None,
        "at": to_jsonable_python(decision.at),
        "expires_at": to_jsonable_python(decision.expires_at),
        "use": to_jsonable_python(decision.use),
        "manifest": to_jsonable_python(decision.manifest),
        "outputs": to_jsonable_python(decision.outputs),
        "rules": _by(deciding_rules, decision, _rows),
        "data": _by(leaves, decision, _rows),
        "rows_by_people": _people(decision),
        "hours": _hours(decision),
        "invalid_rows": dict(decision.invalid_rows),
        "warnings": warnings_of(decision),
        "vocabulary": decision.vocabulary,
        "truth_tables": dict(decision.truth_tables),
    }


def warnings_of(decision: ScreeningDecision) -> list[str]:
    """What a reader of the report must know before they use the admitted rows."""
    warnings = [
        blocks.format(lines=_lines(blocking))
        for blocked, blocks in _BLOCKS.items()
        if (blocking := decision.manifest.blocking_rows.get(blocked))
    ]
    if any(output.recordings is not None for output in decision.outputs.values()):
        warnings.append(WHOLE_RECORDINGS)
    return warnings


WHOLE_RECORDINGS = (
    "Each recording must be in one manifest as a whole: the people that another manifest names in "
    "it block no row here."
)

_BLOCKS = {
    Blocked.MANIFEST: "{lines} cannot be read and may belong to any recording or item: every row "
    "is undetermined.",
    Blocked.RECORDING: "{lines} cannot be read: every row of the recording is undetermined.",
    Blocked.ITEM: "{lines} cannot be read: every row that is derived from the item is undetermined.",
}
LINES_IN_A_WARNING = 10


def _lines(blocking: BlockingRows) -> str:
    numbers = ", ".join(map(str, blocking.lines[:LINES_IN_A_WARNING]))
    more = blocking.rows - LINES_IN_A_WARNING
    name = "Line" if blocking.rows == 1 else "Lines"
    return f"{name} {numbers} and {more} more" if more > 0 else f"{name} {numbers}"


def deciding_rules(pattern: RowPattern) -> list[str]:
    """The rules that decided the outcome of a pattern's rows, each once."""
    reasons = pattern.deciding_reasons
    return list(dict.fromkeys(rule for reason in reasons for rule in rules_of(reason)))


def leaves(pattern: RowPattern) -> list[str]:
    """The data categories of a pattern's rows."""
    return [str(leaf) for leaf in pattern.facts.data]


def _by(
    names: Callable[[RowPattern], list[str]],
    decision: ScreeningDecision,
    amount: Callable[[RowPattern], int],
) -> dict[str, dict[str, int]]:
    """Count amounts by outcome and name; a row counts for each of its names."""
    counts: dict[str, Counter[str]] = {}
    for pattern in decision.row_patterns:
        counts.setdefault(pattern.row_outcome, Counter()).update(
            dict.fromkeys(names(pattern), amount(pattern))
        )
    return {row_outcome: dict(counted) for row_outcome, counted in counts.items()}


def _rows(pattern: RowPattern) -> int:
    return pattern.rows


def _nanoseconds(pattern: RowPattern) -> int:
    return round((pattern.seconds or 0) * NANOSECONDS)


def _people(decision: ScreeningDecision) -> dict[str, dict[str, int]]:
    """Count rows by outcome and the number of people in them; `16+` is 16 or more."""
    last = {MAX_PEOPLE_COUNTED: f"{MAX_PEOPLE_COUNTED}+"}
    return {
        row_outcome: {last.get(people, str(people)): rows for people, rows in sizes.items()}
        for row_outcome, sizes in decision.rows_by_people.items()
    }


def _hours(decision: ScreeningDecision) -> dict[str, Any] | None:
    """Hours of speech by outcome and rule, by outcome and data, and in invalid rows.

    None if the format has no durations, or if no row pattern has its seconds.
    """
    seconds = [output.seconds for output in decision.outputs.values() if output.seconds is not None]
    patterns = decision.row_patterns
    if not seconds or (patterns and all(pattern.seconds is None for pattern in patterns)):
        return None
    total = sum(round(each * NANOSECONDS) for each in seconds)
    decided = sum(map(_nanoseconds, patterns))
    return {
        "rules": _in_hours(_by(deciding_rules, decision, _nanoseconds)),
        "data": _in_hours(_by(leaves, decision, _nanoseconds)),
        "invalid_rows": _hour(total - decided),
    }


def _in_hours(amounts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    return {
        row_outcome: {name: _hour(amount) for name, amount in named.items()}
        for row_outcome, named in amounts.items()
    }


def _hour(nanoseconds: int) -> float:
    return round(nanoseconds / NANOSECONDS / 3600, 6)
