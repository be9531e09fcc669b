"""Names: the same id is another with each customer, and a decision id says whose it is."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.errors import UnavailableError
from consentry.kernel.ids import customer_of, decision_id
from consentry.pseudonyms.customer_key import CustomerKey
from consentry.pseudonyms.encryption import decrypt

ACME = CustomerKey("acme", b"a" * 32)
GLOBEX = CustomerKey("globex", b"g" * 32)
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}\Z")
TOKEN = re.compile(r"[a-z2-7]{26}")


def test_a_caller_may_be_called_by_any_text_and_keeps_the_name_it_had() -> None:
    names = [ACME.pseudonym(caller) for caller in ("josé", "jose", "\ud800")]

    assert all(TOKEN.fullmatch(name) for name in names)
    assert len({*names}) == len(names)
    assert names[1] == "7q4kjdzjhffkqtxdxljwzqmcux"


NAMINGS = pytest.mark.parametrize("naming", [CustomerKey.pseudonym, CustomerKey.person_partition])


@NAMINGS
@given(IDS)
def test_one_id_comes_to_one_token_per_customer_that_does_not_tell_it(
    naming: Callable[[CustomerKey, str], str], someone: str
) -> None:
    name = naming(ACME, someone)

    assert TOKEN.fullmatch(name)
    assert name == naming(ACME, someone) != naming(GLOBEX, someone)
    assert len(someone) < 8 or someone.lower() not in name


@NAMINGS
@given(IDS, IDS)
def test_two_ids_come_to_two_tokens(
    naming: Callable[[CustomerKey, str], str], one: str, other: str
) -> None:
    assert (naming(ACME, one) == naming(ACME, other)) is (one == other)


def test_who_asks_is_not_named_by_where_their_name_as_a_person_is_kept() -> None:
    assert ACME.pseudonym("ann") != ACME.person_partition("ann")


def test_a_bodys_digest_is_keyed_and_nobodys_name() -> None:
    assert ACME.digest(b"ann") != GLOBEX.digest(b"ann")
    assert ACME.digest(b"ann")[:26] not in (ACME.pseudonym("ann"), ACME.person_partition("ann"))


@given(IDS, IDS, IDS)
def test_a_decision_id_names_its_customer_and_one_request(
    customer: str, request: str, other: str
) -> None:
    made = decision_id(customer, request)

    name, _, token = made.rpartition("~")
    assert (name, customer_of(made)) == (customer, customer)
    assert TOKEN.fullmatch(token)
    assert (made == decision_id(customer, other)) is (request == other)


def test_what_is_no_decision_id_names_no_customer() -> None:
    assert customer_of("acme") == customer_of("") == ""


@pytest.mark.parametrize("spoilt", ["", "no base64!", "AAAA" * 12], ids=["empty", "text", "other"])
def test_a_seal_that_is_damaged_is_no_answer(spoilt: str) -> None:
    with pytest.raises(UnavailableError):
        decrypt(spoilt, secret=b"s" * 32, associated_data="this")


@given(person=IDS, consent_event_id=IDS, other=IDS)
def test_what_is_kept_of_an_erased_act_is_another_for_each_person(
    person: str, consent_event_id: str, other: str
) -> None:
    same = ACME.used_id(person, consent_event_id) == ACME.used_id(other, consent_event_id)

    assert same is (person == other)
