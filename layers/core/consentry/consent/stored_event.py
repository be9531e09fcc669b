"""The stored form of a consent event: pseudonyms instead of ids, digests instead of typed names."""

from datetime import datetime
from enum import StrEnum

from consentry.consent.consent_event import (
    ConsentEvent,
    ConsentEventContent,
    ConsentEventKind,
    NamedPerson,
    Party,
    Representative,
)
from consentry.consent.consent_scope import by_data
from consentry.consent.forms import Form, FormReference
from consentry.consent.rules import ConsentRule, superseding
from consentry.consent.signatures import SignatureEvidence
from consentry.consent.status import PartyState, build_rule, withdrawn_scope
from consentry.kernel.requests import Use
from consentry.kernel.schema import StrictModel
from consentry.kernel.vocabulary import DataCategory
from consentry.pseudonyms.customer_key import CustomerKey


class WithdrawnScope(StrictModel):
    """Each of these uses of each of these data categories."""

    uses: tuple[Use, ...]
    data: tuple[DataCategory, ...]


class UsedAs(StrEnum):
    """What an id named before it was erased."""

    CONSENT_EVENT = "consent_event"
    ERASURE = "erasure"


class StoredConsentEvent(StrictModel):
    """A consent event as stored. It never changes; a correction is a new event."""

    party: str
    version: int
    at: datetime
    recorded_by: str
    consent_event: ConsentEventContent
    form: FormReference | None = None
    signature_evidence: SignatureEvidence | None = None
    body_digest: str
    is_erasure: bool = False
    """Whether it is the event that an erasure leaves in place of the person's events."""
    leaves: tuple[DataCategory, ...] = ()
    """The leaves under a grant's nodes when it was recorded. A grant does not cover a category added later."""
    withdrawn_scopes: tuple[WithdrawnScope, ...] = ()
    """What it took from the grant that it corrects, and does not grant again."""
    superseded_by: tuple[str, ...] = ()
    """The events that a late grant leaves in force, since it was made before a refusal, withdrawal or grant."""
    known_before: bool | None = None
    """Whether the person had a pseudonym before: from a consent event, a decision, or an admitted row.

    True for the customer. None for an erasure, and for events that were stored without it. True also after a crash
    between the creation of the pseudonym and the event.
    """
    propagation_id: str | None = None
    """The token in the withdrawal id, if the event `downgrades`; random, so it reveals nothing."""

    @property
    def used_as(self) -> UsedAs:
        """What its id names; stored with the used id after an erasure."""
        return UsedAs.ERASURE if self.is_erasure else UsedAs.CONSENT_EVENT

    @property
    def rule(self) -> ConsentRule:
        """The consent rule that the event added to its party's state."""
        return build_rule(self.consent_event, self.form, at=self.at, leaves=self.leaves or None)

    @property
    def downgrades(self) -> bool:
        """Whether it withdraws anything: a refusal, a withdrawal, or the correction of a grant."""
        return self.consent_event.kind is not ConsentEventKind.GRANT or bool(self.withdrawn_scopes)

    def denied_for(self, use: Use) -> frozenset[DataCategory]:
        """The data for which it refuses or withdraws this use."""
        withdrawn = (scope.data for scope in self.withdrawn_scopes if use in scope.uses)
        event = self.consent_event
        denies = event.kind is not ConsentEventKind.GRANT and use in event.covered_uses
        return frozenset(event.covered_leaves if denies else ()).union(*withdrawn)


def build_stored_event(
    consent_event: ConsentEvent,
    form: Form | None,
    evidence: SignatureEvidence | None,
    key: CustomerKey,
    *,
    party: str,
    after: PartyState,
    by: str,
    at: datetime,
) -> StoredConsentEvent:
    """The stored form of an event of a party in this state; `by` is the identity of the caller."""
    rule = build_rule(consent_event, form, at=at)
    withdrawn = withdrawn_scope(after, rule)
    return StoredConsentEvent(
        party=party,
        version=(after.version or 0) + 1,
        at=at,
        recorded_by=key.pseudonym(by),
        consent_event=_pseudonymized(consent_event, party, key),
        form=form.reference if form else None,
        signature_evidence=evidence,
        body_digest=body_digest(consent_event, key),
        leaves=consent_event.covered_leaves if consent_event.kind is ConsentEventKind.GRANT else (),
        withdrawn_scopes=tuple(
            WithdrawnScope(uses=uses, data=data) for uses, data in by_data(withdrawn)
        ),
        superseded_by=superseding(after.rules, rule),
    )


def body_digest(consent_event: ConsentEvent, key: CustomerKey) -> str:
    """A keyed digest of the event as the caller sent it: it detects the same id with another body.

    `expected_version` is no part of it: a caller may send the event again after it has read the consent again.
    """
    return key.digest(consent_event.model_dump_json(exclude={"expected_version"}).encode("utf-8"))


def with_readable_jws(record: StoredConsentEvent, key: CustomerKey) -> StoredConsentEvent:
    """The stored event with its JWS decrypted. The payload is left out: `signatures.payload` builds it."""
    evidence = record.signature_evidence
    if evidence is None or evidence.jws is None:
        return record
    jws, _ = evidence.decrypted(key, party=record.party, consent_event=record.consent_event)
    readable = evidence.model_copy(update={"jws": jws})
    return record.model_copy(update={"signature_evidence": readable})


def signed_event(record: StoredConsentEvent, party: Party, key: CustomerKey) -> ConsentEvent | None:
    """The event as it was signed, by this party, with a person's id; None if it has no JWS."""
    evidence = record.signature_evidence
    if evidence is None or evidence.jws is None:
        return None
    jws, who = evidence.decrypted(key, party=record.party, consent_event=record.consent_event)
    representative = _named(record.consent_event.representative, who)
    identified = {"party": party, "representative": representative, "jws": jws}
    return ConsentEvent(**dict(record.consent_event) | identified)


def _pseudonymized(
    consent_event: ConsentEvent, party: str, key: CustomerKey
) -> ConsentEventContent:
    fields = {name: getattr(consent_event, name) for name in ConsentEventContent.model_fields}
    if representative := consent_event.representative:
        fields["representative"] = _named(representative, key.pseudonym(representative.who))
    if consent_event.person is not None:
        fields["party"] = NamedPerson(person=party)
    return ConsentEventContent(**fields)


def _named(representative: Representative | None, who: str) -> Representative | None:
    return representative and representative.model_copy(update={"who": who})
