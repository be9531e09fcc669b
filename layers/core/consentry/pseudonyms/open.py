"""Opens the customer keys and pseudonyms."""

from functools import cached_property

from consentry.aws.dependencies import Dependencies
from consentry.pseudonyms.dynamodb import DynamoDBPseudonymRepository
from consentry.pseudonyms.repository import PseudonymRepository


class PseudonymDependencies(Dependencies):
    """What a use case needs to look up customer keys and pseudonyms."""

    @cached_property
    def pseudonyms(self) -> PseudonymRepository:
        """Customer keys and pseudonyms."""
        return DynamoDBPseudonymRepository(self.table(self.settings.key_table))
