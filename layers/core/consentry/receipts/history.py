"""The events of a receipt in DPV's words: which state of consent, of which type, how, when and by whom."""

from datetime import datetime
from typing import Any

from consentry.consent.consent_event import ConsentEventKind
from consentry.consent.history import ConsentOutcome, HistoryEntry
from consentry.consent.stored_event import StoredConsentEvent
from consentry.receipts.dpv import OURS

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
"""DPV knows neither a change of terms nor assent that comes too late: there it hears that nothing may be done."""

EXPRESSED = "dpv:ExpressedConsent"
IMPLIED = "dpv:ImpliedConsent"
CONSENT = "dpv:Consent"

_BY_TIME = (ConsentOutcome.EXPIRED, ConsentOutcome.INVALIDATED)


def consent_type(record: StoredConsentEvent) -> str:
    """Expressed where a form was signed; implied where one was shown; without a form, no more than consent.

    Never explicit (`dpv:ExplicitlyExpressedConsent`, GDPR Art. 9(2)(a)): whether the words that were shown were
    of nothing but the consent is more than is known here.
    """
    if record.rule.express:
        return EXPRESSED
    return (
        IMPLIED if record.form and record.consent_event.kind is ConsentEventKind.GRANT else CONSENT
    )


def principal_of(record: StoredConsentEvent) -> str:
    """The IRI of the party that the act is of."""
    return f"urn:consentry:party:{record.consent_event.customer}:{record.party}"


def status_node(event: HistoryEntry) -> dict[str, Any]:
    """One `dpv:hasConsentStatus`."""
    kinds = [STATES[event.outcome], f"{OURS}:{event.outcome}"]
    when = {"@type": "xsd:dateTime", "@value": moment(event.at)}
    node: dict[str, Any] = {"@type": kinds, "dpv:isIndicatedAtTime": when}
    if event.outcome in _BY_TIME:
        return node | {"dpv:isIndicatedBy": f"{OURS}:{event.outcome}"}
    if event.outcome.is_given:
        node["@type"] = [*kinds, consent_type(event.record)]
    return node | {
        f"{OURS}:consentEvent": event.record.consent_event.consent_event_id,
        "dpv:isIndicatedBy": _who(event.record),
        "dpv:hasIndicationMethod": str(event.record.consent_event.signature),
        "dpv:hasDuration": _duration(event.record),
    }


def moment(at: datetime) -> str:
    """A moment as XML Schema writes it."""
    return at.isoformat().replace("+00:00", "Z")


def _who(record: StoredConsentEvent) -> Any:
    by = record.consent_event.representative
    if by is None:
        return principal_of(record)
    return {"@type": "dpv:Entity", "dct:identifier": by.who, f"{OURS}:authority": str(by.authority)}


def _duration(record: StoredConsentEvent) -> dict[str, str]:
    if record.consent_event.until:
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": moment(record.consent_event.until)}
    event = (
        "withdrawal"
        if record.consent_event.kind is ConsentEventKind.GRANT
        else "a later act of the same party"
    )
    return {"@type": "dpv:UntilEventDuration", "rdf:value": event}
