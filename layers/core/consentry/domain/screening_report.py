"""What a screening's owner is told: counts and digests out of the log row, nobody's name, no pseudonym."""

from collections import Counter
from typing import Any

from pydantic import TypeAdapter

from consentry.domain.row_kinds import RowKind, rules_of
from consentry.domain.screened import ManifestSeen, Output, ScreenedUse
from consentry.domain.screening_decision import ScreeningDecision

_PARTS: TypeAdapter[Any] = TypeAdapter(ManifestSeen | Output | ScreenedUse)


def report_of(decision: ScreeningDecision) -> dict[str, Any]:
    """The report as JSON values. The admitted output may be used if `outcome` is allow, until `expires_at`.

    `superseded`: it was an allow once; what it stood on has moved or ended, and nothing in it may be used.
    """
    return {
        "decision_id": decision.decision_id,
        "revision": decision.revision,
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
        "rules": _by_rule(decision),
        "data": _by_data(decision),
        "unread": dict(decision.unread),
        "tables": dict(decision.tables),
    }


def _by_rule(decision: ScreeningDecision) -> dict[str, dict[str, int]]:
    """Rows by outcome and the rules that decided; a row counts once for each of its rules."""
    counts: dict[str, Counter[str]] = {}
    for kind in decision.kinds:
        counts.setdefault(kind.placement, Counter()).update(
            dict.fromkeys(_deciding(kind), kind.rows)
        )
    return {placement: dict(rules) for placement, rules in counts.items()}


def _deciding(kind: RowKind) -> list[str]:
    return list(dict.fromkeys(rule for each in kind.decisive for rule in rules_of(each)))


def _by_data(decision: ScreeningDecision) -> dict[str, dict[str, int]]:
    """Rows by outcome and data category; a row counts once for each of its leaves."""
    counts: dict[str, Counter[str]] = {}
    for kind in decision.kinds:
        leaves = [str(leaf) for leaf in kind.facts.data]
        counts.setdefault(kind.placement, Counter()).update(dict.fromkeys(leaves, kind.rows))
    return {placement: dict(data) for placement, data in counts.items()}
