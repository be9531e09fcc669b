"""A receipt as a JSON-LD document: ISO/IEC TS 27560:2023 in the terms of DPV, with the consent record inside.

It follows the W3C's guide (w3id.org/dpv/guides/consent-27560). The document does not depend on the
moment at which it is made. It is the same to the byte until something happens to the consent.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEventContent, ConsentEventKind
from consentry.consent.consent_scope import by_use
from consentry.consent.history import ConsentOutcome, HistoryEntry
from consentry.consent.stored_event import StoredConsentEvent
from consentry.receipts import dpv
from consentry.receipts.dpv import OURS
from consentry.receipts.receipt import Receipt

MEDIA_TYPE = "application/ld+json"
CONFORMS_TO = "https://w3id.org/dpv/schema/dpv-27560#receipt"
PROFILE = f"{OURS}:record-1"
"""The profile of the record: TS 27560 without the fields that `notHeld` lists."""

NOT_HELD = (
    *("storage_locations", "retention_period", "jurisdiction", "recipient_third_parties"),
    *("party_address", "party_contact"),
)
"""Mandatory fields of TS 27560 that Consentry does not store. Only the text of the form can state them."""

NOT_HELD_WITHOUT_A_FORM = ("privacy_notice", "language")


STATES = {
    ConsentOutcome.GIVEN: "dpv:ConsentGiven",
    ConsentOutcome.RENEWED: "dpv:RenewedConsentGiven",
    ConsentOutcome.REFUSED: "dpv:ConsentRefused",
    ConsentOutcome.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentOutcome.CORRECTED: "dpv:ConsentWithdrawn",
    ConsentOutcome.EXPIRED: "dpv:ConsentExpired",
    ConsentOutcome.INVALIDATED: "dpv:ConsentStatusInvalidForProcessing",
    ConsentOutcome.WITHOUT_EFFECT: "dpv:ConsentStatusInvalidForProcessing",
}
"""DPV 2.3 has no term for a consent that changed terms ended, or for one that came too late to count.

