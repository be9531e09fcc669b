"""What a person declares beside a version: the uses it changes materially, the clauses it was read from.

Neither is ever inferred: between two captures of a text almost every difference is noise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consentry.kernel.vocabulary import Operation, Service
from consentry_terms.errors import TermsSourceError
from consentry_terms.files import read_json

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """A use that a version changes materially; without a service, the operation for every service."""

    operation: Operation
    service: Service | None = None

    def __str__(self) -> str:
        return f"{self.operation}/{self.service}" if self.service else str(self.operation)

    def as_json(self) -> dict[str, str]:
        """As it is written in a declaration."""
        return {"operation": self.operation} | ({"service": self.service} if self.service else {})


@dataclass(frozen=True, slots=True)
class Declaration:
    """`clauses`: a clause, as @clause has it, to the digests of the sentences that were read."""

    material_for: tuple[MaterialUse, ...] = ()
    clauses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_declaration(path: Path) -> Declaration:
    """The declaration in a file, an empty one where there is none; `TermsSourceError` for a typo."""
    if not path.exists():
        return Declaration()
    said = read_json(path)
    if not isinstance(said, dict) or set(said) != {"material_for", "clauses"}:
        raise TermsSourceError(str(path), "declares material_for and clauses, nothing else")
    uses = tuple(_use(each, path) for each in _list(said["material_for"], path, "material_for"))
    if len(set(uses)) != len(uses):
        raise TermsSourceError(str(path), "material_for names a use twice")
    return Declaration(uses, _clauses(said["clauses"], path))


def _use(said: Any, path: Path) -> MaterialUse:
    if isinstance(said, dict) and {"operation"} <= set(said) <= {"operation", "service"}:
        try:
            service = Service(said["service"]) if "service" in said else None
            return MaterialUse(Operation(said["operation"]), service)
        except ValueError:
            pass
    problem = "material_for lists uses: an operation and, if only for one, a service"
    raise TermsSourceError(str(path), problem)


def _clauses(said: Any, path: Path) -> dict[str, tuple[str, ...]]:
    if not isinstance(said, dict):
        raise TermsSourceError(str(path), "clauses names each clause with its sentences' digests")
    return {clause: _digests(digests, path, clause) for clause, digests in said.items()}


def _digests(said: Any, path: Path, clause: str) -> tuple[str, ...]:
    digests = _list(said, path, clause)
    if not digests or not all(isinstance(d, str) and _DIGEST.fullmatch(d) for d in digests):
        raise TermsSourceError(str(path), f"clause {clause} lists sha256:<64 hex digits>")
    return tuple(digests)


def _list(said: Any, path: Path, name: str) -> list[Any]:
    if not isinstance(said, list):
        raise TermsSourceError(str(path), f"{name} is a list")
    return said
