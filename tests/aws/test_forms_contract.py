"""The port `Consents` on forms: one text is one form for ever."""

from typing import Any

import pytest

from consentry.consent.forms import Form
from consentry.kernel.errors import ConflictingIdError
from tests.fakes.faults import Fault, Faulty
from tests.fakes.worlds import ACME, FORM, FORM_SHA256, World


def test_the_same_text_again_is_the_same_form(client: Any) -> None:
    deps = World(Faulty(client, Fault.ASKED_TWICE))

    assert deps.consents.register(FORM) == deps.consents.register(FORM) == FORM_SHA256
    assert deps.consents.form(ACME, FORM_SHA256) == FORM
    assert deps.consents.form("another", FORM_SHA256) is None


@pytest.mark.parametrize(
    "otherwise",
    [
        {"covers_collected": True},
        {"locale": "de"},
        {"uses": FORM.uses[:1]},
        {"data": ("customer_content",)},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_the_same_text_declared_otherwise_is_refused(
    deps: World, otherwise: dict[str, Any]
) -> None:
    deps.consents.register(FORM)

    with pytest.raises(ConflictingIdError):
        deps.consents.register(Form(**FORM.model_dump() | otherwise))

    assert deps.consents.form(ACME, FORM_SHA256) == FORM
