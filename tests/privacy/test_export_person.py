"""An export has all data about one person, and no data about anyone else."""

import json
from dataclasses import replace
from functools import partial

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ConflictingIdError,
    ForbiddenCustomerError,
    UnavailableError,
    UnverifiedSignatureError,
)
from consentry.kernel.vocabulary import ConsentStatus, Operation
from consentry.privacy.person_page import render_person_page
from tests.testkit.builders.dependencies import (
    ACME,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.erasures import SIGNED, erase, pseudonym_of
from tests.testkit.builders.event_signers import (
    another,
    ed25519,
    es256,
    register_signer,
    revoke_signer,
)
from tests.testkit.builders.exports import as_json, exported
from tests.testkit.builders.receipts import states
from tests.testkit.fakes.dynamodb_tables import KEYS
from tests.testkit.fakes.hooked_pseudonym_repository import HookedPseudonymRepository
from tests.testkit.html_pages import Tags, page_heading, parsed, table_rows, words
from tests.testkit.meeting_words import EVERY_USE

ANN, BOB = {"person": "ann", "role": "speaker"}, {"person": "bob", "role": "host"}


def test_an_export_has_all_events_statuses_and_decisions_of_a_person(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("anns", "grant", **SIGNED))
    for number in range(5):
        named.decide(use_request(f"r-{number}", people=[ANN, BOB]), at=NOW + number * SECOND)
        named.decide(use_request(f"b-{number}", people=[BOB]))
    named.record(consent_event("no", "withdrawal", person="ann"), at=NOW + 6 * SECOND)
    named.decide(use_request("r-0", people=[ANN, BOB]), at=NOW + 7 * SECOND)

    export = exported(named, page_size=2)

    assert [record.consent_event.consent_event_id for record in export.consent_events] == [
        "anns",
        "no",
    ]
    assert {each.status for each in export.statuses} == {ConsentStatus.WITHDRAWN}
    assert [states(each) for each in export.receipts] == [
        ["ConsentGiven", "ConsentWithdrawn"],
        ["ConsentWithdrawn"],
    ]
    assert [each.revision for each in export.decisions] == [1] * 5 + [2]
    assert {each.role for each in export.decisions} == {"speaker"}
    assert export.decisions[-1].reasons[0].rules == ("house.no-use-on-refusal",)
    assert export.erased_at is None


def test_an_export_lists_the_signing_keys_of_a_person_and_of_nobody_else(
    named: FakeDependencies,
) -> None:
    named.record(consent_event("anns", "refusal", person="ann"))
    for signer, person in ((ed25519(), "ann"), (es256(), "ann"), (another(), "bob")):
        register_signer(named, signer, person=person)
    revoke_signer(named, es256())

    export = exported(named)

    listed = {each.kid: (each.algorithm, each.registered_at) for each in export.signing_keys}
    assert listed == {ed25519().kid: ("Ed25519", NOW), es256().kid: ("ES256", NOW)}
    assert [each.kid for each in export.signing_keys if each.revoked_at] == [es256().kid]
    assert not {"jwk", "x", "y", "d"} & json.loads(as_json(export))["signing_keys"][0].keys()
    assert ed25519().kid in render_person_page(export)
    assert another().kid not in as_json(export)


def test_the_keys_of_an_erased_person_sign_nothing_and_are_no_longer_the_persons(
    named: FakeDependencies,
) -> None:
    register_signer(named, es256(), person="ann")
    named.record(es256().signed("before", person="ann"))
    old = pseudonym_of(named)
    erase(named, "ann")

    export = exported(named)

    stored = named.signing_keys.get(ACME, es256().kid)
    assert stored
    assert (stored.party, export.signing_keys) == (old, ())
    assert es256().kid not in as_json(export)
    with pytest.raises(UnverifiedSignatureError):
        named.record(es256().signed("after", person="ann"))
    with pytest.raises(ConflictingIdError):
        register_signer(named, es256(), person="ann")


def test_an_export_contains_nobody_else(named: FakeDependencies) -> None:
    named.record(consent_event("bobs", "refusal", person="bob"))
    named.record(consent_event("anns", "grant", **SIGNED))
    named.decide(use_request(people=[ANN, BOB]))
    bob = named.pseudonyms.find_pseudonyms(ACME, ["bob"])["bob"]

    export = exported(named)

    texts = as_json(export) + render_person_page(export)
    assert len(export.decisions) == 1
    assert bob not in texts
    assert set(export.decisions[0].statuses.values()) == {ConsentStatus.GRANTED}


def test_exporting_an_unknown_person_creates_no_pseudonym(named: FakeDependencies) -> None:
    export = exported(named)

    assert (export.pseudonym, export.consent_events, export.decisions) == (None, (), ())
    assert "Consentry has no data about this person." in render_person_page(export)
    assert named.client.tables[KEYS].items == {}


def test_the_export_of_an_erased_person_shows_only_the_erasure(named: FakeDependencies) -> None:
    named.record(consent_event("anns", "grant", **SIGNED))
    named.decide(use_request())
    before = as_json(exported(named))

    erase(named, "ann", at=NOW + SECOND)

    export = exported(named)
    assert '"anns"' in before
    assert '"anns"' not in as_json(export)
    assert (export.erased_at, export.decisions) == (NOW + SECOND, ())
    assert "This person was erased on " in render_person_page(export)


@pytest.mark.parametrize("lookup", [1, 2], ids=["before the events are read", "after"])
def test_an_export_during_an_erasure_contains_nothing_erased(
    named: FakeDependencies, lookup: int
) -> None:
    named.record(consent_event("anns", "grant", **SIGNED))
    named.decide(use_request())
    hooked = HookedPseudonymRepository(
        named.pseudonyms, {lookup: lambda: erase(named, "ann", at=NOW + SECOND)}
    )

    export = exported(replace(named, pseudonyms=hooked))

    assert [record.consent_event.consent_event_id for record in export.consent_events] == ["erased"]
    assert (export.pseudonym, export.decisions) == (pseudonym_of(named), ())


def test_an_export_that_keeps_meeting_erasures_is_unavailable(named: FakeDependencies) -> None:
    again = {number: partial(erase, named, "ann", f"e-{number}") for number in range(1, 20)}
    named.record(consent_event("anns", "grant", **SIGNED))

    with pytest.raises(UnavailableError):
        exported(replace(named, pseudonyms=HookedPseudonymRepository(named.pseudonyms, again)))


def test_the_export_page_is_well_formed_and_matches_the_json(named: FakeDependencies) -> None:
    named.record(consent_event("anns", "grant", **SIGNED))
    named.record(consent_event("all", "withdrawal", person="ann", uses="all", data="all"))
    named.decide(use_request())

    export = exported(named)

    rows = table_rows(render_person_page(export))
    assert ["all uses", "withdrawn", "all data"] in rows
    assert len(rows) == 1 + len(export.consent_events) + len(export.decisions)
    events = ["consent given", "consent withdrawn"]
    assert [row[1] for row in rows if row[1] in events] == events
    assert json.loads(as_json(export))["person"] == "ann"
    assert any("Data of people who refused or withdrew" in row[-1] for row in rows)


def test_uses_with_the_same_status_and_data_share_one_row_of_the_export_page(
    named: FakeDependencies,
) -> None:
    training = [use for use in EVERY_USE if use.operation == Operation.FINE_TUNE]
    two = [{"operation": "infer", "service": each} for each in ("meeting_summary", "general")]
    uses = [use.model_dump(mode="json") for use in training] + two
    named.record(consent_event("no", "refusal", person="ann", uses=uses, data=["customer_content"]))

    page = parsed(render_person_page(exported(named)))

    (status, *_) = page.iter("tbody")
    (row,) = status.iter("tr")
    shared = "run the feature, for meeting summary, general; fine-tune a model, for every service"
    assert [words(cell) for cell in row] == [shared, "refused", "customer content"]


def test_a_hostile_name_is_escaped_on_the_export_page(named: FakeDependencies) -> None:
    named.record(consent_event("anns", "grant", **SIGNED))
    export, hostile = exported(named), '"><script>alert(1)</script>\x1b'

    page = render_person_page(replace(export, person=hostile, customer=hostile))

    assert Tags(page).tags == Tags(render_person_page(export)).tags
    assert page_heading(page) == hostile.replace("\x1b", "\ufffd")


@pytest.mark.promise(7)
def test_a_caller_cannot_export_another_customers_people(named: FakeDependencies) -> None:
    named.caller = Caller.allowed("admin", "globex")

    with pytest.raises(ForbiddenCustomerError):
        exported(named)
