"""Consent forms: the text that a party sees, and the uses and data that it asks for."""

from datetime import datetime
from typing import Annotated

from annotated_types import Len

from consentry.consent.consent_event import ConsentEventContent, Nodes, Uses
from consentry.consent.covers_collected import FROM_GRANT, CoversCollected
from consentry.kernel.errors import UncoveredByFormError
from consentry.kernel.requests import leaves_of
from consentry.kernel.schema import Id, Sha256, StrictModel


class FormReference(StrictModel):
    """The facts about a form that are stored with each consent event; the event has the form's SHA-256."""

    locale: Id
    covers_collected: CoversCollected


class Form(StrictModel):
    """A consent form. Its id is the SHA-256 of its text; it never changes.

    `uses` and `data`: what the text asks for, each use of all the data. `covers_collected`: which data
    that is collected already the text covers: `from_grant`, `anytime`, or a duration before the grant.
    """

    customer: Id
    text: Annotated[str, Len(1, 100_000)]
    locale: Id
    uses: Uses
    data: Nodes
    covers_collected: CoversCollected = FROM_GRANT

    @property
    def reference(self) -> FormReference:
        """What is stored with each consent event."""
        return FormReference(locale=self.locale, covers_collected=self.covers_collected)

    def require(self, consent_event: ConsentEventContent) -> None:
        """Raise UncoveredByFormError, naming the field, if the event grants more than the text asks for."""
        if not set(consent_event.covered_uses) <= set(self.uses):
            raise UncoveredByFormError("uses")
        if not set(consent_event.covered_leaves) <= set(leaves_of(self.data)):
            raise UncoveredByFormError("data")


class RegisteredForm(Form):
    """A form with the SHA-256 of its text, by which consent events name it, and when it was registered."""

    form_id: Sha256
    registered_at: datetime


class FormSummary(StrictModel):
    """A registered form without its text."""

    form_id: Sha256
    registered_at: datetime
    locale: Id
    uses: Uses
    data: Nodes
    covers_collected: CoversCollected
