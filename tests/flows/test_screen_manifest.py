"""A manifest is screened: every row in one output, one decision, and a report that can be believed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consentry.audit.audit_row import decode_row, encode_row
from consentry.audit.queries import get_decision, list_uses
from consentry.decisions.decision import Decision
from consentry.decisions.evaluation import Outcome
from consentry.kernel.authorization import Caller
from consentry.kernel.errors import (
    ConflictingIdError,
    ForbiddenCustomerError,
    InvalidRequestError,
    NotFoundError,
    UnavailableError,
)
from consentry.manifests import lines_manifest, spool
from consentry.screening.screening_decision import ScreeningDecision, reevaluate_screening
from consentry.screening_jobs import store_outputs
from tests.fakes.dynamodb import FakeDynamoDB
from tests.fakes.errors import Crash
from tests.fakes.faults import Withholding
from tests.fakes.screenings import KEY, Screened, row, rttm_screening, screening, spoken
from tests.fakes.tables import create_tables
from tests.fakes.worlds import ACME, NOW, SECOND, World, asked, consent_event, library

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def deps() -> World:
    client = FakeDynamoDB()
    create_tables(client)
    deps = World(client)
    deps.grant()
    return deps


@pytest.fixture
def acme(deps: World) -> Screened:
    return Screened(deps)


def withdraws(deps: World, person: str, **changed: Any) -> None:
    deps.record(
        consent_event(f"w-{person}", "withdrawal", person=person, **changed), at=NOW - SECOND
    )


def once(told: Callable[[], None]) -> Callable[[str], None]:
    """Something that happens before the first write."""
    left = [told]
    return lambda key: left.pop()() if left else None


def test_rows_go_where_the_law_puts_them_with_reasons_by_line(acme: Screened) -> None:
    withdraws(acme.deps, "bob")
    good, bad, odd = row("ann"), row("ann", "bob"), b'{"people": []}\n'
    acme.put([good, bad, odd])

    decision = acme.screen()

    assert acme.output(decision, "admitted") == good
    assert acme.output(decision, "rejected") == bad
    assert acme.output(decision, "undetermined") == odd
    assert acme.reasons(decision) == [
        {"line": 2, "outcome": "rejected", "rules": ["house.nobody-who-refused"]},
        {"line": 3, "outcome": "undetermined", "reason": "data: is missing"},
    ]


def test_the_report_tells_the_log_row_in_counts_and_digests(acme: Screened) -> None:
    withdraws(acme.deps, "bob")
    acme.put([row("ann"), row("bob"), row("ann", data="public_web"), b"\n"])

    decision = acme.screen()

    report = acme.report(decision)
    assert report["outcome"] == "allow"
    assert report["manifest"]["people"] == 2
    assert {name: each["rows"] for name, each in report["outputs"].items()} == {
        "admitted": 1,
        "rejected": 2,
        "undetermined": 1,
        "reasons": 3,
    }
    assert report["data"]["rejected"] == {"customer_content.audio": 1, "public_web": 1}
    assert report["rules"]["rejected"] == {
        "house.nobody-who-refused": 1,
        "announced.public-web": 1,
    }
    assert report["invalid_rows"] == {"line: is blank": 1}


def test_the_decision_is_in_the_log_and_can_be_computed_again(acme: Screened) -> None:
    acme.put([row("ann"), row(data="service_generated"), row("b b")])

    decision = acme.screen()

    logged = acme.deps.decisions.latest(decision.decision_id)
    assert logged == decision == decode_row(encode_row(decision))
    assert reevaluate_screening(decision, library()) == decision
    assert decision.epochs == acme.deps.consents.epochs(ACME)


def test_a_manifest_of_nothing_admitted_is_a_denial(acme: Screened) -> None:
    acme.put([row("ann", data="public_web")])

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert decision.expires_at is None
    assert acme.report(decision)["superseded"] is False


@pytest.mark.parametrize("content", [b"", b"\n", row("ann").rstrip(b"\n"), b"\r\n" + row()])
def test_the_last_line_may_have_no_end_and_there_may_be_no_line(
    acme: Screened, content: bytes
) -> None:
    acme.put([content])

    decision = acme.screen()

    parts = [acme.output(decision, name) for name in ("undetermined", "rejected", "admitted")]
    assert b"".join(parts) == content


def test_a_consent_that_could_not_be_read_leaves_its_rows_undetermined(acme: Screened) -> None:
    acme.put([row("ann"), row("bob"), row("ann", "bob")])
    bob = acme.deps.pseudonyms.find_pseudonyms(ACME, ["bob"])["bob"]
    unreadable = World(Withholding(acme.deps.client, {f"{ACME}#{bob}": 1000}))

    decision = Screened(unreadable, acme.store).screen()

    assert acme.output(decision, "admitted") == row("ann")
    assert acme.reasons(decision)[0]["rules"][0] == "consentry.consent_unreadable"
    assert acme.report(decision)["outputs"]["undetermined"]["rows"] == 2


def test_a_withdrawal_between_reading_and_commit_is_seen(acme: Screened) -> None:
    acme.put([row("ann"), row("bob")])
    acme.store.before_write = once(lambda: withdraws(acme.deps, "bob"))

    decision = acme.screen()

    assert acme.output(decision, "admitted") == row("ann")
    assert acme.output(decision, "rejected") == row("bob")


def test_consents_that_keep_moving_are_not_answered(acme: Screened) -> None:
    acme.put([row("ann")])
    moved = iter(range(100))
    acme.store.before_write = lambda key: withdraws(acme.deps, f"p{next(moved)}")

    with pytest.raises(UnavailableError):
        acme.screen()

    assert not [key for key in acme.store.objects if key.endswith("report.json")]


def test_a_redelivery_answers_from_the_log_and_writes_no_row_twice(acme: Screened) -> None:
    acme.put([row("ann")])
    first = acme.screen()
    lain = dict(acme.store.objects)

    again = acme.screen(at=LATER)

    assert again == first
    assert acme.store.objects == lain


def test_a_redelivery_after_a_withdrawal_takes_the_admitted_rows_back(acme: Screened) -> None:
    acme.put([row("ann"), row("bob")])
    first = acme.screen()
    withdraws(acme.deps, "bob")

    again, third = acme.screen(at=LATER), acme.screen(at=LATER + SECOND)

    assert (again.outcome, again.revision, again.revises) == (Outcome.DENY, 2, 1)
    assert third == again
    assert reevaluate_screening(again, library()) == again
    report = acme.report(first)
    assert (report["outcome"], report["superseded"], report["revision"]) == ("deny", True, 2)


def test_a_redelivery_after_the_allow_has_ended_is_no_allow(acme: Screened) -> None:
    acme.put([row("ann")])
    first = acme.screen()
    assert first.expires_at

    assert acme.screen(at=first.expires_at).outcome is Outcome.DENY


def test_an_allow_ends_with_the_first_consent_that_an_admitted_row_stands_on(
    acme: Screened,
) -> None:
    ends = NOW + timedelta(minutes=3)
    acme.deps.grant(consent_event_id="short", person="bob", until=ends.isoformat())
    acme.put([row("ann"), row("bob")])

    assert acme.screen().expires_at == ends


def test_the_same_id_with_another_body_is_an_error_to_screenings_and_requests_alike(
    acme: Screened,
) -> None:
    acme.put([row("ann")])
    acme.deps.decide(asked("r-1"))
    acme.screen()

    with pytest.raises(ConflictingIdError):
        acme.screen(screening(declared_by="somebody-else"))
    with pytest.raises(ConflictingIdError):
        acme.screen(screening("r-1"))
    with pytest.raises(ConflictingIdError):
        acme.deps.decide(asked("s-1"))


def test_two_runs_of_one_request_come_to_one_decision_whose_files_are_the_committed_ones(
    acme: Screened,
) -> None:
    acme.put([row("ann"), row("bob")])
    withdraws(acme.deps, "bob")
    others: list[ScreeningDecision] = []

    def other_run() -> None:
        # In between bob grants, which moves no fence: the second run would admit more than the first.
        acme.deps.grant(consent_event_id="bob-again", person="bob")
        others.append(acme.screen())

    acme.store.before_write = once(other_run)

    decision = acme.screen()

    assert others == [decision]
    assert acme.output(decision, "admitted") == row("ann") + row("bob")
    assert acme.report(decision)["outputs"]["admitted"]["rows"] == 2


@pytest.mark.parametrize("write", range(5))
def test_a_crash_at_any_write_is_made_good_by_the_next_delivery(acme: Screened, write: int) -> None:
    acme.put([row("ann"), b"?\n"])
    left = [write]

    def crash(key: str) -> None:
        left[0] -= 1
        if left[0] == -1:
            raise Crash

    acme.store.before_write = crash
    with pytest.raises(Crash):
        acme.screen()
    assert not [key for key in acme.store.objects if key.endswith("report.json")]

    decision = acme.screen(at=LATER)

    assert decision.revision == 1
    assert acme.output(decision, "admitted") == row("ann")
    assert acme.report(decision)["outcome"] == "allow"


def test_a_denial_logged_before_our_report_is_the_last_word(acme: Screened) -> None:
    acme.put([row("ann")])

    def overtaken(key: str) -> None:
        if key.endswith("report.json"):
            acme.store.before_write = lambda key: None
            withdraws(acme.deps, "ann")
            acme.screen(at=LATER)

    acme.store.before_write = overtaken

    decision = acme.screen()

    assert decision.outcome is Outcome.DENY
    assert acme.report(decision)["outcome"] == "deny"


def test_a_manifest_of_another_customers_or_none_or_too_long_is_an_error(
    acme: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotFoundError):
        acme.screen()
    with pytest.raises(ForbiddenCustomerError):
        acme.screen(screening(manifest={"key": "globex/manifests/m", "format": "jsonl"}))
    with pytest.raises(ForbiddenCustomerError):
        Screened(replace(acme.deps, caller=Caller.allowed("bucket", "globex"))).screen()
    monkeypatch.setattr(spool, "MAX_MANIFEST_BYTES", 20)
    acme.put([row("ann")])
    with pytest.raises(InvalidRequestError, match="manifest"):
        acme.screen()
    assert list(acme.store.objects) == [KEY]


def test_more_kinds_of_rows_than_a_log_row_holds_are_an_error(
    acme: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_outputs, "MAX_LOG_ROW", 3000)
    acme.put([row("ann"), row("ann", data="service_generated"), row("ann", data="public_web")])

    with pytest.raises(InvalidRequestError, match="manifest"):
        acme.screen()

    assert list(acme.store.objects) == [KEY]


def test_a_recording_passes_whole_or_not_at_all(acme: Screened) -> None:
    withdraws(acme.deps, "bob")
    free = [spoken("m1", "ann", "2.25"), spoken("m1", "cid", "0.25")]
    mixed = [spoken("m2", "ann"), spoken("m2", "bob")]
    acme.put([free[0], mixed[0], free[1], mixed[1]])

    decision = acme.screen(rttm_screening())

    assert acme.output(decision, "admitted") == b"".join(free)
    assert acme.output(decision, "rejected") == b"".join(mixed)
    admitted = decision.outputs["admitted"]
    assert (admitted.recordings, admitted.seconds, admitted.rows) == (1, 2.5, 2)
    assert admitted.key.endswith("/admitted.rttm")


def test_nobody_is_named_in_the_log_the_report_or_the_reasons(acme: Screened) -> None:
    withdraws(acme.deps, "canary-bob")
    acme.put([row("canary-ann"), row("canary-bob"), row("canary bad"), b'{"canary": NaN}\n'])

    decision = acme.screen(screening(declared_by="canary-declarant"))

    said = encode_row(decision) + acme.output(decision, "reasons")
    assert b"canary" not in said
    assert "canary" not in str(acme.report(decision)) + repr(acme.deps.client.tables["decisions"])


def test_progress_is_told_in_bytes_to_the_end(
    acme: Screened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_manifest, "BLOCK_BYTES", 40_000)
    told: list[tuple[int, int]] = []
    acme.put([row("ann")] * 1000)

    acme.screen(progress=lambda done, of: told.append((done, of)))

    length = len(row("ann")) * 1000
    assert [of for _, of in told] == [length] * 3
    assert sorted(done for done, _ in told) == [done for done, _ in told]
    assert told[-1] == (length, length)


def test_a_screening_is_listed_and_its_uses_are_told_kind_by_kind(acme: Screened) -> None:
    withdraws(acme.deps, "bob")
    acme.put([row("ann"), row("bob")])
    acme.deps.decide(asked("r-1"))
    decision = acme.screen(at=NOW + SECOND)

    everybody = Caller.allowed("auditor", "*")
    page = list_uses(ACME, limit=9, page=None, caller=everybody, deps=acme.deps)
    shown = get_decision(decision.decision_id, caller=everybody, deps=acme.deps)

    assert shown == decision
    assert not isinstance(shown, Decision)
    assert [(use.outcome, use.times) for use in page.uses] == [("allow", 2), ("deny", 1)]
    assert page.uses[1].rules == ("house.nobody-who-refused",)
