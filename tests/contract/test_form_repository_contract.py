"""The contract of ConsentRepository for forms: a text is registered once."""

from typing import Any

import pytest

from consentry.consent.forms import Form, RegisteredForm
from consentry.kernel.errors import ConflictingIdError
from tests.testkit.builders.dependencies import (
    ACME,
    FORM,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
)
from tests.testkit.fakes.faults import Fault, FaultyClient


def test_registering_the_same_text_again_returns_the_same_form(client: Any) -> None:
    deps = FakeDependencies(FaultyClient(client, Fault.RETRIED_BY_SDK))

    assert [
        deps.consents.register(FORM, at=NOW + after).form_id for after in (0 * SECOND, SECOND)
    ] == [FORM_SHA256] * 2
    assert deps.consents.form(ACME, FORM_SHA256) == RegisteredForm(
        form_id=FORM_SHA256, registered_at=NOW, **dict(FORM)
    )
    assert deps.consents.form("another", FORM_SHA256) is None


@pytest.mark.parametrize(
    "otherwise",
    [
        {"covers_collected": "from_grant"},
        {"locale": "de"},
        {"uses": FORM.uses[:1]},
        {"data": ("customer_content",)},
    ],
    ids=lambda otherwise: next(iter(otherwise)),
)
def test_registering_the_same_text_with_other_fields_is_a_conflict(
    deps: FakeDependencies, otherwise: dict[str, Any]
) -> None:
    deps.consents.register(FORM, at=NOW)

    with pytest.raises(ConflictingIdError):
        deps.consents.register(Form(**FORM.model_dump() | otherwise), at=NOW)

    assert deps.consents.form(ACME, FORM_SHA256) == RegisteredForm(
        form_id=FORM_SHA256, registered_at=NOW, **dict(FORM)
    )
