"""Names: the same person is another in each customer's rows, and a decision id says whose it is."""

import re

from hypothesis import given
from hypothesis import strategies as st

from consentry.domain.naming import CustomerKey, customer_of, decision_id

ACME = CustomerKey("acme", b"a" * 32)
GLOBEX = CustomerKey("globex", b"g" * 32)
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}\Z")
TOKEN = re.compile(r"[a-z2-7]{26}")


@given(IDS)
def test_one_person_has_one_name_per_customer_that_does_not_tell_who(person: str) -> None:
    name = ACME.pseudonym(person)

    assert TOKEN.fullmatch(name)
    assert name == ACME.pseudonym(person) != GLOBEX.pseudonym(person)
    assert len(person) < 8 or person.lower() not in name


@given(IDS, IDS)
def test_two_people_have_two_names(one: str, other: str) -> None:
    assert (ACME.pseudonym(one) == ACME.pseudonym(other)) is (one == other)


def test_a_bodys_digest_is_keyed_and_no_persons_name() -> None:
    assert ACME.digest(b"ann") != GLOBEX.digest(b"ann")
    assert ACME.digest(b"ann")[:26] != ACME.pseudonym("ann")


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
