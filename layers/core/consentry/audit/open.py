"""Opens the decision log."""

from functools import cached_property

from consentry.audit.dynamodb import DecisionRepository
from consentry.decisions.open import DecisionDependencies


class AuditDependencies(DecisionDependencies):
    """What a use case depends on that writes or reads decisions."""

    @cached_property
    def decisions(self) -> DecisionRepository:
        """The decision log."""
        return DecisionRepository(
            self.table(self.settings.decision_table), self.table(self.settings.consent_table)
        )
