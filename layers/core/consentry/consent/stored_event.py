"""What is kept of an act for ever: all that a receipt needs, people by random names, typed ones as digests."""

from datetime import datetime
from enum import StrEnum

from consentry.consent.consent_event import ConsentEvent, ConsentEventContent, ConsentEventKind
from consentry.consent.consent_scope import ScopeItem, by_use
from consentry.consent.downgrades import withdrawn_scope
from consentry.consent.forms import Form, FormReference
from consentry.consent.rules import ConsentRule
from consentry.consent.signature_evidence import SignatureEvidence
from consentry.consent.status import PartyState, build_rule
from consentry.kernel.requests import Use
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import DataCategory
from consentry.pseudonyms.customer_key import CustomerKey


class WithdrawnScope(StrictModel):
    """Each of these uses of each of these data."""

    uses: tuple[Use, ...]
    data: tuple[DataCategory, ...]


class UsedAs(StrEnum):
    """What an id named until it was erased."""

    ACT = "consent_event"
    ERASURE = "erasure"


class StoredConsentEvent(StrictModel):
    """What is kept of an act: never changed, a correction is a new act. People only by their random names."""

    party: str
    version: int
    at: datetime
    recorded_by: str
    consent_event: ConsentEventContent
    form: FormReference | None = None
    signature_evidence: SignatureEvidence | None = None
    body_digest: str
    is_erasure: bool = False
    """Whether it is what was left when the person was erased."""
    leaves: tuple[DataCategory, ...] = ()
    """What the data of a grant stood for when it was done: a leaf that is new was not granted."""
    withdrawn_scopes: tuple[WithdrawnScope, ...] = ()
    """What it took from the grant that it corrects and does not give again."""
    propagation_id: str | None = None
    """By what an act that `lowers` is known on its way to data sets: random, so it tells nothing of the act."""

    @property
    def used_as(self) -> UsedAs:
        """What its id names, and is known to have named once it is erased."""
        return UsedAs.ERASURE if self.is_erasure else UsedAs.ACT

    @property
    def rule(self) -> ConsentRule:
        """What the act left in its party's state; a grant that names a form was held to what it covers."""
        return build_rule(self.consent_event, self.form, at=self.at, leaves=self.leaves or None)

    @property
    def downgrades(self) -> bool:
        """Whether it takes anything back: a refusal, a withdrawal, the correction of a grant."""
        return self.consent_event.kind is not ConsentEventKind.GRANT or bool(self.withdrawn_scopes)

    def denied_for(self, use: Use) -> frozenset[DataCategory]:
        """The data that it refuses this use of, or takes back."""
        taken = (each.data for each in self.withdrawn_scopes if use in each.uses)
        consent_event = self.consent_event
        denies = (
            consent_event.kind is not ConsentEventKind.GRANT and use in consent_event.covered_uses
        )
        return frozenset(consent_event.covered_leaves if denies else ()).union(*taken)


def build_stored_event(
    consent_event: ConsentEvent,
    form: Form | None,
    signed: SignatureEvidence | None,
    key: CustomerKey,
    *,
    party: str,
    after: PartyState,
    by: str,
    at: datetime,
) -> StoredConsentEvent:
    """The record of an act of a party in this state; `by` is the identity of the caller that records it."""
    return StoredConsentEvent(
        party=party,
        version=(after.version or 0) + 1,
        at=at,
        recorded_by=key.pseudonym(by),
        consent_event=_kept(consent_event, party, key),
        form=form.shown if form else None,
        signature_evidence=signed,
        body_digest=key.digest(consent_event.model_dump_json().encode("utf-8")),
        leaves=consent_event.covered_leaves if consent_event.kind is ConsentEventKind.GRANT else (),
        withdrawn_scopes=_blocks(withdrawn_scope(after, build_rule(consent_event, form, at=at))),
    )


def _blocks(consent_scope: frozenset[ScopeItem]) -> tuple[WithdrawnScope, ...]:
    """Cells as uses that share the same data."""
    blocks: dict[tuple[DataCategory, ...], list[Use]] = {}
    for use, data in by_use(consent_scope):
        blocks.setdefault(data, []).append(use)
    return tuple(WithdrawnScope(uses=tuple(uses), data=data) for data, uses in blocks.items())


def with_readable_jws(record: StoredConsentEvent, key: CustomerKey) -> StoredConsentEvent:
    """The record with its JWS as it came, without its payload: that is the act, as `payload` writes it."""
    signed = record.signature_evidence
    if signed is None or signed.jws is None:
        return record
    jws, _ = signed.decrypted(
        key, party=record.party, consent_event_id=record.consent_event.consent_event_id
    )
    return record.model_copy(update={"signature_evidence": signed.model_copy(update={"jws": jws})})


def signed_event(
    record: StoredConsentEvent, person: str | None, key: CustomerKey
) -> ConsentEvent | None:
    """The act as it was signed by a JWS, if it was, and if it is this person's (None: the customer's own)."""
    signed = record.signature_evidence
    if signed is None or signed.jws is None:
        return None
    jws, who = signed.decrypted(
        key, party=record.party, consent_event_id=record.consent_event.consent_event_id
    )
    said = dict(record.consent_event) | {"person": person, "jws": jws}
    if record.consent_event.representative:
        said["representative"] = record.consent_event.representative.model_copy(update={"who": who})
    return ConsentEvent(**said)


def _kept(consent_event: ConsentEvent, party: str, key: CustomerKey) -> ConsentEventContent:
    said = {name: getattr(consent_event, name) for name in ConsentEventContent.model_fields}
    if consent_event.representative:
        said["representative"] = consent_event.representative.model_copy(
            update={"who": key.pseudonym(consent_event.representative.who)}
        )
    return ConsentEventContent(**said | {"person": party if consent_event.person else None})
