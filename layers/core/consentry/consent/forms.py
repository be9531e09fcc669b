"""Consent forms: the text that was shown, and which uses of which data it asks for."""

from typing import Annotated

from annotated_types import Len

from consentry.consent.consent_event import ConsentEventContent, Nodes, Uses
from consentry.kernel.errors import UncoveredByFormError
from consentry.kernel.requests import leaves_of
from consentry.kernel.schema import Id, Sha256, StrictModel


class FormReference(StrictModel):
    """What a form was when an act was done on it; the act itself names its SHA-256."""

    locale: Id
    covers_collected: bool


class Form(StrictModel):
    """A consent form as it was shown: registered once by the SHA-256 of its text, and never otherwise after.

    `uses` and `data`: what the text asks for, each use of all the data. `covers_earlier`: the text says that
    it covers data collected before it was signed.
    """

    customer: Id
    text: Annotated[str, Len(1, 100_000)]
    locale: Id
    uses: Uses
    data: Nodes
    covers_collected: bool = False

    @property
    def shown(self) -> FormReference:
        """What is kept of it with each act."""
        return FormReference(locale=self.locale, covers_collected=self.covers_collected)

    def require(self, consent_event: ConsentEventContent) -> None:
        """Raise UncoveredByFormError, naming the field, if the act grants more than the text asks for."""
        if not set(consent_event.covered_uses) <= set(self.uses):
            raise UncoveredByFormError("uses")
        if not set(consent_event.covered_leaves) <= set(leaves_of(self.data)):
            raise UncoveredByFormError("data")


class RegisteredForm(Form):
    """A form with the SHA-256 of its text, by which consent events name it."""

    form_id: Sha256


class FormSummary(StrictModel):
    """A registered form without its text."""

    form_id: Sha256
    locale: Id
    uses: Uses
    data: Nodes
    covers_collected: bool
