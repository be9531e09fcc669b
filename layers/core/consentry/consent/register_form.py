"""A consent form is registered by the SHA-256 of its text, before anybody signs it."""

from consentry.consent.forms import Form
from consentry.consent.open import ConsentDependencies
from consentry.kernel.authorization import Caller


def register_form(form: Form, *, caller: Caller, deps: ConsentDependencies) -> str:
    """Keep a form; its SHA-256 is what a consent act names. ForbiddenCustomerError if not the caller's."""
    caller.require(form.customer)
    return deps.consents.register(form)
