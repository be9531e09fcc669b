"""The words that a receipt's page has for what was done, how it stands, and for what."""

from consentry.consent.consent_event import ConsentEventKind, Signature
from consentry.consent.history import ConsentOutcome
from consentry.kernel.vocabulary import Operation

EVENT_TITLES = {
    ConsentEventKind.GRANT: "Consent given",
    ConsentEventKind.REFUSAL: "Consent refused",
    ConsentEventKind.WITHDRAWAL: "Consent withdrawn",
}
OUTCOMES = {
    ConsentOutcome.GIVEN: "given",
    ConsentOutcome.RENEWED: "given again",
    ConsentOutcome.REFUSED: "refused",
    ConsentOutcome.WITHDRAWN: "withdrawn",
    ConsentOutcome.CORRECTED: "taken back: the grant was corrected",
    ConsentOutcome.EXPIRED: "ended: its time was over",
    ConsentOutcome.INVALIDATED: "ended: the terms changed, ask again",
    ConsentOutcome.WITHOUT_EFFECT: "without effect: it had been refused, withdrawn or signed for before",
}
OPERATIONS = {
    Operation.INFER: "run the feature",
    Operation.EVALUATE: "measure a model",
    Operation.FINE_TUNE: "fine-tune a model",
    Operation.PRETRAIN: "train a model from the start",
}
SIGNED = {
    Signature.NONE: "no",
    Signature.CLICK: "with a click",
    Signature.TYPED_NAME: "with a typed name",
    Signature.JWS: "with a digital signature",
}
