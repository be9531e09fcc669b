"""The lines of any manifest are written byte for byte: the outputs are a permutation of the input."""

import hashlib
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.kernel.errors import InvalidRequestError
from consentry.manifests.file_kinds import HEAD, require_readable
from consentry.manifests.model import ManifestFormat
from consentry.manifests.screening_request import ScreeningRequest
from tests.testkit.builders.dependencies import FakeDependencies, consent_event
from tests.testkit.builders.screenings import (
    TIMED_FIELDS,
    ScreeningDriver,
    row,
    rttm_line,
    rttm_screening,
    screening,
)
from tests.testkit.campaign import examples
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

NAMES = st.sampled_from(["ann", "bob", "b\u00f6b", "a b", "a\x01", ""])
ENDS = st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r", b" \n", b""])
OUTCOMES = ("admitted", "rejected", "undetermined")


def is_text(content: bytes) -> bool:
    try:
        require_readable(content[:HEAD], ManifestFormat.JSONL, is_packed=False)
    except InvalidRequestError:
        return False
    return True


def whole(lines: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    noise = st.binary(max_size=40)
    ended = st.tuples(lines.map(lambda line: line.rstrip(b"\n")) | noise, ENDS).map(b"".join)
    return st.lists(ended, max_size=8).map(b"".join).filter(is_text)


JSONL = whole(st.lists(NAMES, max_size=2).map(lambda people: row(*people)))
LINKED = whole(
    st.builds(
        lambda people, more: row(*people, **more),
        st.lists(NAMES, max_size=2),
        st.fixed_dictionaries(
            {}, optional=dict.fromkeys(["meeting", "onset", "duration"], st.sampled_from("12x"))
        ),
    )
)
RTTM = whole(st.builds(rttm_line, st.sampled_from(["m1", "m2", "m\u00b3"]), NAMES))


def screened(content: bytes, request: ScreeningRequest) -> None:
    client = FakeDynamoDB()
    create_tables(client)
    acme = ScreeningDriver(FakeDependencies(client))
    acme.deps.grant()
    acme.deps.record(consent_event("w", "withdrawal", person="bob"))
    acme.put([content])

    decision = acme.screen(request)

    outputs = {name: acme.output(decision, name) for name in OUTCOMES}
    written = Counter[bytes]()
    for output in outputs.values():
        written.update(_lines(output))
    assert written == Counter(_lines(content))
    assert sum(map(len, outputs.values())) == len(content)
    assert b"bob" not in outputs["admitted"].split()
    for name, output in outputs.items():
        logged = decision.outputs[name]
        assert logged.sha256 == hashlib.sha256(output).hexdigest()
        assert (logged.bytes, logged.rows) == (len(output), len(_lines(output)))
    lines = _lines(content)
    numbers = [each["line"] for each in acme.reasons(decision)]
    outside = [outputs["rejected"], outputs["undetermined"]]
    assert Counter(lines[number - 1] for number in numbers) == Counter(
        line for output in outside for line in _lines(output)
    )


def _lines(content: bytes) -> list[bytes]:
    """The lines of a manifest: only a line feed ends a line."""
    *ended, last = content.split(b"\n")
    return [line + b"\n" for line in ended] + ([last] if last else [])


@settings(max_examples=examples(37, 600), deadline=None)
@given(JSONL)
def test_json_lines_are_preserved_byte_for_byte(content: bytes) -> None:
    screened(content, screening())


@settings(max_examples=examples(20, 300), deadline=None)
@given(LINKED, st.sampled_from(["recording", "segments"]))
def test_json_lines_of_recordings_are_preserved_byte_for_byte(content: bytes, combine: str) -> None:
    screened(content, screening(fields=TIMED_FIELDS, combine=combine))


@settings(max_examples=examples(37, 600), deadline=None)
@given(RTTM)
def test_rttm_lines_are_preserved_byte_for_byte(content: bytes) -> None:
    screened(content, rttm_screening())
