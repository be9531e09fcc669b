"""What a person declares about a version: the uses it changes materially, and the clauses its rules were read from.

Neither is ever inferred: between two captures of a text almost every difference is noise.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from annotated_types import Len
from pydantic import StringConstraints, model_validator

from consentry.kernel.schema import ServiceId, StrictModel
from consentry.kernel.vocabulary import Operation
from consentry_terms.files import read_model

Digest = Annotated[str, StringConstraints(strict=True, pattern=r"^sha256:[0-9a-f]{64}$")]


class MaterialUse(StrictModel):
    """A use that a version changes materially; without a service, the operation for every service."""

    operation: Operation
    service: ServiceId | None = None

    def __str__(self) -> str:
        return f"{self.operation}/{self.service}" if self.service else str(self.operation)


class Declaration(StrictModel):
    """`clauses`: each clause, as @clause writes it, with the digests of its sentences."""

    material_for: tuple[MaterialUse, ...]
    clauses: Mapping[str, Annotated[tuple[Digest, ...], Len(1)]]

    @model_validator(mode="after")
    def _each_use_once(self) -> Self:
        if len(set(self.material_for)) != len(self.material_for):
            raise ValueError("material_for lists a use twice")
        return self


def read_declaration(path: Path) -> Declaration:
    """The declaration in a file, an empty one without a file; TermsSourceError for an invalid one."""
    if not path.exists():
        return Declaration(material_for=(), clauses={})
    return read_model(path, Declaration)
