"""Consent at a past, present or future time: from the events, terms and ends of that time."""

from datetime import UTC, datetime, timedelta

from consentry.consent.get_consent import ConsentDetails, get_consent
from tests.testkit.builders.assignments import assign
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies, consent_event
from tests.testkit.builders.terms_versions import publish_version
from tests.testkit.meeting_words import DataCategory

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
AUDIO, CHAT = DataCategory.AUDIO, DataCategory.CHAT


def shown_at(deps: FakeDependencies, as_of: datetime | None, *, at: datetime) -> ConsentDetails:
    return get_consent(ACME, "customer", as_of=as_of, caller=deps.caller, at=at, deps=deps)


def test_consent_status_is_given_for_past_present_and_future_times(deps: FakeDependencies) -> None:
    published = publish_version(deps, "announced", at=LATER)
    until = (LATER + HOUR).isoformat()
    published.grant(consent_event_id="short", at=NOW, data=["customer_content.chat"], until=until)
    published.record(
        consent_event("w", "withdrawal", data=["customer_content.audio"]), at=NOW + SECOND
    )

    def statuses(as_of: datetime | None) -> list[tuple[str, str]]:
        shown = shown_at(published, as_of, at=NOW + 2 * SECOND)
        return [(leaf, each.status) for each in shown.statuses for leaf in each.data]

    assert statuses(NOW - HOUR) == []
    assert statuses(NOW - SECOND) == [(AUDIO, "granted")]
    assert statuses(NOW) == [(AUDIO, "granted"), (CHAT, "granted")]
    assert statuses(None) == statuses(NOW + SECOND) == [(AUDIO, "withdrawn"), (CHAT, "granted")]
    assert statuses(LATER) == [(AUDIO, "withdrawn"), (CHAT, "invalidated")]
    assert statuses(LATER + HOUR) == [(AUDIO, "withdrawn"), (CHAT, "expired")]


def test_past_consent_status_uses_the_terms_assigned_at_that_time(deps: FakeDependencies) -> None:
    assign(deps, {"customer": ACME, "terms": "announced"}, at=NOW)
    deps.grant(consent_event_id="again", at=datetime(2023, 8, 1, tzinfo=UTC))
    assign(deps, {"customer": ACME, "terms": "zoom-terms"}, at=LATER)

    def status(as_of: datetime | None) -> str:
        shown = shown_at(deps, as_of, at=LATER)
        return shown.statuses[0].status

    assert [status(as_of) for as_of in (NOW, LATER, None)] == [
        "granted",
        "invalidated",
        "invalidated",
    ]


def test_consent_as_of_a_time_lists_only_events_until_then(deps: FakeDependencies) -> None:
    deps.record(consent_event("w", "withdrawal"), at=NOW)

    shown = shown_at(deps, NOW - SECOND, at=LATER)

    assert (
        shown.version,
        [each.consent_event.consent_event_id for each in shown.consent_events],
    ) == (1, ["granted"])
    assert shown.at == NOW - SECOND
