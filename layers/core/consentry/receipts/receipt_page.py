"""A receipt as a page to read and print: what was consented to, its status, how to withdraw it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEventKind, Signature
from consentry.consent.consent_scope import by_use
from consentry.consent.covers_collected import ANYTIME, FROM_GRANT
from consentry.consent.history import ConsentOutcome
from consentry.html.environment import render
from consentry.html.labels import label, use_label
from consentry.receipts.document import consent_event_route, withdrawal_route
from consentry.receipts.explanation import EVERY_USE, TRAINING_ONLY
from consentry.receipts.receipt import Receipt

PERSON = "PERSON-ID"
"""A placeholder: no receipt contains the person's id."""

_TITLES = {
    ConsentEventKind.GRANT: "Consent given",
    ConsentEventKind.REFUSAL: "Consent refused",
    ConsentEventKind.WITHDRAWAL: "Consent withdrawn",
}
_OUTCOMES = {
    ConsentOutcome.GIVEN: "given",
    ConsentOutcome.RENEWED: "given again",
    ConsentOutcome.REFUSED: "refused",
    ConsentOutcome.WITHDRAWN: "withdrawn",
    ConsentOutcome.CORRECTED: "withdrawn: the grant was corrected",
    ConsentOutcome.EXPIRED: "expired",
    ConsentOutcome.INVALIDATED: "invalidated: the terms changed",
    ConsentOutcome.WITHOUT_EFFECT: "no effect: refused, withdrawn or signed",
}
_LATER = {
    ConsentOutcome.GIVEN: "given",
    ConsentOutcome.RENEWED: "given",
    ConsentOutcome.REFUSED: "refused",
    ConsentOutcome.WITHDRAWN: "withdrawn",
    ConsentOutcome.CORRECTED: "withdrawn",
    ConsentOutcome.EXPIRED: "expired",
    ConsentOutcome.INVALIDATED: "invalidated",
    ConsentOutcome.WITHOUT_EFFECT: "ended",
}
"""The outcomes in a heading."""
_SIGNATURES = {
    Signature.NONE: "no",
    Signature.CLICK: "with a click",
    Signature.TYPED_NAME: "with a typed name",
    Signature.JWS: "with a digital signature",
}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""The common part of RFC 5646, section 2.1. The page shows any other locale but does not declare it."""


def render_receipt_page(receipt: Receipt) -> str:
    """Render the receipt as HTML."""
    record, event, form = receipt.record, receipt.record.consent_event, receipt.form
    latest = [chain[-1] for chain in receipt.outcome_history]
    grants = [entry.record for entry in latest if entry.outcome.is_given]
    ends = {grant.consent_event.until for grant in grants}
    by_customer = record.party == CUSTOMER_PARTY
    party = CUSTOMER_PARTY if by_customer else {"person": PERSON}
    return render(
        "receipts/receipt.html",
        title=_title(receipt),
        record=record,
        event=event,
        form=form,
        by_customer=by_customer,
        is_grant=event.kind is ConsentEventKind.GRANT,
        any_given=bool(grants),
        all_given=len(grants) == len(latest),
        all_express=all(grant.rule.express for grant in grants),
        never_ends=ends == {None},
        end=next(iter(ends)) if len(ends) == 1 else None,
        covers_collected=_covers_collected(form.covers_collected) if form else "",
        signature=_SIGNATURES[event.signature],
        corrected_by=receipt.corrected_by,
        rows=list(_rows(receipt)),
        language=form.locale if form and _LANGUAGE.fullmatch(form.locale) else None,
        text=form.text.replace("\r\n", "\n").replace("\r", "\n") if form else "",
        what_stops=f"{EVERY_USE} {TRAINING_ONLY}",
        person=PERSON,
        grant_route=consent_event_route(event.customer),
        withdrawal_route=withdrawal_route(event.customer),
        withdrawal=json.dumps({"party": party, "kind": "withdrawal", "uses": "all", "data": "all"}),
    )


def _title(receipt: Receipt) -> str:
    """What the event did, and what has become of it since."""
    kind = receipt.record.consent_event.kind
    title, by_grant = _TITLES[kind], kind is ConsentEventKind.GRANT
    outcomes = [chain[-1].outcome for chain in receipt.outcome_history]
    changed = {outcome for outcome in outcomes if outcome.is_given is not by_grant}
    if not changed:
        return title
    if changed == set(outcomes) == {ConsentOutcome.WITHOUT_EFFECT}:
        return "Consent without effect"
    later = {_LATER[outcome] for outcome in changed}
    word = later.pop() if len(later) == 1 else "ended"
    in_part = " in part" if changed != set(outcomes) else ""
    return f"{title}, then {word}{in_part}"


def _covers_collected(covers: str) -> str:
    """What the form says about data that was collected before the consent."""
    if covers == ANYTIME:
        return "covered"
    return "not covered" if covers == FROM_GRANT else f"covered from {covers} before the consent"


def _rows(receipt: Receipt) -> Iterator[tuple[str, str, str, datetime]]:
    """Yield use, data, status and since when."""
    for chain, consent_scope in receipt.outcome_history.items():
        last = chain[-1]
        for use, data in by_use(consent_scope):
            use_name = use_label(use.operation, [use.service])
            yield use_name, ", ".join(map(label, data)), _OUTCOMES[last.outcome], last.at
