"""The assignment of terms and guardrails to a customer: by name, resolved, and as stored with its date."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Self

from annotated_types import Len
from pydantic import StringConstraints, model_validator

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.schema import Id, StrictModel
from consentry.kernel.vocabulary import Operation, Role, Service, Vocabulary
from consentry.terms.policy_set import (
    Library,
    MaterialChange,
    PolicySet,
    PolicySetKind,
    last_material_change,
)

MAX_GUARDRAILS = 16

PolicySetId = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9-]{0,63}$")]


@dataclass(frozen=True, slots=True)
class AssignedPolicies:
    """The policy sets that apply to a customer: one set of terms, and guardrails, which can only forbid."""

    terms: PolicySet
    guardrails: tuple[PolicySet, ...] = ()
    dry_run: frozenset[str] = frozenset()
    """Names of guardrails in dry run: their forbids are logged and counted, but do not deny."""

    def invalidated_before(
        self, operation: Operation, service: Service, *, at: datetime
    ) -> datetime | None:
        """Grants of a use from before this time are invalidated; None if no material change concerns the use."""
        return last_material_change(self.changes, operation, service, at=at)

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary that the policy sets are compiled for."""
        return self.terms.versions[-1].axes.vocabulary

    @property
    def counted_roles(self) -> tuple[Role, ...]:
        """The roles in which people must consent, by any version of a policy set, in the order of the vocabulary."""
        tables = (t for each in (self.terms, *self.guardrails) for t in each.versions)
        counted = frozenset[Role]().union(*(table.counted_roles for table in tables))
        return tuple(role for role in self.vocabulary.roles if role in counted)

    @property
    def changes(self) -> tuple[MaterialChange, ...]:
        """The material changes of all versions. A guardrail in dry run invalidates nothing."""
        enforced = [
            guardrail for guardrail in self.guardrails if guardrail.name not in self.dry_run
        ]
        policy_sets = (self.terms, *enforced)
        return tuple(change for policy_set in policy_sets for change in policy_set.material)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The names of a customer's terms and guardrails, and which guardrails are in dry run.

    `version` grows by one with each assignment. 0 is the default assignment from the environment.
    """

    terms: str
    guardrails: tuple[str, ...] = ()
    dry_run: tuple[str, ...] = ()
    version: int = 0

    @property
    def policy_set_ids(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What is assigned, without the version."""
        return self.terms, self.guardrails, self.dry_run

    def resolve(self, library: Library) -> AssignedPolicies:
        """The policy sets; InvalidTermsError if the library lacks one, or has it as the other kind."""
        guardrails = tuple(_policy_set(library, name, "guardrails") for name in self.guardrails)
        terms = _policy_set(library, self.terms, "terms")
        return AssignedPolicies(terms, guardrails, frozenset(self.dry_run))


def parse_assignment(terms: str, guardrails: str) -> Assignment:
    """The assignment in the settings DEFAULT_TERMS (`announced`) and GUARDRAILS (`house,sector:dry_run`).

    Raises InvalidTermsError if guardrails are repeated or have an unknown mode.
    """
    entries = [name.strip().partition(":") for name in guardrails.split(",") if name.strip()]
    if len({name for name, _, _ in entries}) < len(entries):
        raise InvalidTermsError("the same guardrails are named twice")
    if {mode for _, _, mode in entries} - {"", "dry_run"}:
        raise InvalidTermsError("the only mode of a guardrail is `:dry_run`")
    return Assignment(
        terms=terms,
        guardrails=tuple(name for name, _, _ in entries),
        dry_run=tuple(name for name, _, mode in entries if mode == "dry_run"),
    )


def _policy_set(library: Library, name: str, kind: PolicySetKind) -> PolicySet:
    policy_set = library.policy_sets.get(name)
    if policy_set is None or policy_set.kind != kind:
        raise InvalidTermsError(f"there is no policy set {name} of kind {kind}")
    return policy_set


class AssignmentRequest(StrictModel):
    """An operator assigns terms and guardrails to a customer. Guardrails may be in dry run."""

    customer: Id
    terms: PolicySetId
    guardrails: Annotated[tuple[PolicySetId, ...], Len(0, MAX_GUARDRAILS)] = ()
    dry_run: Annotated[tuple[PolicySetId, ...], Len(0, MAX_GUARDRAILS)] = ()

    @model_validator(mode="after")
    def _each_guardrail_once(self) -> Self:
        if len(set(self.guardrails)) != len(self.guardrails):
            raise ValueError("the same guardrails are named twice")
        if not set(self.dry_run) <= set(self.guardrails):
            raise ValueError("only guardrails that are assigned can be in dry run")
        return self

    def next_assignment(self, version: int) -> Assignment:
        """The assignment that follows this version; 0 means that the customer has none yet."""
        return Assignment(self.terms, self.guardrails, self.dry_run, version + 1)


@dataclass(frozen=True, slots=True)
class AssignmentRecord:
    """A stored assignment, with its time and the pseudonym of the operator who assigned it."""

    assignment: Assignment
    at: datetime
    assigned_by: str


@dataclass(frozen=True, slots=True)
class AssignmentHistory:
    """All assignments of a customer, oldest first, and the current one (maybe the default)."""

    records: tuple[AssignmentRecord, ...]
    current: Assignment


@dataclass(frozen=True, slots=True)
class StoredAssignment:
    """An assignment of a customer, as its history stores it."""

    customer: str
    record: AssignmentRecord

    @property
    def version(self) -> int:
        """The version of the assignment."""
        return self.record.assignment.version
