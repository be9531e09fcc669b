"""A checkpointed state gives the same status as the whole.

A part decrypts only under its own key.
"""

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from consentry.consent.status import PartyState
from consentry.decisions.inputs import Facts, party_status
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import using
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.screening_jobs.checkpoint import decrypt_states, encrypt_states, limit_to_use
from tests.testkit.builders.dependencies import ACME, NOW, SECOND
from tests.testkit.fakes.pseudonym_repository import FixedPseudonymRepository
from tests.testkit.meeting_words import SMALLER
from tests.testkit.strategies import HOURS, facts, states

KEY = FixedPseudonymRepository().key_of(ACME)


STATES = st.builds(replace, states(), closed=st.booleans())


@given(STATES, facts(), HOURS, st.none() | HOURS)
def test_a_checkpointed_state_gives_the_same_status_for_its_use(
    state: PartyState, facts_of_use: Facts, at: datetime, changed: datetime | None
) -> None:
    states_of_part = limit_to_use(
        state, Use(operation=facts_of_use.operation, service=facts_of_use.service)
    )

    whole, ours = (
        party_status(each, facts_of_use, at=at, invalidated_before=changed)
        for each in (state, states_of_part)
    )

    assert ours == whole
    assert all(rule.consent_event_id == "" for rule in states_of_part.rules)


@given(st.dictionaries(st.text("abc", min_size=1), STATES, max_size=4))
def test_a_checkpoint_part_decrypts_only_with_its_key_and_path(
    states_of_part: dict[str, PartyState],
) -> None:
    part = encrypt_states(states_of_part, at=NOW, key=KEY, associated_data="here/0")

    assert decrypt_states(part, since=NOW, key=KEY, associated_data="here/0") == states_of_part
    assert decrypt_states(part, since=NOW, key=KEY, associated_data="here/1") is None
    assert decrypt_states(part, since=NOW + SECOND, key=KEY, associated_data="here/0") is None
    assert (
        decrypt_states(part, since=NOW, key=CustomerKey(ACME, b"?" * 32), associated_data="here/0")
        is None
    )


def test_a_checkpoint_part_of_an_older_vocabulary_does_not_decrypt() -> None:
    with using(lambda: SMALLER):
        part = encrypt_states({}, at=NOW, key=KEY, associated_data="here/0")

    assert decrypt_states(part, since=NOW, key=KEY, associated_data="here/0") is None
