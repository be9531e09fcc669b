"""Receipts use only terms of DPV, and the examples of the DPV guide conform or not as expected."""

import csv
import io
import json
import re
from pathlib import PurePosixPath
from typing import Any

import pytest

from consentry.kernel.vocabulary import WORD_KINDS, Operation
from consentry.receipts import dpv
from consentry.receipts.document import STATES
from tests.testkit.builders.receipts import GRANT, receipt_after
from tests.testkit.meeting_words import MEETINGS
from tests.testkit.receipt_shapes import SHAPES, conforms
from tests.testkit.vendored import vendored_files

WORD = re.compile(r"\b(dpv|ai|pd):([A-Za-z]+)")
FURTHER = SHAPES.parent / "dpv-terms.txt"


@pytest.fixture(scope="module")
def known() -> set[str]:
    words = set[str]()
    for path, content in vendored_files("dpv").items():
        text = content.decode("utf-8")
        if path.match("2.3_*.csv"):
            rows = csv.DictReader(io.StringIO(text, newline=""))
            words |= {f"{row['vocab']}:{row['term']}" for row in rows}
        if path.suffix in {".json", ".ttl"}:
            words |= {":".join(found) for found in WORD.findall(text)}
    listed = FURTHER.read_text("utf-8").splitlines()
    return words | {each for each in listed if not each.startswith("#")}


def test_every_mapped_term_exists_in_dpv(known: set[str]) -> None:
    words = (word for kind in WORD_KINDS for word in getattr(MEETINGS, kind).values())
    counterparts = {word.dpv for word in words if word.dpv}
    mapped = counterparts | {*dpv.PURPOSES.values(), *dpv.PROCESSING.values()}

    assert mapped | {*STATES.values()} <= known


def test_every_dpv_term_in_a_receipt_exists(known: set[str]) -> None:
    document = receipt_after(GRANT)[1]

    used = {":".join(found) for found in WORD.findall(str(document))}
    assert used <= known
    assert len(used) > len(dpv.PURPOSES)


def test_every_operation_is_mapped() -> None:
    assert set(dpv.PURPOSES) == set(dpv.PROCESSING) == set(Operation)


def example(number: int) -> dict[str, Any]:
    """A code block of the guide; they lean on a context that they do not have."""
    block = vendored_files("dpv")[PurePosixPath(f"27560-guide-block{number:03}.json")]
    context = dict(dpv.CONTEXT) | {
        "ex": "https://example.com/",
        "loc": "https://w3id.org/dpv/loc#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "dpv:hasRecipient": {"@type": "@id"},
        "dpv:hasLocation": {"@type": "@id"},
    }
    document: dict[str, Any] = json.loads(block)
    return {"@context": context | {"@base": "https://example.com/"}} | document


def test_the_dpv_guides_full_receipt_conforms_to_our_shapes() -> None:
    conforming, report = conforms(example(88))

    assert conforming, report


@pytest.mark.parametrize("number", [2, 12, 43, 70, 83, 89])
def test_the_dpv_guides_partial_examples_do_not_conform(number: int) -> None:
    conforming, _ = conforms(example(number))

    assert not conforming
