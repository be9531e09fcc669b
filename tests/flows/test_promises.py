"""The promises of the house, each by its own sentence; the fine print is in test_interleavings.py."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from consentry.aws.consent_items import epoch_keys, state_key
from consentry.domain.decision.decision import SUPERSEDED
from consentry.domain.errors import ConflictingIdError, UnansweredError
from tests.fakes.faults import Fault, Faulty, Withholding
from tests.fakes.worlds import ACME, NOW, SECOND, World, act, asked


def many(count: int) -> list[dict[str, str]]:
    return [{"person": f"p{number}", "role": "speaker"} for number in range(count)]


@pytest.mark.parametrize("fault", [Fault.NOT_APPLIED, Fault.ANSWER_LOST])
@pytest.mark.parametrize("call", range(3))
def test_promise_1_a_decision_is_logged_before_it_is_answered(
    world: World, fault: Fault, call: int
) -> None:
    broken = World(Faulty(world.client, *[None] * call, fault))

    with pytest.raises(ClientError):
        broken.decide(asked())

    answered = world.decide(asked())
    assert world.decisions.latest(answered.decision_id) == answered


@pytest.mark.parametrize("person", [None, "ann"], ids=["the customer", "a person"])
@pytest.mark.parametrize("people", [1, 98, 99, 250], ids=lambda count: f"{count} people")
def test_promise_2_after_a_withdrawal_has_returned_no_decision_allows(
    world: World, person: str | None, people: int
) -> None:
    named = [{"person": "ann", "role": "speaker"}, *many(people - 1)]
    request = asked(people=named)
    assert world.decide(request).allows

    world.record(act("w", "withdraw", person=person))

    assert not world.decide(request).allows
    assert not world.decide(asked("r-2", people=named)).allows


def test_promise_2_holds_against_a_withdrawal_in_the_middle_of_a_decision_on_many(
    world: World,
) -> None:
    class Interrupted(Faulty):
        """Somebody withdraws between the reads and the commit, each time."""

        withdrawals = 0

        def transact_write_items(self, **asked: Any) -> Any:
            if "revision#" in str(asked) and self.withdrawals < 1:
                self.withdrawals += 1
                world.record(act(f"w{self.withdrawals}", "withdraw", person="p7"))
            return self.client.transact_write_items(**asked)

    decision = World(Interrupted(world.client)).decide(asked(people=many(150)))

    assert not decision.allows
    assert decision.evidence.people[7].version == 1


def test_promise_3_one_request_id_has_one_decision(world: World) -> None:
    first = world.decide(asked())
    again = world.decide(asked(), at=NOW + SECOND)

    assert again == first
    with pytest.raises(ConflictingIdError):
        world.decide(asked(model_owner="customer"))
    assert world.decisions.latest(first.decision_id) == first


def test_promise_3_a_decision_is_revised_only_from_allow_to_deny(world: World) -> None:
    allowed = world.decide(asked())
    world.record(act("w", "withdraw"))
    denied = world.decide(asked())
    world.grant(act_id="again")

    assert (allowed.allows, allowed.revision) == (True, 1)
    assert (denied.allows, denied.revision, denied.revises) == (False, 2, 1)
    assert world.decide(asked()) == denied
    assert world.decide(asked("r-2")).allows


def test_promise_3_an_allow_that_ended_or_was_overtaken_is_denied_and_asked_anew(
    world: World,
) -> None:
    world.decide(asked("ended"))
    world.decide(asked("overtaken"))
    ended = world.decide(asked("ended"), at=NOW + timedelta(minutes=15))
    world.grant(act_id="again")
    overtaken = world.decide(asked("overtaken"))

    assert [each.allows for each in (ended, overtaken)] == [False, False]
    assert ended.needs == overtaken.needs == (SUPERSEDED,)


MISSING: dict[str, dict[str, Any]] = {
    "nobody is named": {"people": []},
    "a use that nobody consented to": {"use": {"operation": "infer", "service": "chat_compose"}},
    "data that nobody consented to": {"data": ["customer_content"]},
    "data from before any terms": {
        "collected": {"at": "2001-01-01T00:00:00Z", "by_service": "meeting_summary"}
    },
    "another customer that never acted": {"customer": "globex"},
}


@pytest.mark.parametrize("changed", MISSING.values(), ids=MISSING)
def test_promise_4_what_is_missing_is_no_allow(world: World, changed: dict[str, Any]) -> None:
    assert world.decide(asked()).allows
    assert not world.decide(asked("r-2", **changed)).allows


@pytest.mark.parametrize("party", ["customer", "ann"])
def test_promise_4_what_is_unknown_is_no_allow(world: World, party: str) -> None:
    name = party if party == "customer" else world.keys.known_names(ACME, [party])[party]
    world.record(act("hers", "grant", person="ann"))
    silent = World(Withholding(world.client, {state_key(ACME, name)["pk"]["S"]: 10**6}))

    decision = silent.decide(asked())

    assert not decision.allows
    assert any("unreadable" in rule for finding in decision.findings for rule in finding.rules)


def test_promise_4_epochs_that_cannot_be_read_are_no_answer(world: World) -> None:
    withheld = {key["pk"]["S"]: 10**6 for key in epoch_keys(ACME)}

    with pytest.raises(UnansweredError):
        World(Withholding(world.client, withheld)).decide(asked(people=many(150)))


def test_promise_4_a_consent_that_ended_is_no_allow(world: World) -> None:
    world.grant(act_id="short", until=(NOW + SECOND).isoformat())
    soon = world.decide(asked())
    late = world.decide(asked("r-2"), at=NOW + SECOND)

    assert (soon.allows, soon.expires_at) == (True, NOW + SECOND)
    assert not late.allows
