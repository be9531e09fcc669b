"""Opens the decision log."""

from functools import cached_property

from consentry.audit.dynamodb import DynamoDBDecisionRepository
from consentry.aws.table import Table
from consentry.decisions.open import DecisionDependencies


class AuditDependencies(DecisionDependencies):
    """The dependencies of use cases that write or read decisions."""

    @cached_property
    def decisions(self) -> DynamoDBDecisionRepository:
        """The decision log."""
        return DynamoDBDecisionRepository(
            self.table(self.settings.decision_table),
            self.table(self.settings.consent_table),
            Table(self.settings.decision_table, self.dynamodb_without_retries, self.pause),
        )
