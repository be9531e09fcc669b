"""An unsigned, expired or uncovered grant neither permits training nor undoes a refusal."""

from datetime import timedelta

import pytest

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.dependencies import (
    ACME,
    EVER,
    EVERYTHING,
    FINE_TUNE,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)

COLLECTED_AT = "2024-01-01T00:00:00Z"


@pytest.mark.parametrize(("ends_after", "allows"), [(60, True), (1, False)])
def test_an_expired_covers_collected_grant_covers_nothing(
    deps: FakeDependencies, ends_after: int, allows: bool
) -> None:
    collected = {"at": COLLECTED_AT, "by_service": "meeting_summary"}
    form = Form(
        customer=ACME, text="Earlier?", locale="en", covers_collected="anytime", **EVERYTHING
    )
    before = NOW - 30 * SECOND
    until = before + timedelta(seconds=ends_after)
    signed = {"form_id": deps.consents.register(form, at=EVER).form_id, "signature": "click"}
    lifting = consent_event(
        "g", "grant", data=["customer_content.audio"], until=until.isoformat(), **signed
    )
    deps.record(lifting, at=before)

    decision = deps.decide(use_request(collected=collected))

    assert decision.allows is allows


@pytest.mark.parametrize("kind", ["refusal", "withdrawal"])
def test_an_unsigned_grant_does_not_override_a_refusal(deps: FakeDependencies, kind: str) -> None:
    deps.record(consent_event("no", kind, person="ann"))

    deps.record(
        consent_event(
            "yes", "grant", person="ann", uses=[FINE_TUNE], data=["customer_content"], form_id=None
        )
    )

    assert not deps.decide(use_request()).allows


def test_a_grant_that_has_already_expired_is_rejected(deps: FakeDependencies) -> None:
    ended = consent_event("g", "grant", uses=[FINE_TUNE], data=["customer_content"], form_id=None)

    with pytest.raises(InvalidRequestError, match="until: has passed already"):
        deps.record(ended.model_copy(update={"until": NOW}))


def test_opting_in_to_a_feature_and_granting_training_need_two_events() -> None:
    both = [FINE_TUNE, {"operation": "infer", "service": "meeting_summary"}]
    document = {"consent_event_id": "g", "party": "customer", "kind": "grant"}

    with pytest.raises(InvalidRequestError, match="send two grants"):
        ConsentEvent.read(
            document | {"customer": "acme", "uses": both, "data": ["customer_content"]}
        )
