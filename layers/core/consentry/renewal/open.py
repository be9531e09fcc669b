"""Opens the renewal runs."""

from functools import cached_property

from consentry.consent.open import ConsentDependencies
from consentry.renewal.dynamodb import RenewalRunRepository


class RenewalDependencies(ConsentDependencies):
    """The dependencies of use cases that ask parties to renew their consent."""

    @cached_property
    def renewal_runs(self) -> RenewalRunRepository:
        """The progress of renewal runs."""
        return RenewalRunRepository(self.table(self.settings.consent_table))
