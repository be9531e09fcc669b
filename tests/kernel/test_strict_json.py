"""JSON as RFC 8259 has it and nothing else, within caps."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import MAX_BYTES, MAX_DEPTH, load_object, loads

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "document",
    [
        '{"a": 1, "a": 1}',
        '{"a": 1, "\\u0061": 2}',
        '[{"b": {"a": 1, "a": 2}}]',
        "NaN",
        "[Infinity]",
        "[-Infinity]",
        "1e400",
        "-1e400",
        "9" * 19,
        "-" + "9" * 19,
        "9" * 5000,
        '"\\ud800"',
        '{"\\udc00": 1}',
        '"\ud800"',
        '"a\x00b"',
        '{"a": 1} {"b": 2}',
        "[1,]",
        "{'a': 1}",
        "[01]",
        "[0x10]",
        "// no\n1",
        "\ufeff{}",
        "",
        "   ",
        nested(MAX_DEPTH + 1),
        '{"a":' * 40 + "1" + "}" * 40,
        "[" * 100_000,
        '"' + "a" * MAX_BYTES + '"',
        '"' + "é" * (MAX_BYTES // 2) + '"',
    ],
    ids=lambda document: repr(document[:12]) + f"x{len(document)}",
)
def test_invalid_json_is_rejected(document: str) -> None:
    with pytest.raises(InvalidRequestError) as rejected:
        loads(document)

    assert rejected.value.field == "body"
    assert rejected.value.__cause__ is None
    assert len(str(rejected.value)) < 80


@pytest.mark.parametrize("document", [b"\xff", b"\xef\xbb\xbf{}", '"é"'.encode("latin-1")])
def test_bytes_that_are_not_plain_utf8_are_rejected(document: bytes) -> None:
    with pytest.raises(InvalidRequestError):
        loads(document)


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (nested(1), []),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('"\\u0000"', "\0"),
        ("9" * 18, int("9" * 18)),
        ('{"a": "' + "[{" * 50 + '"}', {"a": "[{" * 50}),
        ('["\\"", "\\\\", ' + '"[",' * 40 + '"\\\\\\""]', ['"', "\\", *"[" * 40, '\\"']),
        (" 1.5e3 ", 1500.0),
    ],
    ids=["empty", "a pair", "an escaped NUL", "digits", "brackets", "escapes", "a number"],
)
def test_valid_json_is_read(document: str, value: Any) -> None:
    assert loads(document) == loads(document.encode()) == value


def test_nesting_depth_ignores_brackets_inside_strings() -> None:
    deep: Any = loads(nested(MAX_DEPTH))
    for _ in range(MAX_DEPTH - 1):
        (deep,) = deep

    assert deep == []


@given(VALUES, st.booleans())
def test_json_written_by_python_is_read_back(value: Any, ascii_only: bool) -> None:
    assert loads(json.dumps(value, ensure_ascii=ascii_only)) == value


@given(st.binary() | st.text())
def test_any_text_is_read_or_rejected_with_invalid_request(document: bytes | str) -> None:
    with suppress(InvalidRequestError):
        loads(document)


@pytest.mark.parametrize("tail", ['\\"', "\\\\", '\\"\\', "\\"], ids=repr)
def test_a_hostile_string_is_rejected_in_linear_time(tail: str) -> None:
    """A pattern that retries from every quote takes minutes over this; the test would not end."""
    hostile = "[" * (MAX_DEPTH + 1) + '"' + tail * ((MAX_BYTES - 100) // len(tail))

    with pytest.raises(InvalidRequestError):
        loads(hostile)


@pytest.mark.parametrize("document", ["[]", "null", '"a"', "1"])
def test_a_json_document_that_is_not_an_object_is_rejected(document: str) -> None:
    assert load_object('{"a": 1}') == {"a": 1}
    with pytest.raises(InvalidRequestError):
        load_object(document)


def test_a_number_keeps_its_written_digits() -> None:
    number = loads("[1.10]")[0]

    assert (number, number.digits) == (1.1, "1.10")
    assert json.dumps(number) == "1.1"
