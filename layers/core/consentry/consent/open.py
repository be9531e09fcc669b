"""Opens the consent events, forms and signing keys."""

from functools import cached_property

from consentry.consent.consent_event import NamedPerson, Party
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

    def find_party(self, customer: str, party: Party) -> str | None:
        """The name that a party has in the tables; None for a person without a pseudonym."""
        if not isinstance(party, NamedPerson):
            return party
        return self.pseudonyms.find_pseudonyms(customer, (party.person,)).get(party.person)
