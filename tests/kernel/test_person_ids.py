"""Ids of people: any text of 1 to 256 bytes without control characters, compared exactly."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from consentry.kernel.schema import PersonId, is_person_id
from consentry.pseudonyms.customer_key import CustomerKey

PERSON_ID = TypeAdapter(PersonId)
KEY = CustomerKey("acme", b"k" * 32)


@pytest.mark.parametrize(
    "person",
    [
        "auth0|5f7c",
        "o'brien@x.example",
        "José",
        "aGk==",
        "a b",
        "a#b~c",
        "日本",
        "-",
        "%2F",
        "🙂",
        "é" * 128,
    ],
)
def test_any_text_is_an_id_of_a_person_and_is_not_changed(person: str) -> None:
    assert PERSON_ID.validate_python(person) == person
    assert PERSON_ID.validate_json(PERSON_ID.dump_json(person)) == person


@pytest.mark.parametrize(
    "value",
    ["", "é" * 129, "a\n", "a\0b", "a\x7f", "a\x85", "\ud800", None, True, 1.5, ["a"], b"a"],
)
def test_no_text_too_long_or_with_control_characters_is_no_id(value: Any) -> None:
    with pytest.raises(ValidationError, match="is not a person's id"):
        PERSON_ID.validate_python(value)


def test_an_integer_is_read_as_its_decimal_digits() -> None:
    assert [PERSON_ID.validate_python(each) for each in (1042, 0, -7)] == ["1042", "0", "-7"]


@given(st.text(min_size=1, max_size=300))
def test_an_id_is_text_without_control_characters_of_at_most_256_bytes(text: str) -> None:
    controls = any(unicodedata.category(character) == "Cc" for character in text)

    assert is_person_id(text) is (not controls and len(text.encode()) <= 256)


def test_ids_that_look_alike_are_different_people() -> None:
    people = [
        "José",
        unicodedata.normalize("NFD", "José"),
        "josé",
        "José ",
        "ann",
        "Ann",
        "1",
        "01",
    ]

    assert len({KEY.person_partition(person) for person in people}) == len(people)


def test_no_person_and_event_id_have_the_used_id_of_another_pair() -> None:
    pairs = [("a", "b"), ("a b", "c"), ("a", "b c"), ("a#b", "c"), ("a", "b#c")]

    assert len({KEY.used_id(*pair) for pair in pairs}) == len(pairs)
