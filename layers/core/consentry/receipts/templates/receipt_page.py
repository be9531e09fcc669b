"""A receipt as a page that a person can read and print: what was agreed, how it stands, how to take it back."""

import json
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from consentry.consent.consent_event import CUSTOMER_PARTY, ConsentEventKind
from consentry.consent.consent_scope import by_use
from consentry.consent.forms import Form
from consentry.consent.stored_event import StoredConsentEvent
from consentry.html.elements import Child, code, element, moment, table
from consentry.html.page import answer, facts, headed, page
from consentry.kernel.requests import Use
from consentry.kernel.vocabulary import DataCategory
from consentry.receipts.document import consent_event_route, withdrawal_route
from consentry.receipts.receipt import Receipt
from consentry.receipts.templates.labels import EVENT_TITLES, OPERATIONS, OUTCOMES, SIGNED

PERSON = "PERSON-ID"
"""What stands for the person's id, which is in no receipt."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""RFC 5646, section 2.1, but for what no reader needs; any other locale is shown and not declared."""


def page_of(receipt: Receipt) -> str:
    """The page: HTML that is well-formed XML, to be kept as UTF-8."""
    record, consent_event = receipt.record, receipt.record.consent_event
    given = [chain[-1].outcome.is_given for chain in receipt.outcome_history]
    kind = f"Receipt of an act of consent, for {consent_event.customer}"
    said = answer(kind, EVENT_TITLES[consent_event.kind], any(given), *_until(receipt, given))
    parts = (_agreed(receipt), *_wording(receipt.form), _changing(record))
    body = element("header", said, facts(_facts(receipt))), element("main", *parts), _footer()
    return page(f"{EVENT_TITLES[consent_event.kind]}: {consent_event.consent_event_id}", *body)


def _until(receipt: Receipt, given: list[bool]) -> Iterator[Child]:
    consent_event = receipt.record.consent_event
    if consent_event.kind is not ConsentEventKind.GRANT:
        changed = ", and some of it was changed later" if any(given) else ""
        yield f"What is listed below is not agreed to{changed}."
    elif not any(given):
        yield "None of it stands any more. The table says since when."
    else:
        yield f"{'What is listed below' if all(given) else 'Some of it'} is agreed to, until "
        ends = {
            chain[-1].record.consent_event.until
            for chain in receipt.outcome_history
            if chain[-1].outcome.is_given
        }
        end = ends.pop() if len(ends) == 1 else None
        yield element(
            "strong", moment(end) if end else "you withdraw it" if not ends else "its end"
        )
        ruling = [
            chain[-1].record for chain in receipt.outcome_history if chain[-1].outcome.is_given
        ]
        alone = ". It was not signed on a form: it is assent alone."
        yield "." if all(each.rule.express for each in ruling) else alone


def _facts(receipt: Receipt) -> dict[str, Child]:
    record, consent_event = receipt.record, receipt.record.consent_event
    own = record.party == CUSTOMER_PARTY
    told: dict[str, Child] = {
        "Of": "the customer itself" if own else code(record.party),
        "RecordedConsent": moment(record.at),
        "ConsentEventContent": code(consent_event.consent_event_id),
        "Signed": SIGNED[consent_event.signature],
    }
    if consent_event.representative:
        told["Done for the party by"] = f"its {consent_event.representative.authority}"
    if record.is_erasure:
        told["Left by"] = "an erasure; all from before it is destroyed"
    if consent_event.corrects:
        told["Corrects"] = code(consent_event.corrects)
    if receipt.corrected_by:
        told["Corrected by"] = _corrections(receipt.corrected_by)
    if receipt.form and consent_event.form_id:
        told |= {"Form, SHA-256": code(consent_event.form_id), "Language": receipt.form.locale}
        earlier = "covered by it" if receipt.form.covers_collected else "not spoken of in it"
        told["Data collected before it"] = earlier
    return told


def _corrections(records: tuple[StoredConsentEvent, ...]) -> Element:
    each = (
        element("p", code(r.consent_event.consent_event_id), " on ", moment(r.at)) for r in records
    )
    return element("div", *each)


def _agreed(receipt: Receipt) -> Element:
    rows: list[tuple[Child, ...]] = []
    for chain, consent_scope in receipt.outcome_history.items():
        last = chain[-1]
        stands = OUTCOMES[last.outcome]
        rows += [
            (_use(use), _data(data), stands, moment(last.at)) for use, data in by_use(consent_scope)
        ]
    heads = ("Use", "Data", "How it stands", "Since")
    note = "Each use of the data beside it. What is not here, the act did not speak of."
    return headed("agreed", "What it is about", note, table("Uses and data", heads, rows))


def _use(use: Use) -> str:
    return f"{OPERATIONS[use.operation]}, for {use.service.replace('_', ' ')}"


def _data(leaves: tuple[DataCategory, ...]) -> str:
    return ", ".join(leaf.rpartition(".")[2].replace("_", " ") for leaf in leaves)


def _wording(form: Form | None) -> Iterator[Element]:
    """The form as it was shown, in its own language."""
    if form is None:
        return
    language = {"lang": form.locale} if _LANGUAGE.fullmatch(form.locale) else {}
    lines = form.text.replace("\r\n", "\n").replace("\r", "\n")
    text = element("div", lines, class_="wording", dir="auto", **language)
    yield headed("wording", "The form", "Word for word as it was shown.", text)


def _changing(record: StoredConsentEvent) -> Element:
    """What a person does, who has no token; then the call, for those who have one."""
    consent_event, person = record.consent_event, record.party != CUSTOMER_PARTY
    party = {"person": PERSON} if person else {}
    body = json.dumps(party | {"kind": "withdrawal", "uses": "all", "data": "all"})
    back = "What is agreed to can be taken back at any time."
    asking = (
        f"Ask {consent_event.customer} to withdraw it, and quote the act ",
        code(consent_event.consent_event_id),
        ". ",
    )
    holds = "Say which uses or data, if not all. Once it is recorded, it holds for every later decision."
    stands = f" ({PERSON}: the person's id, which is in no receipt)" if person else ""
    note = element(
        "p",
        f"For administrators{stands}: one call. To give consent again: ",
        code(consent_event_route(consent_event.customer)),
        ".",
    )
    ways = facts({"Call": code(withdrawal_route(consent_event.customer)), "With": code(body)})
    return headed("withdrawal", "How to withdraw", back, element("p", *asking, holds), note, ways)


def _footer() -> Element:
    words = "Made of the act as it is kept, which is never changed. The same address with "
    rest = " has it for machines. Nobody is named here."
    return element("footer", element("p", words, code("Accept: application/ld+json"), rest))
