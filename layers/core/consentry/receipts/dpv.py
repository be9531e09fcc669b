"""Our terms in the W3C's Data Privacy Vocabulary 2.3 (DPV), and the namespace of our own terms."""

from collections.abc import Mapping

from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory, Operation, Service, vocabulary

OURS = "consentry"
"""Prefix of the terms that DPV does not have."""

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
_IRI_VALUED = (
    *("dct:conformsTo", "dct:publisher", "skos:broader", "schema:recipient"),
    *("dpv:hasRecordOfActivity", "dpv:hasDataSubject", "dpv:hasDataController", "dpv:hasProcess"),
    *("dpv:hasPurpose", "dpv:hasProcessing", "dpv:hasPersonalData", "dpv:hasService"),
    *("dpv:hasLegalBasis", "dpv:hasNotice", "dpv:hasConsentControl", "dpv:hasConsentStatus"),
    *("dpv:isIndicatedBy", f"{OURS}:concerns"),
)

CONTEXT: Mapping[str, object] = _PREFIXES | {term: {"@type": "@id"} for term in _IRI_VALUED}
"""The JSON-LD context. Each receipt includes it, so that it can be read without a network."""

PURPOSES = {
    Operation.INFER: "dpv:RequestedServiceProvision",
    Operation.EVALUATE: "dpv:ImproveExistingProductsAndServices",
    Operation.FINE_TUNE: "dpv:ImproveExistingProductsAndServices",
    Operation.PRETRAIN: "dpv:ResearchAndDevelopment",
}
"""DPV's broader purpose of each operation. The purpose itself is our own term, an operation for a service."""

PROCESSING = {
    Operation.INFER: "dpv:Use",
    Operation.EVALUATE: "ai:DataOperation",
    Operation.FINE_TUNE: "ai:ModelFineTuning",
    Operation.PRETRAIN: "ai:ModelTraining",
}
"""The processing of each operation. DPV has no closer term for evaluating a model."""


def purpose(use: Use) -> dict[str, object]:
    """A use as a purpose of ours, narrower than DPV's."""
    return {
        "@id": f"{OURS}:{use.operation}-for-{use.service}",
        "@type": "dpv:Purpose",
        "skos:broader": PURPOSES[use.operation],
        "dct:title": f"{use.operation} for {use.service}",
    }


def service(service: Service) -> dict[str, object]:
    """A service of the product."""
    title = vocabulary().services[service].label
    return {"@id": f"{OURS}:{service}", "@type": "dpv:Service", "dct:title": title}


def personal_data(leaf: DataCategory) -> dict[str, object]:
    """A data category of ours, narrower than DPV's if the vocabulary names one."""
    word = vocabulary().data_categories[leaf]
    broader = {"skos:broader": word.dpv} if word.dpv else {}
    node = {"@id": f"{OURS}:{leaf}", "@type": "dpv:PersonalData", "dct:title": word.label}
    return {**node, **broader}
