"""Strict JSON (RFC 8259): no duplicate names, NaN or lone surrogates; limited size, depth and digits."""

import json
from typing import Any, NoReturn

from consentry.kernel.errors import InvalidRequestError

MAX_BYTES = 256 * 1024
"""The largest document in bytes: the limit of EventBridge and SQS."""
MAX_DEPTH = 32
MAX_INTEGER_DIGITS = 18


class WrittenFloat(float):
    """A number that is not an integer, with the digits that were written: 0.1 has no exact binary form."""

    __slots__ = ("digits",)
    digits: str


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
    """A finite number that is not an integer."""
    value = WrittenFloat(digits)
    if value in (float("inf"), float("-inf")):
        raise InvalidRequestError("body", "holds a number that is too large")
    value.digits = digits
    return value


def constant(_: str) -> NoReturn:
    """Rejects NaN and Infinity."""
    raise InvalidRequestError("body", "holds NaN or Infinity, which are not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=integer,
    parse_float=number,
    parse_constant=constant,
)


def loads(
    text: str | bytes, decoder: json.JSONDecoder = _DECODER, *, max_bytes: int = MAX_BYTES
) -> Any:
    """The value of a document of at most `max_bytes`.

    Raises InvalidRequestError (field `body`) for anything that is not one well-formed JSON document.
    """
    decoded = _decode(text, max_bytes)
    if decoded.count("[") + decoded.count("{") > MAX_DEPTH:
        _check_depth(decoded)
    try:
        value = decoder.decode(decoded)
    except (ValueError, RecursionError):
        # `from None`: the decoder's text repeats the document.
        raise InvalidRequestError("body", "is not one well-formed JSON document") from None
    if "\\u" in decoded:
        _check_surrogates(value)
    return value


def load_object(text: str | bytes, decoder: json.JSONDecoder = _DECODER) -> dict[str, Any]:
    """The document's object; InvalidRequestError if it is not an object."""
    value = loads(text, decoder)
    if not isinstance(value, dict):
        raise InvalidRequestError("body", "must be a JSON object")
    return value


def error_position(text: str | bytes) -> str:
    """Where a document is not JSON (": line 2, column 6"), for its author; empty for other errors of `loads`."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f": line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):
        pass
    return ""


def _decode(text: str | bytes, max_bytes: int) -> str:
    try:
        encoded = text if isinstance(text, bytes) else text.encode("utf-8")
        if len(encoded) > max_bytes:
            raise InvalidRequestError("body", f"is longer than {max_bytes} bytes")
        return encoded.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidRequestError("body", "is not UTF-8") from None
    except UnicodeEncodeError:
        raise InvalidRequestError("body", "holds a lone surrogate") from None


def _check_depth(text: str) -> None:
    # Without escapes, every quote starts or ends a string. One pass is enough, even if the document is invalid.
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    depth = 0
    for character in "".join(outside):
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise InvalidRequestError("body", f"is nested deeper than {MAX_DEPTH}")
        elif character in "]}":
            depth -= 1


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=repr).encode("utf-8")
    except UnicodeEncodeError:
        raise InvalidRequestError("body", "holds a lone surrogate") from None
