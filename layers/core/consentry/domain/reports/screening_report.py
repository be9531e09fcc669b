"""What a screening's owner is told: counts and digests out of the log row, nobody's name, no pseudonym."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from consentry.domain.manifests.manifest import NANOSECONDS
from consentry.domain.naming import permit_id
from consentry.domain.screening.row_kinds import MOST_PEOPLE_TOLD, RowKind, rules_of
from consentry.domain.screening.screened import ManifestSeen, Output, ScreenedUse
from consentry.domain.screening.screening_decision import ScreeningDecision

_PARTS: TypeAdapter[Any] = TypeAdapter(ManifestSeen | Output | ScreenedUse)


def report_of(decision: ScreeningDecision) -> dict[str, Any]:
    """The report as JSON values. The admitted output may be used if `outcome` is allow, until `expires_at`.

    `superseded`: it was an allow once; what it stood on has moved or ended, and nothing in it may be used.
    """
    return {
        "decision_id": decision.decision_id,
        "revision": decision.revision,
        "data_set": decision.data_set,
        "permit_id": permit_id(decision.decision_id, decision.revision)
        if decision.allows
        else None,
        "outcome": decision.outcome,
        "superseded": decision.revises is not None,
        "at": decision.at.isoformat(),
        "expires_at": decision.expires_at.isoformat() if decision.expires_at else None,
        "use": _PARTS.dump_python(decision.use, mode="json"),
        "manifest": _PARTS.dump_python(decision.manifest, mode="json"),
        "outputs": {
            name: _PARTS.dump_python(output, mode="json")
            for name, output in decision.outputs.items()
        },
        "rules": _by(deciding, decision),
        "data": _by(leaves, decision),
        "people": _people(decision),
        "hours": _hours(decision),
        "unread": dict(decision.unread),
        "tables": dict(decision.tables),
    }


def _rows(kind: RowKind) -> int:
    return kind.rows


def _nanoseconds(kind: RowKind) -> int:
    return round((kind.seconds or 0) * NANOSECONDS)


def deciding(kind: RowKind) -> list[str]:
    """The rules that placed a kind's rows, each once."""
    return list(dict.fromkeys(rule for each in kind.decisive for rule in rules_of(each)))


def leaves(kind: RowKind) -> list[str]:
    """The data categories of a kind's rows."""
    return [str(leaf) for leaf in kind.facts.data]


def _by(
    names: Callable[[RowKind], list[str]],
    decision: ScreeningDecision,
    amount: Callable[[RowKind], int] = _rows,
) -> dict[str, dict[str, int]]:
    """Amounts by outcome and name; a row counts once for each of its rules, or of its leaves."""
    counts: dict[str, Counter[str]] = {}
    for kind in decision.kinds:
        counts.setdefault(kind.placement, Counter()).update(
            dict.fromkeys(names(kind), amount(kind))
        )
    return {placement: dict(counted) for placement, counted in counts.items()}


def _people(decision: ScreeningDecision) -> dict[str, dict[str, int]]:
    """Rows by outcome and the number of people in them; `16+` is 16 or more."""
    last = {MOST_PEOPLE_TOLD: f"{MOST_PEOPLE_TOLD}+"}
    return {
        placement: {last.get(people, str(people)): rows for people, rows in sizes.items()}
        for placement, sizes in decision.people_in_rows.items()
    }


def _hours(decision: ScreeningDecision) -> dict[str, Any] | None:
    """Hours of speech by outcome and rule, and by outcome and data; `unread`: in rows that could not be read.

    None where rows do not say how long they last, and for screenings from before kinds knew their seconds.
    """
    told = [output.seconds for output in decision.outputs.values() if output.seconds is not None]
    uncounted = all(kind.seconds is None for kind in decision.kinds) and decision.kinds
    if not told or uncounted:
        return None
    heard = sum(round(seconds * NANOSECONDS) for seconds in told)
    decided = sum(map(_nanoseconds, decision.kinds))
    return {
        "rules": _in_hours(_by(deciding, decision, _nanoseconds)),
        "data": _in_hours(_by(leaves, decision, _nanoseconds)),
        "unread": _hour(heard - decided),
    }


def _in_hours(amounts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, float]]:
    return {
        placement: {name: _hour(amount) for name, amount in named.items()}
        for placement, named in amounts.items()
    }


def _hour(nanoseconds: int) -> float:
    return round(nanoseconds / NANOSECONDS / 3600, 6)
