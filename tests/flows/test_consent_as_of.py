"""Consent as it was, is and will be: by the acts, the books and the ends of each moment."""

from datetime import UTC, datetime, timedelta

from consentry.domain.vocabulary import DataCategory
from consentry.flows.show_consent import ConsentShown, show_consent
from tests.fakes.worlds import ACME, NOW, SECOND, World, act
from tests.flows.binding import bind
from tests.flows.publishing import changed

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
AUDIO, CHAT = DataCategory.AUDIO, DataCategory.CHAT


def shown_at(world: World, as_of: datetime | None, *, at: datetime) -> ConsentShown:
    return show_consent(ACME, None, as_of=as_of, caller=world.caller, at=at, world=world)


def test_what_is_shown_is_what_was_and_will_be_at_each_moment(world: World) -> None:
    published = changed(world, "announced", at=LATER)
    until = (LATER + HOUR).isoformat()
    published.grant(act_id="short", at=NOW, data=["customer_content.chat"], until=until)
    published.record(act("w", "withdraw", data=["customer_content.audio"]), at=NOW + SECOND)

    def standings(as_of: datetime | None) -> list[tuple[str, str]]:
        shown = shown_at(published, as_of, at=NOW + 2 * SECOND)
        return [(leaf, each.standing) for each in shown.standings for leaf in each.data]

    assert standings(NOW - HOUR) == []
    assert standings(NOW - SECOND) == [(AUDIO, "granted")]
    assert standings(NOW) == [(AUDIO, "granted"), (CHAT, "granted")]
    assert standings(None) == standings(NOW + SECOND) == [(AUDIO, "withdrawn"), (CHAT, "granted")]
    assert standings(LATER) == [(AUDIO, "withdrawn"), (CHAT, "outdated")]
    assert standings(LATER + HOUR) == [(AUDIO, "withdrawn"), (CHAT, "expired")]


def test_what_is_shown_of_the_past_is_by_the_books_that_bound_then(world: World) -> None:
    bind(world, {"customer": ACME, "terms": "announced"}, at=NOW)
    world.grant(act_id="again", at=datetime(2023, 8, 1, tzinfo=UTC))
    bind(world, {"customer": ACME, "terms": "zoom-terms"}, at=LATER)

    def standing(as_of: datetime | None) -> str:
        shown = shown_at(world, as_of, at=LATER)
        return shown.standings[0].standing

    assert [standing(as_of) for as_of in (NOW, LATER, None)] == ["granted", "outdated", "outdated"]


def test_the_acts_shown_are_those_until_then(world: World) -> None:
    world.record(act("w", "withdraw"), at=NOW)

    shown = shown_at(world, NOW - SECOND, at=LATER)

    assert (shown.version, [each.act.act_id for each in shown.acts]) == (1, ["granted"])
    assert shown.at == NOW - SECOND
