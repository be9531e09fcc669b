"""A row of the decision log: the decision on one request, or on a whole manifest."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

from pydantic import Discriminator, Tag, TypeAdapter

from consentry.decisions.decision import CODEC, Decision
from consentry.screening.screening_decision import ScreeningDecision

type AuditRow = Decision | ScreeningDecision

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every decision."""


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Some decisions, newest last, and the token of the next page (None: this is the last)."""

    decisions: tuple[AuditRow, ...]
    next_page: str | None


def _kind_of(row: Any) -> str:
    kind = row.get("kind") if isinstance(row, dict) else getattr(row, "kind", None)
    return kind or "data_use"


@cache
def _codec() -> TypeAdapter[AuditRow]:
    # Built on first use: most cold starts read no row.
    return TypeAdapter(
        Annotated[
            Annotated[Decision, Tag("data_use")] | Annotated[ScreeningDecision, Tag("screening")],
            Discriminator(_kind_of),
        ]
    )


def encode_row(row: AuditRow) -> bytes:
    """The log row: one JSON document, fields in the order of the type. Only a screening has a `kind`."""
    return CODEC.dump_json(row) if isinstance(row, Decision) else _codec().dump_json(row)


def decode_row(row: bytes | str) -> AuditRow:
    """The decision of a log row."""
    return _codec().validate_json(row)
