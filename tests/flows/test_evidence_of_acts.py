"""What is kept of an act beside what it says: the form, the name typed, who did it for whom, what it corrects."""

import pytest

from consentry.domain.consent.acts import CUSTOMER_PARTY
from consentry.domain.errors import MalformedError, UncoveredByFormError, UnknownFormError
from consentry.domain.vocabulary import DataCategory
from consentry.flows.register_form import register_form
from tests.fakes.worlds import ACME, FORM, World, act, asked


def test_a_typed_name_is_kept_as_a_keyed_digest_alone(world: World) -> None:
    named = [
        world.record(act(each, "refuse", signature="typed_name", typed_name=each)).record
        for each in ("Ann", "Anne")
    ]

    kept = [each.signed_with.name for each in named if each.signed_with]
    assert len({*kept}) == 2
    assert not any("Ann" in each.model_dump_json(exclude={"act": {"act_id"}}) for each in named)


def test_a_grant_of_more_than_its_form_asks_for_is_refused_by_its_field(world: World) -> None:
    audio = FORM.model_copy(update={"text": "Audio?", "data": ("customer_content.audio",)})
    form = register_form(audio, caller=world.caller, world=world)

    with pytest.raises(UncoveredByFormError, match="data: "):
        world.record(act("g", "grant", data=["customer_content"], form=form, signature="click"))

    assert world.consents.act(ACME, CUSTOMER_PARTY, "g") is None


def test_who_did_it_for_whom_is_kept_by_other_names(world: World) -> None:
    guardian = {"who": "gil", "authority": "guardian"}

    record = world.record(act("r", "refuse", person="ann", done_by=guardian)).record

    name = world.keys.key_of(ACME).pseudonym
    ann = world.keys.known_names(ACME, ["ann"])["ann"]
    assert record.act.done_by is not None
    assert (record.act.person, record.act.done_by.who) == (ann, name("gil"))
    assert (record.act.done_by.authority, record.recorded_by) == ("guardian", name("pipeline"))
    assert "gil" not in record.model_dump_json()


def test_a_correction_is_a_new_act_and_both_stay(world: World) -> None:
    mistaken = world.record(act("m", "refuse", person="ann")).record

    corrected = world.record(act("c", "withdraw", person="ann", corrects="m")).record

    assert world.consents.acts(ACME, corrected.party) == (mistaken, corrected)


@pytest.mark.parametrize("corrects", ["c", "granted", "nothing"])
def test_what_is_corrected_is_an_earlier_act_of_the_same_party(world: World, corrects: str) -> None:
    with pytest.raises(MalformedError, match="corrects: "):
        world.record(act("c", "withdraw", person="ann", corrects=corrects))


def test_assent_is_kept_and_allows_nothing_that_asks_for_express_consent(world: World) -> None:
    chat = ["customer_content.chat"]
    world.record(act("assent", "grant", data=chat))

    decision = world.decide(asked(data=chat))

    assert not decision.allows
    assert decision.evidence.customer.standings == {DataCategory.CHAT: "deemed"}
    assert len(world.consents.acts(ACME, CUSTOMER_PARTY)) == 2


def test_a_refusal_may_name_the_form_that_was_shown_and_refuse_more_than_it_asks(
    world: World,
) -> None:
    audio = FORM.model_copy(
        update={
            "text": "Audio?",
            "data": ("customer_content.audio",),
            "covers_earlier": True,
        }
    )
    form = register_form(audio, caller=world.caller, world=world)

    kept = world.record(act("r", "refuse", uses="all", data="all", form=form, signature="click"))

    (effect,) = kept.state.effects
    assert kept.record.form == audio.shown
    assert (effect.express, effect.covers_earlier) == (False, False)
    with pytest.raises(UnknownFormError):
        world.record(act("r2", "refuse", form="0" * 64))
