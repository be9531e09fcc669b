"""Opens the terms and guardrails, and their assignments."""

from functools import cache, cached_property
from pathlib import Path

from consentry.pseudonyms.open import PseudonymDependencies
from consentry.terms.assignment import parse_assignment
from consentry.terms.dynamodb import AssignmentRepository
from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library


class TermsDependencies(PseudonymDependencies):
    """What a use case needs to evaluate terms."""

    @cached_property
    def library(self) -> Library:
        """The policy sets of VOCABULARY in TERMS_DIRECTORY; InvalidTermsError if one is missing, damaged or swapped."""
        return _library(self.settings.terms_directory, self.settings.vocabulary)

    @cached_property
    def assignments(self) -> AssignmentRepository:
        """The assignments; DEFAULT_TERMS and GUARDRAILS are those of a customer without one."""
        default = parse_assignment(self.settings.default_terms, self.settings.guardrails)
        return AssignmentRepository(self.table(self.settings.consent_table), default)

    def check(self) -> None:
        """InvalidTermsError if the terms cannot be read."""
        # INVARIANT: no use case writes while the terms cannot be read.
        _ = self.library, self.assignments


@cache
def _library(directory: str, vocabulary: str) -> Library:
    return read_library(Path(directory), vocabulary)
