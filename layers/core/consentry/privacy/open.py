"""Opens what erasing and exporting a person needs."""

from functools import cached_property

from consentry.privacy.dynamodb import ErasureRepository
from consentry.propagation.open import PropagationDependencies


class PrivacyDependencies(PropagationDependencies):
    """What a use case needs that erases or exports a person."""

    @cached_property
    def erasures(self) -> ErasureRepository:
        """The steps of an erasure; only the operator's role and the erasure function's may delete."""
        settings = self.settings
        return ErasureRepository(
            self.table(settings.consent_table), self.table(settings.key_table), self.pseudonyms
        )
