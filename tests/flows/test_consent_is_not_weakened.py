"""What is less than an express, present consent neither lifts anything nor undoes a refusal."""

from datetime import timedelta

import pytest

from consentry.domain.consent.acts import ConsentAct
from consentry.domain.consent.forms import Form
from consentry.domain.errors import MalformedError
from tests.fakes.worlds import ACME, EVERYTHING, FINE_TUNE, NOW, SECOND, World, act, asked

THEN = "2022-01-01T00:00:00Z"


@pytest.mark.parametrize(("ends_after", "allows"), [(60, True), (1, False)])
def test_an_ended_consent_lifts_nothing(world: World, ends_after: int, allows: bool) -> None:
    collected = {"at": THEN, "by_service": "meeting_summary"}
    form = Form(customer=ACME, text="Earlier?", locale="en", covers_earlier=True, **EVERYTHING)
    before = NOW - 30 * SECOND
    until = before + timedelta(seconds=ends_after)
    signed = {"form": world.consents.register(form), "signature": "click"}
    lifting = act("g", "grant", data=["service_generated"], until=until.isoformat(), **signed)
    world.record(lifting, at=before)

    decision = world.decide(asked(data=["service_generated"], people=[], collected=collected))

    assert decision.allows is allows


@pytest.mark.parametrize("kind", ["refuse", "withdraw"])
def test_assent_without_a_signature_undoes_no_refusal(world: World, kind: str) -> None:
    world.record(act("no", kind, person="ann"))

    world.record(
        act("yes", "grant", person="ann", uses=[FINE_TUNE], data=["customer_content"], form=None)
    )

    assert not world.decide(asked()).allows


def test_a_grant_that_has_ended_already_is_refused(world: World) -> None:
    ended = act("g", "grant", uses=[FINE_TUNE], data=["customer_content"], form=None)

    with pytest.raises(MalformedError, match="until: has passed already"):
        world.record(ended.model_copy(update={"until": NOW}))


def test_switching_a_feature_on_and_sharing_content_are_two_acts() -> None:
    both = [FINE_TUNE, {"operation": "infer", "service": "meeting_summary"}]
    document = {"act_id": "g", "customer": "acme", "kind": "grant", "uses": both}

    with pytest.raises(MalformedError, match="are two acts"):
        ConsentAct.read(document | {"data": ["customer_content"]})
