"""Consent forms: the text that was shown, and which uses of which data it asks for."""

from typing import Annotated

from annotated_types import Len

from consentry.domain.consent.acts import Act, Nodes, Uses
from consentry.domain.contract import Document, Id
from consentry.domain.errors import UncoveredByFormError
from consentry.domain.requests import leaves_of


class FormShown(Document):
    """What a form was when an act was done on it; the act itself names its SHA-256."""

    locale: Id
    covers_earlier: bool


class Form(Document):
    """A consent form as it was shown: registered once by the SHA-256 of its text, and never otherwise after.

    `uses` and `data`: what the text asks for, each use of all the data. `covers_earlier`: the text says that
    it covers data collected before it was signed.
    """

    customer: Id
    text: Annotated[str, Len(1, 100_000)]
    locale: Id
    uses: Uses
    data: Nodes
    covers_earlier: bool = False

    @property
    def shown(self) -> FormShown:
        """What is kept of it with each act."""
        return FormShown(locale=self.locale, covers_earlier=self.covers_earlier)

    def require(self, act: Act) -> None:
        """Raise UncoveredByFormError, naming the field, if the act grants more than the text asks for."""
        if not set(act.covered_uses) <= set(self.uses):
            raise UncoveredByFormError("uses")
        if not set(act.covered_leaves) <= set(leaves_of(self.data)):
            raise UncoveredByFormError("data")
