"""Pseudonyms and derived ids: each customer has its own, and an id contains its customer."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.errors import UnavailableError
from consentry.kernel.ids import customer_of, decision_id
from consentry.pseudonyms.customer_key import CustomerKey

ACME = CustomerKey("acme", b"a" * 32)
GLOBEX = CustomerKey("globex", b"g" * 32)
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}\Z")
TOKEN = re.compile(r"[a-z2-7]{26}")


def test_a_caller_name_may_be_any_text_and_has_a_stable_pseudonym() -> None:
    names = [ACME.pseudonym(caller) for caller in ("josé", "jose", "\ud800")]

    assert all(TOKEN.fullmatch(name) for name in names)
    assert len({*names}) == len(names)
    assert names[1] == "7q4kjdzjhffkqtxdxljwzqmcux"


NAMINGS = pytest.mark.parametrize("naming", [CustomerKey.pseudonym, CustomerKey.person_partition])


@NAMINGS
@given(IDS)
def test_an_id_has_one_token_per_customer_that_does_not_reveal_it(
    naming: Callable[[CustomerKey, str], str], someone: str
) -> None:
    name = naming(ACME, someone)

    assert TOKEN.fullmatch(name)
    assert name == naming(ACME, someone) != naming(GLOBEX, someone)
    assert len(someone) < 8 or someone.lower() not in name


@NAMINGS
@given(IDS, IDS)
def test_different_ids_have_different_tokens(
    naming: Callable[[CustomerKey, str], str], one: str, other: str
) -> None:
    assert (naming(ACME, one) == naming(ACME, other)) is (one == other)


def test_a_caller_pseudonym_differs_from_the_person_partition() -> None:
    assert ACME.pseudonym("ann") != ACME.person_partition("ann")


def test_a_body_digest_is_keyed_and_no_pseudonym() -> None:
    assert ACME.digest(b"ann") != GLOBEX.digest(b"ann")
    assert ACME.digest(b"ann")[:26] not in (ACME.pseudonym("ann"), ACME.person_partition("ann"))


@given(IDS, IDS, IDS)
def test_a_decision_id_contains_its_customer_and_is_unique_per_request(
    customer: str, request: str, other: str
) -> None:
    made = decision_id(customer, request)

    name, _, token = made.rpartition("~")
    assert (name, customer_of(made)) == (customer, customer)
    assert TOKEN.fullmatch(token)
    assert (made == decision_id(customer, other)) is (request == other)


def test_an_invalid_decision_id_has_no_customer() -> None:
    assert customer_of("acme") == customer_of("") == ""


@pytest.mark.parametrize("spoilt", ["", "no base64!", "AAAA" * 12], ids=["empty", "text", "other"])
def test_damaged_ciphertext_is_unavailable(spoilt: str) -> None:
    with pytest.raises(UnavailableError):
        ACME.decrypt(spoilt, associated_data="this")


@given(person=IDS, consent_event_id=IDS, other=IDS)
def test_a_used_id_differs_for_each_person(person: str, consent_event_id: str, other: str) -> None:
    same = ACME.used_id(person, consent_event_id) == ACME.used_id(other, consent_event_id)

    assert same is (person == other)
