"""The document of a receipt: the consent event and its outcomes, claiming no more than was done."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.consent.consent_event import ConsentEvent
from consentry.receipts.document import to_json
from tests.testkit.builders.dependencies import FORM, NOW, consent_event
from tests.testkit.builders.receipts import (
    ASSENT,
    GRANT,
    GUARDED,
    HOUR,
    REFUSAL,
    SHOWN,
    SIGNED,
    WITHDRAWAL,
    receipt_after,
    states,
)
from tests.testkit.campaign import examples
from tests.testkit.names_in_text import contains_name
from tests.testkit.receipt_shapes import conforms, graph_of

SHORT = consent_event("g", "grant", person="ann", until=(NOW + HOUR).isoformat(), **SIGNED)
AGAIN = consent_event("again", "grant", person="ann", **SIGNED)
AUDIO_BACK = consent_event("w", "withdrawal", person="ann")
BROAD = consent_event("g", "grant", person="ann", data=["customer_content"], **SIGNED)
HISTORIES: dict[str, tuple[tuple[ConsentEvent, ...], int, list[str]]] = {
    "granted": ((GRANT,), 0, ["ConsentGiven"]),
    "given, then withdrawn": ((GRANT, WITHDRAWAL), 0, ["ConsentGiven", "ConsentWithdrawn"]),
    "given, then refused": ((GRANT, REFUSAL), 0, ["ConsentGiven", "ConsentRefused"]),
    "given twice": ((GRANT, AGAIN), 0, ["ConsentGiven", "RenewedConsentGiven"]),
    "given, expired": ((SHORT,), 0, ["ConsentGiven", "ConsentExpired"]),
    "withdrawn in part": ((BROAD, AUDIO_BACK), 0, ["ConsentGiven", "ConsentWithdrawn"]),
    "refused": ((REFUSAL,), 0, ["ConsentRefused"]),
    "withdrawn": ((GRANT, WITHDRAWAL), 1, ["ConsentWithdrawn"]),
    "refused, then given": ((REFUSAL, GRANT), 0, ["ConsentRefused", "ConsentGiven"]),
    "assent after a refusal": ((REFUSAL, ASSENT), 1, ["ConsentStatusInvalidForProcessing"]),
    "assent alone": ((ASSENT,), 0, ["ConsentGiven"]),
}  # fmt: skip
MANDATORY = [
    "dct:identifier", "dct:conformsTo", "dpv:hasDataSubject", "dpv:hasDataController", "dpv:hasProcess",
    "dpv:hasConsentStatus", "dpv:hasConsentControl", "dpv:hasNotice", "consentry:notHeld",
]  # fmt: skip


@pytest.mark.parametrize("history", HISTORIES)
def test_a_receipt_gives_its_event_and_all_later_outcomes(history: str) -> None:
    events, of, expected = HISTORIES[history]

    _, document = receipt_after(*events, of=of)

    assert sorted(states(document)) == sorted(expected)
    conforming, report = conforms(document)
    assert conforming, report


def test_a_receipt_shows_a_grant_invalidated_by_changed_terms() -> None:
    _, document = receipt_after(GRANT, invalidated=NOW + HOUR)

    assert states(document) == ["ConsentGiven", "ConsentStatusInvalidForProcessing"]
    assert conforms(document)[0]


@pytest.mark.parametrize(
    ("event", "kind"),
    [(GRANT, "ExpressedConsent"), (SHOWN, "ImpliedConsent"), (ASSENT, "Consent")],
    ids=["signed", "shown", "neither"],
)
def test_a_receipt_never_calls_an_unsigned_grant_explicit_consent(
    event: ConsentEvent, kind: str
) -> None:
    _, document = receipt_after(event)

    record = document["dpv:hasRecordOfActivity"]
    (entry,) = record["dpv:hasConsentStatus"]
    assert (record["dpv:hasLegalBasis"], entry["@type"][2]) == (f"dpv:{kind}", f"dpv:{kind}")
    assert "Explicitly" not in str(document)


@pytest.mark.parametrize("field", MANDATORY)
def test_a_receipt_without_a_mandatory_field_does_not_conform(field: str) -> None:
    _, document = receipt_after(GRANT)
    record: dict[str, Any] = dict(document["dpv:hasRecordOfActivity"])

    del record[field]

    assert not conforms({**document, "dpv:hasRecordOfActivity": record})[0]


def test_a_receipt_separates_withdrawn_data_from_granted_data() -> None:
    _, document = receipt_after(BROAD, AUDIO_BACK)

    record = document["dpv:hasRecordOfActivity"]
    given, withdrawn = record["dpv:hasConsentStatus"]
    (process,) = withdrawn["consentry:concerns"]
    data = {
        each["@id"]: [leaf["dct:title"] for leaf in each["dpv:hasPersonalData"]]
        for each in record["dpv:hasProcess"]
    }
    assert data[process] == ["Audio"]
    assert set(given["consentry:concerns"]) == set(data)


def test_a_receipt_names_the_authority_of_a_representative_only() -> None:
    _, document = receipt_after(GRANT, consent_event("c", "refusal", person="ann", **GUARDED), of=1)

    (event,) = document["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"]
    assert event["dpv:isIndicatedBy"]["consentry:authority"] == "guardian"
    assert document["dpv:hasRecordOfActivity"]["consentry:corrects"] == "g"
    assert not contains_name(str(document), "gil")
    assert conforms(document)[0]


def test_a_receipt_is_unchanged_until_its_status_changes() -> None:
    first = receipt_after(SHORT, at=NOW)[0]
    soon = receipt_after(SHORT, at=NOW + timedelta(minutes=59))[0]
    over = receipt_after(SHORT, at=NOW + HOUR)[0]

    assert to_json(first) == to_json(soon) != to_json(over)
    assert json.loads(to_json(first))["@id"] == json.loads(to_json(over))["@id"]


@settings(max_examples=examples(20, 240), deadline=None)
@given(text=st.text(min_size=1, max_size=80), locale=st.sampled_from(["en", "de_DE", "x@y"]))
def test_any_form_text_is_a_literal_in_the_receipt_graph(text: str, locale: str) -> None:
    form = FORM.model_copy(update={"text": text, "locale": locale})
    receipt, _ = receipt_after(GRANT, form=form)

    read = graph_of(to_json(receipt))

    (row,) = read.query("SELECT ?t WHERE { ?n <https://schema.org/text> ?t }")
    assert str(row[0]) == text  # type: ignore[index]
    assert len(read) == len(graph_of(to_json(receipt_after(GRANT)[0])))
