"""A consent form is registered by the SHA-256 of its text, before anybody signs it."""

from consentry.domain.callers import Caller
from consentry.domain.consent.forms import Form
from consentry.flows.worlds import WithConsents


def register_form(form: Form, *, caller: Caller, world: WithConsents) -> str:
    """Keep a form; its SHA-256 is what a consent act names. ForeignCustomerError if not the caller's."""
    caller.require(form.customer)
    return world.consents.register(form)
