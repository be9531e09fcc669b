"""Which books bind a customer: asked for by an operator, kept with its date, never changed in place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from annotated_types import Len
from pydantic import StringConstraints, model_validator

from consentry.domain.contract import Document, Id
from consentry.domain.terms.binding import Binding

MOST_LIMITS = 16

BookName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9-]{0,63}$")]


class BindingAct(Document):
    """A customer is bound to one terms book, and to limit books, some of them perhaps only observed."""

    customer: Id
    terms: BookName
    limits: Annotated[tuple[BookName, ...], Len(0, MOST_LIMITS)] = ()
    observed: Annotated[tuple[BookName, ...], Len(0, MOST_LIMITS)] = ()

    @model_validator(mode="after")
    def _each_limit_once(self) -> Self:
        if len(set(self.limits)) != len(self.limits):
            raise ValueError("a limit book is named twice")
        if not set(self.observed) <= set(self.limits):
            raise ValueError("only a limit book that is named can be observed")
        return self

    def following(self, version: int) -> Binding:
        """The binding that follows a version (0: the customer was never bound)."""
        return Binding(self.terms, self.limits, self.observed, version + 1)


@dataclass(frozen=True, slots=True)
class BindingRecord:
    """A binding as it is kept for ever: since when, and by whom (a pseudonym)."""

    binding: Binding
    at: datetime
    bound_by: str
