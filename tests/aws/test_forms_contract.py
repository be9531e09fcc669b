"""The port `Consents` on forms: one text is one form for ever."""

from typing import Any

import pytest

from consentry.domain.consent.forms import Form
from consentry.domain.errors import ConflictingIdError
from tests.fakes.faults import Fault, Faulty
from tests.fakes.worlds import ACME, FORM, FORM_SHA256, World


def test_the_same_text_again_is_the_same_form(client: Any) -> None:
    world = World(Faulty(client, Fault.ASKED_TWICE))

    assert world.consents.register(FORM) == world.consents.register(FORM) == FORM_SHA256
    assert world.consents.form(ACME, FORM_SHA256) == FORM
    assert world.consents.form("another", FORM_SHA256) is None


@pytest.mark.parametrize(
    "otherwise",
    [
        {"covers_earlier": True},
        {"locale": "de"},
        {"uses": FORM.uses[:1]},
        {"data": ("customer_content",)},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_the_same_text_declared_otherwise_is_refused(
    world: World, otherwise: dict[str, Any]
) -> None:
    world.consents.register(FORM)

    with pytest.raises(ConflictingIdError):
        world.consents.register(Form(**FORM.model_dump() | otherwise))

    assert world.consents.form(ACME, FORM_SHA256) == FORM
