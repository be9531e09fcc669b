"""Registers a consent form."""

from consentry.consent.forms import Form
from consentry.consent.open import ConsentDependencies
from consentry.kernel.authorization import Caller


def register_form(form: Form, *, caller: Caller, deps: ConsentDependencies) -> str:
    """Store a form and return the SHA-256 of its text, which consent events name it by.

    Raises ForbiddenCustomerError; ConflictingIdError if the text is registered with other uses, data or locale.
    """
    caller.require(form.customer)
    return deps.consents.register(form)
