"""Opens the repositories that erase and export a person."""

from functools import cached_property

from consentry.privacy.dynamodb import ErasureRepository
from consentry.propagation.open import PropagationDependencies


class PrivacyDependencies(PropagationDependencies):
    """The dependencies of use cases that erase or export a person."""

    @cached_property
    def erasures(self) -> ErasureRepository:
        """The steps of an erasure. Only the operator and the erasure function may delete."""
        settings = self.settings
        return ErasureRepository(
            self.table(settings.consent_table), self.table(settings.key_table), self.pseudonyms
        )
