"""Counterparts of our words in the W3C's Data Privacy Vocabulary 2.3 (DPV), and the namespace of our own."""

from collections.abc import Mapping

from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory, Operation, Service

OURS = "consentry"
"""Prefix of the words that DPV has no counterpart of."""

_PREFIXES = {
    "dpv": "https://w3id.org/dpv#",
    "ai": "https://w3id.org/dpv/ai#",
    "pd": "https://w3id.org/dpv/pd#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    OURS: "urn:consentry:word:",
}
_TO_THINGS = (
    *("dct:conformsTo", "dct:publisher", "skos:broader", "schema:recipient"),
    *("dpv:hasRecordOfActivity", "dpv:hasDataSubject", "dpv:hasDataController", "dpv:hasProcess"),
    *("dpv:hasPurpose", "dpv:hasProcessing", "dpv:hasPersonalData", "dpv:hasService"),
    *("dpv:hasLegalBasis", "dpv:hasNotice", "dpv:hasConsentControl", "dpv:hasConsentStatus"),
    *("dpv:isIndicatedBy", f"{OURS}:concerns"),
)

CONTEXT: Mapping[str, object] = _PREFIXES | {word: {"@type": "@id"} for word in _TO_THINGS}
"""The JSON-LD context that each receipt carries, so that it can be read without a network."""

PURPOSES = {
    Operation.INFER: "dpv:RequestedServiceProvision",
    Operation.EVALUATE: "dpv:ImproveExistingProductsAndServices",
    Operation.FINE_TUNE: "dpv:ImproveExistingProductsAndServices",
    Operation.PRETRAIN: "dpv:ResearchAndDevelopment",
}
"""The broader purpose of each operation; the purpose itself is a word of ours, for a service."""

PROCESSING = {
    Operation.INFER: "dpv:Use",
    Operation.EVALUATE: "ai:DataOperation",
    Operation.FINE_TUNE: "ai:ModelFineTuning",
    Operation.PRETRAIN: "ai:ModelTraining",
}
"""What is done with the data; to measure a model has no closer word in DPV."""

DATA = {
    DataCategory.USAGE: "pd:ServiceConsumptionBehaviour",
    DataCategory.TELEMETRY: "pd:DeviceBased",
    DataCategory.DIAGNOSTICS: "pd:DeviceBased",
    DataCategory.AUDIO: "pd:VoiceCommunicationRecording",
    DataCategory.VIDEO: "pd:Communication",
    DataCategory.CHAT: "pd:Communication",
    DataCategory.TRANSCRIPT: "pd:Communication",
    DataCategory.SCREEN_SHARE: "pd:Communication",
    DataCategory.ATTACHMENT: "pd:Communication",
    DataCategory.WHITEBOARD: "pd:Communication",
    DataCategory.POLL: "pd:Communication",
    DataCategory.REACTION: "pd:Communication",
    DataCategory.PROMPT: "pd:Communication",
}
"""The broader category of personal data, where DPV has one (of AI output, embeddings, the web it has none)."""


def purpose(use: Use) -> dict[str, object]:
    """A use as a purpose of ours, below DPV's."""
    return {
        "@id": f"{OURS}:{use.operation}-for-{use.service}",
        "@type": "dpv:Purpose",
        "skos:broader": PURPOSES[use.operation],
        "dct:title": f"{use.operation} for {use.service}",
    }


def service(each: Service) -> dict[str, object]:
    """A service of the product's."""
    return {"@id": f"{OURS}:{each}", "@type": "dpv:Service", "dct:title": str(each)}


def personal_data(leaf: DataCategory) -> dict[str, object]:
    """A data category as one of ours, below DPV's if it has one."""
    broader = {"skos:broader": DATA[leaf]} if leaf in DATA else {}
    return {"@id": f"{OURS}:{leaf}", "@type": "dpv:PersonalData", "dct:title": str(leaf), **broader}
