"""Which books bind a customer, by name; and that each binds only as the kind that it is."""

from dataclasses import dataclass

from consentry.kernel.errors import InvalidTermsError
from consentry.terms.assigned_policies import AssignedPolicies
from consentry.terms.truth_table import Library, PolicySet, PolicySetKind


@dataclass(frozen=True, slots=True)
class Assignment:
    """The names of the books that bound the customer, and which of the limits were only observed.

    `version` grows by one with each time that the customer is bound; 0 is the environment's own binding.
    """

    terms: str
    guardrails: tuple[str, ...] = ()
    dry_run: tuple[str, ...] = ()
    version: int = 0

    @property
    def policy_set_ids(self) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """What binds, whichever version says so."""
        return self.terms, self.guardrails, self.dry_run

    def policy_sets(self, library: Library) -> AssignedPolicies:
        """The books themselves; InvalidTermsError if the library lacks one, or has it as the other kind."""
        guardrails = tuple(_book(library, name, "guardrails") for name in self.guardrails)
        return AssignedPolicies(
            _book(library, self.terms, "terms"), guardrails, frozenset(self.dry_run)
        )


def parse_assignment(terms: str, guardrails: str) -> Assignment:
    """The binding that `announced` and `house,sector:dry_run` write: names, observed ones marked."""
    named = [name.strip().partition(":") for name in guardrails.split(",") if name.strip()]
    if len({name for name, _, _ in named}) < len(named):
        raise InvalidTermsError("a limit book is named twice")
    if {mode for _, _, mode in named} - {"", "dry_run"}:
        raise InvalidTermsError("a limit book is enforced, or marked `:observe`")
    return Assignment(
        terms=terms,
        guardrails=tuple(name for name, _, _ in named),
        dry_run=tuple(name for name, _, mode in named if mode == "dry_run"),
    )


def _book(library: Library, name: str, kind: PolicySetKind) -> PolicySet:
    policy_set = library.policy_sets.get(name)
    if policy_set is None or policy_set.kind != kind:
        raise InvalidTermsError(f"there is no {kind} book {name}")
    return policy_set
