"""Promises 6 to 9: recomputed from the log, one customer apart from another, only stored acts, no identifiers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.domain.callers import Caller
from consentry.domain.decision.decision import Decision, recompute
from consentry.domain.errors import ConsentryError, ForeignCustomerError, MalformedError
from consentry.domain.requests import DataUseRequest
from consentry.domain.vocabulary import Standing
from consentry.flows.show_consent import show_consent
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.tables import CONSENTS, DECISIONS
from tests.fakes.worlds import ACME, FORM, NOW, World, act, asked

GLOBEX = "globex"
CANARIES = ("ann.canary", "r-canary", "declarant.canary", "pipeline.canary", "ad.canary")


def stored(world: World, decision_id: str) -> Decision:
    found = world.decisions.latest(decision_id)
    assert isinstance(found, Decision)
    return found


def test_promise_6_every_decision_is_computed_again_from_its_log_row(world: World) -> None:
    answers = [
        world.decide(asked()),
        world.decide(asked("r-2", model_owner="third_party")),
        world.decide(asked("r-3", people=[])),
    ]
    world.record(act("w", "withdraw"))
    answers += [world.decide(asked()), world.decide(asked("r-4"))]

    for answer in answers[1:]:  # The first was revised since.
        row = stored(world, answer.decision_id)
        assert row == answer == recompute(row, world.library)


def test_promise_6_a_row_whose_grounds_were_altered_is_found(world: World) -> None:
    world.record(act("no", "refuse", person="ann"))
    denied = world.decide(asked())
    (ann,) = denied.evidence.people
    cleared = replace(ann, standings=dict.fromkeys(denied.facts.data, Standing.GRANTED))

    altered = replace(denied, evidence=replace(denied.evidence, people=(cleared,)))

    assert recompute(altered, world.library) != altered


def test_promise_7_a_caller_is_answered_for_its_customers_alone(world: World) -> None:
    globexs = Caller.allowed("admin", GLOBEX)
    world.caller = globexs

    with pytest.raises(ForeignCustomerError):
        world.decide(asked())
    with pytest.raises(ForeignCustomerError):
        world.record(act("w", "withdraw"))
    with pytest.raises(ForeignCustomerError):
        show_consent(ACME, None, as_of=None, caller=world.caller, at=NOW, world=world)


def test_promise_7_nothing_is_read_or_written_before_the_caller_is_known(world: World) -> None:
    class Untouched:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError(f"asked for {name}")

    nobody = World(Untouched(), caller=Caller.allowed("nobody", ""))

    for deed in (lambda: nobody.decide(asked()), lambda: nobody.record(act("w", "withdraw"))):
        with pytest.raises(ForeignCustomerError):
            deed()


def test_promise_7_one_customers_acts_change_no_answer_of_anothers(world: World) -> None:
    world.consents.register(FORM.model_copy(update={"customer": GLOBEX}))
    before = world.decide(asked("r-1"))

    for kind in ("refuse", "withdraw"):
        for person in (None, "ann"):
            said = act(f"{kind}{person}", kind, person=person, uses="all", data="all")
            world.record(said.model_copy(update={"customer": GLOBEX}))

    assert world.decide(asked("r-1")) == before
    assert world.decide(asked("r-2")).allows
    assert not world.decide(asked("r-1", customer=GLOBEX)).allows


def test_promise_7_every_key_begins_with_its_customer(world: World, client: FakeDynamoDB) -> None:
    world.record(act("w", "withdraw", person="ann"))
    world.decide(asked())

    for table in (CONSENTS, DECISIONS):
        assert client.tables[table].items
        assert all(pk.split("#")[0] == ACME for pk, _ in client.tables[table].items)


@pytest.mark.parametrize(
    "said",
    [{"consent": "granted"}, {"standings": {"customer": "granted"}}, {"at": "2020"}],
    ids=repr,
)
def test_promise_8_a_request_has_no_word_on_consent(said: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        DataUseRequest.read(asked().model_dump(mode="json") | said)


def test_promise_8_only_stored_acts_count(client: FakeDynamoDB) -> None:
    assert not World(client).decide(asked("before")).allows

    World(client).grant()

    assert World(client).decide(asked("after")).allows


def test_promise_9_no_direct_identifier_is_in_any_row(client: FakeDynamoDB) -> None:
    world = World(client, caller=Caller.allowed("pipeline.canary", "*"))
    world.grant(act_id="granted")
    world.record(act("his", "refuse", person="ann.canary"))
    world.record(act("hers", "withdraw", person="ad.canary"))
    said = {"person": "ann.canary", "role": "speaker"}, {"person": "ad.canary", "role": "host"}
    world.decide(asked("r-canary", people=list(said), declared_by="declarant.canary"))
    guardian = {"who": "gil.canary", "authority": "guardian"}
    typed = {"signature": "typed_name", "typed_name": "Ann Canary.canary"}
    world.record(act("typed", "refuse", person="ann.canary", done_by=guardian, **typed))
    shown = show_consent(ACME, "ann.canary", as_of=None, caller=world.caller, at=NOW, world=world)

    rows = repr(client.snapshot()) + repr(shown)

    assert not [canary for canary in CANARIES if canary in rows]


def test_promise_9_no_error_repeats_what_was_sent(world: World) -> None:
    late = {"at": (NOW + timedelta(days=1)).isoformat(), "by_service": "general"}
    world.decide(asked("r-canary"))
    deeds = (
        lambda: world.decide(asked("r-canary", declared_by="declarant.canary")),
        lambda: world.decide(asked("late.canary", collected=late)),
        lambda: world.record(act("his", "grant", person="ann.canary", form="0" * 64)),
    )

    for deed in deeds:
        with pytest.raises(ConsentryError) as refused:
            deed()
        assert "canary" not in repr(refused.value)
