"""The events of a receipt in DPV's words: which state of consent, of which type, how, when and by whom."""

from datetime import datetime
from typing import Any

from consentry.domain.consent.act_course import Event, Happening
from consentry.domain.consent.act_records import ActRecord
from consentry.domain.consent.acts import ActKind
from consentry.domain.receipts.dpv import OURS

STATES = {
    Happening.GIVEN: "dpv:ConsentGiven",
    Happening.RENEWED: "dpv:RenewedConsentGiven",
    Happening.REFUSED: "dpv:ConsentRefused",
    Happening.WITHDRAWN: "dpv:ConsentWithdrawn",
    Happening.CORRECTED: "dpv:ConsentWithdrawn",
    Happening.EXPIRED: "dpv:ConsentExpired",
    Happening.OUTDATED: "dpv:ConsentStatusInvalidForProcessing",
    Happening.WITHOUT_EFFECT: "dpv:ConsentStatusInvalidForProcessing",
}
"""DPV knows neither a change of terms nor assent that comes too late: there it hears that nothing may be done."""

EXPRESSED = "dpv:ExpressedConsent"
IMPLIED = "dpv:ImpliedConsent"
CONSENT = "dpv:Consent"

_BY_TIME = (Happening.EXPIRED, Happening.OUTDATED)


def consent_type(record: ActRecord) -> str:
    """Expressed where a form was signed; implied where one was shown; without a form, no more than consent.

    Never explicit (`dpv:ExplicitlyExpressedConsent`, GDPR Art. 9(2)(a)): whether the words that were shown were
    of nothing but the consent is more than is known here.
    """
    if record.effect.express:
        return EXPRESSED
    return IMPLIED if record.form and record.act.kind is ActKind.GRANT else CONSENT


def principal_of(record: ActRecord) -> str:
    """The IRI of the party that the act is of."""
    return f"urn:consentry:party:{record.act.customer}:{record.party}"


def event_node(event: Event) -> dict[str, Any]:
    """One `dpv:hasConsentStatus`."""
    kinds = [STATES[event.happening], f"{OURS}:{event.happening}"]
    when = {"@type": "xsd:dateTime", "@value": moment(event.at)}
    node: dict[str, Any] = {"@type": kinds, "dpv:isIndicatedAtTime": when}
    if event.happening in _BY_TIME:
        return node | {"dpv:isIndicatedBy": f"{OURS}:{event.happening}"}
    if event.happening.gives:
        node["@type"] = [*kinds, consent_type(event.record)]
    return node | {
        f"{OURS}:act": event.record.act.act_id,
        "dpv:isIndicatedBy": _who(event.record),
        "dpv:hasIndicationMethod": str(event.record.act.signature),
        "dpv:hasDuration": _duration(event.record),
    }


def moment(at: datetime) -> str:
    """A moment as XML Schema writes it."""
    return at.isoformat().replace("+00:00", "Z")


def _who(record: ActRecord) -> Any:
    by = record.act.done_by
    if by is None:
        return principal_of(record)
    return {"@type": "dpv:Entity", "dct:identifier": by.who, f"{OURS}:authority": str(by.authority)}


def _duration(record: ActRecord) -> dict[str, str]:
    if record.act.until:
        return {"@type": "dpv:UntilTimeDuration", "rdf:value": moment(record.act.until)}
    event = "withdrawal" if record.act.kind is ActKind.GRANT else "a later act of the same party"
    return {"@type": "dpv:UntilEventDuration", "rdf:value": event}
