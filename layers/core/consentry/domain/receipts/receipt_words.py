"""The words that a receipt's page has for what was done, how it stands, and for what."""

from consentry.domain.consent.act_course import Happening
from consentry.domain.consent.acts import ActKind, Signature
from consentry.domain.vocabulary import Operation

DONE = {
    ActKind.GRANT: "Consent given",
    ActKind.REFUSE: "Consent refused",
    ActKind.WITHDRAW: "Consent withdrawn",
}
STANDS = {
    Happening.GIVEN: "given",
    Happening.RENEWED: "given again",
    Happening.REFUSED: "refused",
    Happening.WITHDRAWN: "withdrawn",
    Happening.CORRECTED: "taken back: the grant was corrected",
    Happening.EXPIRED: "ended: its time was over",
    Happening.OUTDATED: "ended: the terms changed, ask again",
    Happening.WITHOUT_EFFECT: "without effect: it had been refused, withdrawn or signed for before",
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