Its `dpv:ConsentInvalidated` also invalidates earlier processing, so both get the more general
state.
"""


def to_json(receipt: Receipt) -> str:
    """The document as text."""
    return json.dumps(document_of(receipt), ensure_ascii=False, indent=1)


def document_of(receipt: Receipt) -> dict[str, Any]:
    """The receipt as JSON-LD 1.1, with its context included."""
    name = record_name(receipt.record, "receipt")
    return {
        "@context": dpv.CONTEXT,
        "@id": name,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": name,
        "dct:conformsTo": CONFORMS_TO,
        "dct:publisher": _customer_iri(receipt.record),
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": _record(receipt),
    }


def _record(receipt: Receipt) -> dict[str, Any]:
    record, consent_event = receipt.record, receipt.record.consent_event
    customer = consent_event.customer
    is_customer, processes = record.party == CUSTOMER_PARTY, list(_processes(receipt))
    document = {
        "@id": record_name(record),
        "@type": "dpv:ConsentRecord",
        "dct:identifier": consent_event.consent_event_id,
        "dct:conformsTo": PROFILE,
        "dct:created": _moment(record.at),
        f"{OURS}:version": record.version,
        f"{OURS}:recordedBy": record.recorded_by,
        f"{OURS}:erases": record.is_erasure,
        "dpv:hasDataSubject": {  # A person by pseudonym only, or a customer that acts for itself.
            "@id": _party_iri(record),
            "@type": "dpv:Organisation" if is_customer else "dpv:DataSubject",
            "dct:identifier": record.party,
        },
        "dpv:hasDataController": {
            "@id": _customer_iri(record),
            "@type": ["dpv:DataController", "dpv:Organisation"],
            "dct:identifier": customer,
            "dpv:hasName": customer,
        },
        "dpv:hasLegalBasis": _consent_type(record),
        "dpv:hasProcess": [node for _, node in processes],
        "dpv:hasConsentStatus": [
            _status_node(entry)
            | {f"{OURS}:concerns": [node["@id"] for chain, node in processes if entry in chain]}
            for entry in receipt.events
        ],
        "dpv:hasConsentControl": [
            {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": withdrawal_route(customer)},
            {"@type": "dpv:ProvideConsent", "dpv:isExercisedAt": consent_event_route(customer)},
        ],
        f"{OURS}:notHeld": [*NOT_HELD, *(() if receipt.form else NOT_HELD_WITHOUT_A_FORM)],
    }
    if receipt.form:
        document[
            "dpv:hasNotice"
        ] = {  # The whole form. Its digest is its version: another text is another form.
            "@id": f"urn:consentry:form:{customer}:{consent_event.form_id}",
            "@type": "dpv:ConsentNotice",
            "dct:identifier": consent_event.form_id,
            "dct:language": receipt.form.locale,
            "schema:text": receipt.form.text,
            f"{OURS}:coversCollectedData": receipt.form.covers_collected,
        }
    if consent_event.done_at:
        document[f"{OURS}:doneAt"] = _moment(consent_event.done_at)
    if record.superseded_by:
        document[f"{OURS}:supersededBy"] = list(record.superseded_by)
    if consent_event.corrects:
        document[f"{OURS}:corrects"] = consent_event.corrects
    if receipt.corrected_by:
        document[f"{OURS}:correctedBy"] = [
            {f"{OURS}:consentEvent": e.consent_event.consent_event_id, "dct:created": _moment(e.at)}
            for e in receipt.corrected_by
        ]
    return document


def withdrawal_route(customer: str) -> str:
    """The route to withdraw consent."""
    return f"POST /customers/{customer}/withdrawals"


def consent_event_route(customer: str) -> str:
    """The route to grant or refuse consent."""
    return f"POST /customers/{customer}/consent-events"


def record_name(record: StoredConsentEvent, kind: str = "consent-event") -> str:
    """The IRI of the record of a consent event, or of its receipt."""
    event = record.consent_event
    return f"urn:consentry:{kind}:{event.customer}:{record.party}:{event.consent_event_id}"


def _customer_iri(record: StoredConsentEvent) -> str:
    return f"urn:consentry:customer:{record.consent_event.customer}"


def _party_iri(record: StoredConsentEvent) -> str:
    return f"urn:consentry:party:{record.consent_event.customer}:{record.party}"


def _processes(receipt: Receipt) -> Iterator[tuple[tuple[HistoryEntry, ...], dict[str, Any]]]:
    """A process for each use and each outcome chain of its data."""
    parts = [
        (chain, *each)
        for chain, consent_scope in receipt.outcome_history.items()
        for each in by_use(consent_scope)
    ]
    for number, (chain, use, data) in enumerate(parts, 1):
        node = {
            "@id": f"{record_name(receipt.record)}#process-{number}",
            "@type": "dpv:Process",
            "dpv:hasPurpose": dpv.purpose(use),
            "dpv:hasProcessing": dpv.PROCESSING[use.operation],
            "dpv:hasService": dpv.service(use.service),
            "dpv:hasPersonalData": [dpv.personal_data(leaf) for leaf in data],
        }
        yield chain, node


def _consent_type(record: StoredConsentEvent) -> str:
    """Expressed if a form was signed, implied if one was shown, else only consent.

    Never `dpv:ExplicitlyExpressedConsent` (GDPR Art. 9(2)(a)): Consentry does not know whether the
    text that was shown was about nothing else.
    """
    if record.rule.express:
        return "dpv:ExpressedConsent"
    is_grant = record.consent_event.kind is ConsentEventKind.GRANT
    return "dpv:ImpliedConsent" if record.form and is_grant else "dpv:Consent"


def _status_node(entry: HistoryEntry) -> dict[str, Any]:
    """One `dpv:hasConsentStatus`."""
    event, own_term = entry.record.consent_event, f"{OURS}:{entry.outcome}"
    types = [STATES[entry.outcome], own_term]
    node = {"@type": types, "dpv:isIndicatedAtTime": _moment(entry.at)}
    if entry.outcome in (ConsentOutcome.EXPIRED, ConsentOutcome.INVALIDATED):  # Without an event.
        return node | {"dpv:isIndicatedBy": own_term}
    if entry.outcome.is_given:
        types.append(_consent_type(entry.record))
    return node | {
        f"{OURS}:consentEvent": event.consent_event_id,
        "dpv:isIndicatedBy": _indicated_by(entry.record),
        "dpv:hasIndicationMethod": str(event.signature),
        "dpv:hasDuration": _duration(event),
    }


def _indicated_by(record: StoredConsentEvent) -> Any:
    by = record.consent_event.representative
    if by is None:
        return _party_iri(record)
    return {"@type": "dpv:Entity", "dct:identifier": by.who, f"{OURS}:authority": str(by.authority)}


def _duration(event: ConsentEventContent) -> dict[str, str]:
    if event.until:
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": _timestamp(event.until)}
    is_grant = event.kind is ConsentEventKind.GRANT
    ended_by = "withdrawal" if is_grant else "a later consent event of the same party"
    return {"@type": "dpv:UntilEventDuration", "rdf:value": ended_by}


def _moment(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": _timestamp(at)}


def _timestamp(at: datetime) -> str:
    """A moment as an xsd:dateTime."""
    return at.isoformat().replace("+00:00", "Z")
