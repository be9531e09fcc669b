"""Consent acts: what a party may say, and that nothing becomes granted by saying too little."""

from typing import Any

import pytest

from consentry.domain.acts import EVERY_USE, ConsentAct, Form
from consentry.domain.errors import MalformedError
from consentry.domain.vocabulary import DataCategory
from tests.fakes.worlds import FORM_SHA256, act

USE = [{"operation": "infer", "service": "general"}]
DATA = ["customer_content"]
SAID: dict[str, Any] = {"act_id": "a", "customer": "acme", "uses": USE, "data": DATA}


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "grant", "uses": "all"},
        {"kind": "grant", "data": "all"},
        {"kind": "withdraw", "form": FORM_SHA256},
        {"kind": "refuse", "until": "2026-01-01T00:00:00Z"},
        {"kind": "agree"},
        {"kind": "grant", "uses": []},
        {"kind": "grant", "data": []},
        {"kind": "grant", "data": "customer_content"},
        {"kind": "withdraw", "uses": "some"},
        {"kind": "grant", "form": FORM_SHA256.upper()},
        {"kind": "grant", "form": "0" * 63},
        {"kind": "grant", "until": "2026-01-01"},
        {"kind": "grant", "signature": "x"},
        {"kind": "grant", "express": True},
        {"kind": "withdraw", "person": ""},
        {"kind": "withdraw", "person": "a#b"},
    ],
    ids=repr,
)
def test_an_act_of_another_kind_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(MalformedError):
        ConsentAct.read(SAID | changed)


def test_what_all_covers_is_every_use_and_every_category() -> None:
    everything = act("w", "withdraw", uses="all", data="all")

    assert everything.covered_uses == EVERY_USE
    assert everything.covered_leaves == tuple(DataCategory)


def test_an_inner_node_covers_its_leaves_and_nothing_beside() -> None:
    covered = act("g", "grant", data=["customer_content"]).covered_leaves

    assert covered == tuple(d for d in DataCategory if d.startswith("customer_content."))


def test_an_act_is_the_same_after_it_was_kept() -> None:
    said = act("g", "grant", form=FORM_SHA256, signature="click", until="2027-01-01T00:00:00Z")

    assert ConsentAct.model_validate_json(said.model_dump_json()) == said


@pytest.mark.parametrize(
    "changed", [{"text": ""}, {"text": "x" * 100_001}, {"text": 7}, {"locale": "en/US"}], ids=repr
)
def test_a_form_has_a_text_and_a_locale(changed: dict[str, Any]) -> None:
    said = {"customer": "acme", "text": "We may.", "locale": "en-US"}
    assert Form.read(said).covers_earlier is False

    with pytest.raises(MalformedError):
        Form.read(said | changed)
