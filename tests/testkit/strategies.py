"""Hypothesis strategies for consent events, statuses and requests. Small, so that values collide."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from consentry.consent.consent_event import ConsentEvent
from consentry.consent.forms import Form
from consentry.consent.rules import ConsentRule
from consentry.consent.status import PartyState, build_rule, state_after
from consentry.decisions.inputs import Evidence, Facts, PartyStatus
from consentry.kernel.requests import DataUseRequest
from consentry.kernel.vocabulary import ConsentStatus, ModelOwner, Operation
from tests.testkit.builders.dependencies import ACME, FORM, NOW, consent_event
from tests.testkit.meeting_words import LEAVES_UNDER, DataCategory, Role, Service

FEW_DATA = ("customer_content.audio", "customer_content.chat", "service_generated")
FEW_USES = tuple(
    {"operation": operation, "service": service}
    for operation in ("infer", "fine_tune")
    for service in ("meeting_summary", "general")
)
SIGNED: tuple[dict[str, Any], ...] = (
    {},
    {"signature": "click"},
    {"signature": "typed_name", "typed_name": "Ann"},
    {"signature": "jws", "jws": "e30..e30"},
)
HOURS = st.integers(-48, 48).map(lambda hours: NOW + timedelta(hours=hours))

type EventWithForm = tuple[ConsentEvent, Form | None]


@st.composite
def consent_events(draw: st.DrawFn) -> EventWithForm:
    """A consent event on a few uses and categories, with its form."""
    kind = draw(st.sampled_from(["grant", "refusal", "withdrawal"]))
    some_uses: st.SearchStrategy[object] = st.lists(
        st.sampled_from(FEW_USES), min_size=1, max_size=3
    )
    some_data: st.SearchStrategy[object] = st.lists(
        st.sampled_from(FEW_DATA), min_size=1, max_size=2
    )
    if kind != "grant":
        fields: dict[str, Any] = {
            "uses": draw(some_uses | st.just("all")),
            "data": draw(some_data | st.just("all")),
        }
        return consent_event(f"a{draw(st.integers(0, 10**9))}", kind, **fields), None
    covers = draw(st.sampled_from([None, "from_grant", "anytime", "PT3H"]))
    form = None if covers is None else FORM.model_copy(update={"covers_collected": covers})
    operation = draw(st.sampled_from(["infer", "fine_tune"]))
    granted = consent_event(
        f"a{draw(st.integers(0, 10**9))}",
        kind,
        uses=[use for use in FEW_USES if use["operation"] == operation][: draw(st.integers(1, 2))],
        data=draw(some_data),
        form_id="0" * 64 if form else None,
        **draw(st.sampled_from(SIGNED)),
        until=draw(st.none() | HOURS.map(lambda moment: moment.isoformat())),
    )
    return granted, form


@st.composite
def rules(draw: st.DrawFn) -> ConsentRule:
    """The consent rule of a consent event."""
    done, form = draw(consent_events())
    return build_rule(done, form, at=draw(HOURS))


@st.composite
def states(draw: st.DrawFn) -> PartyState:
    """The state after a few consent events."""
    state = PartyState()
    for rule in draw(st.lists(rules(), max_size=4)):
        state = state_after(state, rule)
    return state


def facts() -> st.SearchStrategy[Facts]:
    """Some leaf categories and a use."""
    return st.builds(
        Facts,
        data=st.lists(st.sampled_from(DataCategory), min_size=1, max_size=4, unique=True).map(
            tuple
        ),
        operation=st.sampled_from(Operation),
        service=st.sampled_from(list(Service)[:2]),
        model_owner=st.sampled_from(ModelOwner),
        collected_at=st.sampled_from([NOW, NOW - timedelta(days=2000)]),
        collected_by=st.sampled_from(list(Service)[:2]),
    )


@st.composite
def party_statuses(draw: st.DrawFn, data: tuple[str, ...], role: Role | None) -> PartyStatus:
    """The consent statuses of one party for the requested data."""
    statuses = draw(st.fixed_dictionaries({leaf: st.sampled_from(ConsentStatus) for leaf in data}))
    return PartyStatus(
        party="customer" if role is None else f"p{draw(st.integers(0, 99))}",
        role=role,
        version=draw(st.sampled_from([0, 1, 7])),
        statuses=statuses,
        covers_collected=tuple(draw(st.lists(st.sampled_from(data), unique=True))),
        until=draw(st.none() | st.just(NOW + timedelta(minutes=5))),
    )


@st.composite
def evidence(draw: st.DrawFn, data: tuple[str, ...]) -> Evidence:
    """The consent statuses of the customer and some people."""
    roles = draw(st.lists(st.sampled_from(Role), max_size=2))
    people = tuple(draw(party_statuses(data, role)) for role in roles)
    return Evidence(draw(party_statuses(data, None)), people)


@st.composite
def requests(draw: st.DrawFn) -> DataUseRequest:
    """A request of acme."""
    names = draw(st.lists(st.sampled_from(["ann", "bob", "cy"]), unique=True))
    roles = [draw(st.sampled_from(Role)) for _ in names]
    return DataUseRequest.read(
        {
            "request_id": draw(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,20}\Z")),
            "customer": ACME,
            "use": draw(st.sampled_from(FEW_USES)),
            "model_owner": draw(st.sampled_from(ModelOwner)),
            "declared_by": "curator",
            "data": draw(st.lists(st.sampled_from(sorted(LEAVES_UNDER)), min_size=1, max_size=5)),
            "collected": {
                "at": draw(st.datetimes(max_value=NOW.replace(tzinfo=None))).isoformat() + "Z",
                "by_service": draw(st.sampled_from(Service)),
            },
            "people": [{"person": n, "role": r} for n, r in zip(names, roles, strict=True)],
        }
    )
