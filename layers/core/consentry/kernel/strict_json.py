"""JSON as RFC 8259 has it and nothing else: no duplicate names, no NaN, no lone surrogates, capped."""

import json
from typing import Any, NoReturn

from consentry.kernel.errors import InvalidRequestError

MAX_BYTES = 256 * 1024
"""The largest document read, in bytes: what EventBridge and SQS deliver at the most."""
MAX_DEPTH = 32
MAX_INTEGER_DIGITS = 18


class WrittenFloat(float):
    """A number that is no integer, and the digits that it was written in: binary, 0.1 is another number."""

    __slots__ = ("digits",)
    digits: str


def loads(text: str | bytes) -> Any:
    """The document's value.

    Raises InvalidRequestError (field `body`) for anything that is not one well-formed JSON document.
    """
    return decode_with(text, _DECODER)


def decode_with(text: str | bytes, decoder: json.JSONDecoder) -> Any:
    """The same, by another decoder."""
    decoded = _decode(text)
    if decoded.count("[") + decoded.count("{") > MAX_DEPTH:
        _refuse_depth(decoded)
    try:
        value = decoder.decode(decoded)
    except (ValueError, RecursionError):
        # `from None`: the decoder's own text repeats the document.
        raise InvalidRequestError("body", "is not one well-formed JSON document") from None
    if "\\u" in decoded:
        _refuse_lone_surrogates(value)
    return value


def load_object(text: str | bytes) -> dict[str, Any]:
    """The document's object; a document of any other kind is a InvalidRequestError."""
    return require_object(loads(text))


def require_object(value: Any) -> dict[str, Any]:
    """The value if it is an object, or InvalidRequestError."""
    if not isinstance(value, dict):
        raise InvalidRequestError("body", "must be a JSON object")
    return value


def _decode(text: str | bytes) -> str:
    try:
        encoded = text if isinstance(text, bytes) else text.encode("utf-8")
        if len(encoded) > MAX_BYTES:
            raise InvalidRequestError("body", f"is longer than {MAX_BYTES} bytes")
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequestError("body", "is not UTF-8") from None
    except UnicodeEncodeError:
        raise InvalidRequestError("body", "holds a lone surrogate") from None


def _refuse_depth(text: str) -> None:
    # Without escapes every quote is a string's end: in one pass, however the document is broken.
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    depth = 0
    for character in "".join(outside):
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidRequestError("body", f"is nested deeper than {MAX_DEPTH}")
        elif character in "]}":
            depth -= 1


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=repr).encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidRequestError("body", "holds a lone surrogate") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise InvalidRequestError("body", "names the same field twice in one object")
    return value


def integer(digits: str) -> int:
    """An integer of at most MAX_INTEGER_DIGITS."""
    if len(digits.removeprefix("-")) > MAX_INTEGER_DIGITS:
        raise InvalidRequestError(
            "body", f"holds an integer of more than {MAX_INTEGER_DIGITS} digits"
        )
    return int(digits)


def number(digits: str) -> float:
    """A finite number that is no integer."""
    value = WrittenFloat(digits)
    if value in (float("inf"), float("-inf")):
        raise InvalidRequestError("body", "holds a number that is too large")
    value.digits = digits
    return value


def constant(_: str) -> NoReturn:
    """What other readers take for a number."""
    raise InvalidRequestError("body", "holds NaN or Infinity, which are not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=integer,
    parse_float=number,
    parse_constant=constant,
)
