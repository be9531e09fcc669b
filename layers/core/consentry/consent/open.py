"""Opens the consent events, forms and signing keys."""

from functools import cached_property

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.dynamodb import ConsentRepository, SigningKeyRepository
from consentry.terms.open import TermsDependencies


class ConsentDependencies(TermsDependencies):
    """What a use case needs to record or read consent."""

    @cached_property
    def consents(self) -> ConsentRepository:
        """Consent events, states and forms."""
        return ConsentRepository(self.table(self.settings.consent_table))

    @cached_property
    def signing_keys(self) -> SigningKeyRepository:
        """The keys that customers sign consent events with."""
        return SigningKeyRepository(self.table(self.settings.consent_table))

    def find_party(self, customer: str, person: str | None) -> str | None:
        """The party of the customer itself (no `person`) or of a person; None for a person without a pseudonym."""
        if person is None:
            return CUSTOMER_PARTY
        return self.pseudonyms.find_pseudonyms(customer, (person,)).get(person)
