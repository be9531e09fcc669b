"""The consent forms that a customer registered: register one, show one, list them."""

import re
from dataclasses import dataclass
from datetime import datetime

from consentry.consent.forms import Form, FormSummary, RegisteredForm
from consentry.consent.open import ConsentDependencies
from consentry.kernel.authorization import Caller, Permission
from consentry.kernel.errors import NotFoundError
from consentry.kernel.pages import require_page, take_page
from consentry.kernel.schema import SHA256_PATTERN

_PAGE = re.compile(SHA256_PATTERN)


@dataclass(frozen=True, slots=True)
class FormPage:
    """Some of a customer's forms in the order of their ids; `next_page` is None on the last page."""

    forms: tuple[FormSummary, ...]
    next_page: str | None


def register_form(
    form: Form, *, caller: Caller, at: datetime, deps: ConsentDependencies
) -> RegisteredForm:
    """Store a form. Its id is the SHA-256 of its text. Registering it again keeps the first time.

    Raises ForbiddenCustomerError; ConflictingIdError if the text is registered with other uses, data or locale.
    """
    caller.require(form.customer, Permission.ADMINISTER)
    deps.pseudonyms.key_of(form.customer)  # From now on the customer exists.
    return deps.consents.register(form, at=at)


def get_form(
    customer: str, form_id: str, *, caller: Caller, deps: ConsentDependencies
) -> RegisteredForm:
    """One form with its text. Raises ForbiddenCustomerError, NotFoundError."""
    caller.require(customer, Permission.READ)
    form = deps.consents.form(customer, form_id)
    if form is None:
        raise NotFoundError("form")
    return form


def list_forms(
    customer: str, *, limit: int, page: str | None, caller: Caller, deps: ConsentDependencies
) -> FormPage:
    """A page of a customer's forms, without their texts. Raises ForbiddenCustomerError, InvalidRequestError."""
    caller.require(customer, Permission.READ)
    require_page(page, _PAGE)
    found, more = take_page(deps.consents.list_forms(customer, after=page), limit)
    forms = tuple(FormSummary(**form.model_dump(exclude={"customer", "text"})) for form in found)
    return FormPage(forms, forms[-1].form_id if more else None)
