"""JSON lines of derived rows, and the output in which a screening puts each."""

from typing import Any

from consentry.audit.audit_row import decode_row, encode_row
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from tests.testkit.builders.dependencies import library
from tests.testkit.builders.screenings import FIELDS, ScreeningDriver, row, screening

DERIVED_FIELDS: dict[str, Any] = FIELDS | {
    "item": {"field": "id"},
    "derived_from": {"field": "from"},
}


def derived_row(item: str, *sources: Any, who: str = "ann", **more: Any) -> bytes:
    """A row with speech of a person, or derived from these items."""
    return row(who, id=item, **{"from": sources} | more)


def telemetry_row(item: Any, source: Any = (), **more: Any) -> bytes:
    """A row of telemetry. It names no person and is admitted if it has no sources."""
    return row(id=item, data="service_generated.telemetry", **{"from": source} | more)


def screen(acme: ScreeningDriver, *lines: bytes, **changes: Any) -> ScreeningDecision:
    """Screen a manifest, read the decision back and re-evaluate it."""
    acme.put(lines)
    decision = acme.screen(screening(**{"fields": DERIVED_FIELDS} | changes))
    assert decode_row(encode_row(decision)) == decision
    assert reevaluate_screening(decision, library()) == decision
    return decision


def row_outcomes(acme: ScreeningDriver, *lines: bytes, **changes: Any) -> list[str]:
    """The output of each line."""
    decision = screen(acme, *lines, **changes)
    outside = {each["line"]: each["outcome"] for each in acme.reasons(decision)}
    return [outside.get(number, "admitted") for number, _ in enumerate(lines, start=1)]
