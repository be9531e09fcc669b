"""A receipt as ISO/IEC TS 27560:2023 has it, in the words of DPV: one JSON-LD document that holds the record.

After the W3C's guide (w3id.org/dpv/guides/consent-27560). Nothing in it is of the moment at which it is made: until
something happens to what was agreed, it is the same to the byte.
"""

import json
from collections.abc import Iterator
from typing import Any

from consentry.consent.consent_event import CUSTOMER_PARTY
from consentry.consent.consent_scope import by_use
from consentry.consent.history import HistoryEntry
from consentry.consent.stored_event import StoredConsentEvent
from consentry.receipts import dpv
from consentry.receipts.dpv import OURS
from consentry.receipts.history import consent_type, moment, principal_of, status_node
from consentry.receipts.receipt import Receipt

MEDIA_TYPE = "application/ld+json"
CONFORMS_TO = "https://w3id.org/dpv/schema/dpv-27560#receipt"
PROFILE = f"{OURS}:record-1"
"""What the record within conforms to: TS 27560 without the fields that it says are not held."""

NOT_HELD = (
    *("storage_locations", "retention_period", "jurisdiction", "recipient_third_parties"),
    *("party_address", "party_contact"),
)
"""Mandatory fields of TS 27560 that Consentry knows nothing of: if anything says them, the form's text does."""

NOT_HELD_WITHOUT_A_FORM = ("privacy_notice", "language")


def to_json(receipt: Receipt) -> str:
    """The document as text."""
    return json.dumps(document_of(receipt), ensure_ascii=False, indent=1)


def document_of(receipt: Receipt) -> dict[str, Any]:
    """The receipt as JSON-LD 1.1, with its context in it."""
    name, customer = record_name(receipt.record, "receipt"), receipt.record.consent_event.customer
    return {
        "@context": dpv.CONTEXT,
        "@id": name,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": name,
        "dct:conformsTo": CONFORMS_TO,
        "dct:publisher": f"urn:consentry:customer:{customer}",
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": _record(receipt),
    }


def _record(receipt: Receipt) -> dict[str, Any]:
    record, consent_event = receipt.record, receipt.record.consent_event
    customer = consent_event.customer
    held = {
        "@id": record_name(receipt.record),
        "@type": "dpv:ConsentRecord",
        "dct:identifier": consent_event.consent_event_id,
        "dct:conformsTo": PROFILE,
        "dct:created": _created(record),
        f"{OURS}:version": record.version,
        f"{OURS}:recordedBy": record.recorded_by,
        f"{OURS}:erases": record.is_erasure,
        "dpv:hasDataSubject": _principal(record),
        "dpv:hasDataController": _controller(record),
        "dpv:hasLegalBasis": consent_type(record),
        "dpv:hasProcess": [node for _, node in _processes(receipt)],
        "dpv:hasConsentStatus": list(_statuses(receipt)),
        "dpv:hasConsentControl": [
            {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": withdrawal_route(customer)},
            {"@type": "dpv:ProvideConsent", "dpv:isExercisedAt": consent_event_route(customer)},
        ],
        f"{OURS}:notHeld": [*NOT_HELD, *(() if receipt.form else NOT_HELD_WITHOUT_A_FORM)],
    }
    return held | _notice(receipt) | dict(_corrections(receipt))


def withdrawal_route(customer: str) -> str:
    """The route to withdraw consent."""
    return f"POST /customers/{customer}/withdrawals"


def consent_event_route(customer: str) -> str:
    """The route to grant or refuse consent."""
    return f"POST /customers/{customer}/consent-events"


def _corrections(receipt: Receipt) -> Iterator[tuple[str, Any]]:
    if corrects := receipt.record.consent_event.corrects:
        yield f"{OURS}:corrects", corrects
    if later := receipt.corrected_by:
        told = [
            {f"{OURS}:consentEvent": e.consent_event.consent_event_id, "dct:created": _created(e)}
            for e in later
        ]
        yield f"{OURS}:correctedBy", told


def _created(record: StoredConsentEvent) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": moment(record.at)}


def record_name(record: StoredConsentEvent, kind: str = "consent-event") -> str:
    """The IRI of an act's record, or of its receipt."""
    return f"urn:consentry:{kind}:{record.consent_event.customer}:{record.party}:{record.consent_event.consent_event_id}"


def _principal(record: StoredConsentEvent) -> dict[str, Any]:
    """A person by the random name alone; a customer that acts for itself stands in the principal's place."""
    kind = "dpv:Organisation" if record.party == CUSTOMER_PARTY else "dpv:DataSubject"
    return {"@id": principal_of(record), "@type": kind, "dct:identifier": record.party}


def _controller(record: StoredConsentEvent) -> dict[str, Any]:
    customer = record.consent_event.customer
    kinds = ["dpv:DataController", "dpv:Organisation"]
    known = {"dct:identifier": customer, "dpv:hasName": customer}
    return {"@id": f"urn:consentry:customer:{customer}", "@type": kinds} | known


def _notice(receipt: Receipt) -> dict[str, Any]:
    """The form, whole: its digest is its version, since another text is another form."""
    consent_event, form = receipt.record.consent_event, receipt.form
    if form is None:
        return {}
    notice = {
        "@id": f"urn:consentry:form:{consent_event.customer}:{consent_event.form_id}",
        "@type": "dpv:ConsentNotice",
        "dct:identifier": consent_event.form_id,
        "dct:language": form.locale,
        "schema:text": form.text,
        f"{OURS}:coversCollectedData": form.covers_collected,
    }
    return {"dpv:hasNotice": notice}


def _processes(receipt: Receipt) -> Iterator[tuple[tuple[HistoryEntry, ...], dict[str, Any]]]:
    """A process for each use and each course that its data took."""
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


def _statuses(receipt: Receipt) -> Iterator[dict[str, Any]]:
    """The events in their order, each with the processes that it concerns."""
    processes = [(chain, node["@id"]) for chain, node in _processes(receipt)]
    for event in receipt.events:
        concerned = [name for chain, name in processes if event in chain]
        yield status_node(event) | {f"{OURS}:concerns": concerned}
