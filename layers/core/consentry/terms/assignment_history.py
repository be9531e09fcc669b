"""Which books bind a customer: asked for by an operator, kept with its date, never changed in place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from annotated_types import Len
from pydantic import StringConstraints, model_validator

from consentry.kernel.schema import Id, StrictModel
from consentry.terms.assignment import Assignment

MAX_GUARDRAILS = 16

PolicySetId = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9-]{0,63}$")]


class AssignmentRequest(StrictModel):
    """A customer is bound to one terms book, and to limit books, some of them perhaps only observed."""

    customer: Id
    terms: PolicySetId
    guardrails: Annotated[tuple[PolicySetId, ...], Len(0, MAX_GUARDRAILS)] = ()
    dry_run: Annotated[tuple[PolicySetId, ...], Len(0, MAX_GUARDRAILS)] = ()

    @model_validator(mode="after")
    def _each_limit_once(self) -> Self:
        if len(set(self.guardrails)) != len(self.guardrails):
            raise ValueError("a limit book is named twice")
        if not set(self.dry_run) <= set(self.guardrails):
            raise ValueError("only a limit book that is named can be observed")
        return self

    def next_assignment(self, version: int) -> Assignment:
        """The binding that follows a version (0: the customer was never bound)."""
        return Assignment(self.terms, self.guardrails, self.dry_run, version + 1)


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """A binding as it is kept for ever: since when, and by whom (a pseudonym)."""

    assignment: Assignment
    at: datetime
    assigned_by: str
