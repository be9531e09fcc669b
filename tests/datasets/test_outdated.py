"""A data set is outdated from the first moment at which rows that it admitted would be rejected."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from consentry.datasets.get_data_set import DataSetDetails, get_data_set, list_data_sets
from consentry.kernel.errors import InvalidTermsError, PermitError
from consentry.kernel.vocabulary import ConsentStatus, Operation
from consentry.screening.screening_decision import ScreeningDecision
from consentry.terms.assignment import Assignment
from consentry.terms.policy_set import Library, MaterialChange, PolicySet
from consentry.terms.truth_table import Ruling
from tests.testkit.builders.assignments import FORBIDDING_TERMS, assign
from tests.testkit.builders.dependencies import (
    ACME,
    EVER,
    FORM,
    NOW,
    OPERATOR,
    SECOND,
    FakeDependencies,
    consent_event,
    library,
)
from tests.testkit.builders.permits import allowed, redeem
from tests.testkit.builders.screenings import FIELDS, ScreeningDriver, row, screening
from tests.testkit.builders.terms_versions import publish_version

DAY = timedelta(days=1)
TELEMETRY = "service_generated.telemetry"
CHANGED_AT = NOW + 2 * DAY


def screened(deps: FakeDependencies, *rows: bytes, **changed: Any) -> str:
    """Screen rows: the id of the data set."""
    acme = ScreeningDriver(deps)
    acme.put(rows or [row("ann")])
    data_set_id = acme.screen(screening(**changed)).data_set_id
    assert data_set_id
    return data_set_id


def show(deps: FakeDependencies, data_set_id: str, at: datetime = NOW + 3 * DAY) -> DataSetDetails:
    """Show a data set."""
    return get_data_set(data_set_id, caller=OPERATOR, at=at, deps=deps)


def deploy(deps: FakeDependencies, *policy_sets: PolicySet) -> FakeDependencies:
    """The dependencies after other policy sets were deployed."""
    deployed = {**deps.library.policy_sets, **{each.name: each for each in policy_sets}}
    return FakeDependencies(deps.client, library=Library(deployed), files=deps.files)


def with_version(name: str, like: str, *, at: datetime = CHANGED_AT) -> PolicySet:
    """A policy set with one more version, with the rules of another policy set."""
    known = library().policy_sets[name]
    version = replace(library().policy_sets[like].versions[-1], policy_set=name, in_force_from=at)
    return replace(known, versions=(*known.versions, version))


@pytest.mark.parametrize("material", [True, False])
def test_a_material_change_outdates_what_rests_on_earlier_grants(
    deps: FakeDependencies, *, material: bool
) -> None:
    hers = screened(deps)
    changed = publish_version(deps, "announced", at=CHANGED_AT, material=material)

    before, after = show(changed, hers, CHANGED_AT - SECOND), show(changed, hers, CHANGED_AT)

    assert before.status == "clean"
    assert after.status == ("outdated" if material else "clean")
    if material:
        assert after.outdated
        assert after.outdated.cause == "material_change"
        assert after.outdated.since == CHANGED_AT
        assert after.outdated.policy_set == f"announced@{CHANGED_AT.date()}"
        assert [each.action for each in after.remediations] == ["screen_again"]


def test_a_material_change_of_guardrails_in_dry_run_outdates_nothing(
    deps: FakeDependencies,
) -> None:
    deps.assignment = Assignment("announced", ("house",), ("house",))
    hers = screened(deps)
    changed = publish_version(deps, "house", at=CHANGED_AT)
    changed.assignment = deps.assignment

    assert show(changed, hers).status == "clean"


def test_a_material_change_outdates_nothing_that_needs_no_consent(deps: FakeDependencies) -> None:
    telemetry = screened(deps, row("ann", data=TELEMETRY))

    changed = publish_version(deps, "announced", at=CHANGED_AT)

    assert show(changed, telemetry).status == "clean"


def test_a_material_change_outdates_nothing_screened_on_a_later_grant(
    deps: FakeDependencies,
) -> None:
    changed = publish_version(deps, "announced", at=NOW - DAY)
    changed.grant(consent_event_id="later", at=NOW - SECOND)

    hers = screened(changed)

    assert show(changed, hers).status == "clean"


def test_an_assignment_with_an_earlier_material_change_is_no_stricter_for_later_grants(
    deps: FakeDependencies,
) -> None:
    hers = screened(deps)
    known = library().policy_sets["announced"]
    change = MaterialChange(NOW - DAY, Operation.FINE_TUNE)
    mine = replace(known, name="mine", material=(change,))
    after = deploy(deps, mine)

    assign(after, {"customer": ACME, "terms": "mine", "guardrails": ["house"]}, at=NOW + DAY)

    assert show(after, hers).status == "clean"


@pytest.mark.parametrize("covers_collected", ["from_grant", "P30D", "anytime"])
@pytest.mark.parametrize("change_after", [timedelta(0), 4 * DAY], ids=["before", "within"])
def test_a_material_change_within_a_run_of_grants_outdates_what_rests_on_its_start(
    deps: FakeDependencies, covers_collected: str, change_after: timedelta
) -> None:
    content = FORM.model_copy(update={"text": "Again?", "covers_collected": covers_collected})
    form = {"form_id": deps.consents.register(content, at=EVER).form_id, "signature": "click"}
    for days in (10, 1):
        grant = consent_event(f"grant-{days}", "grant", **form)
        deps.record(grant, at=NOW - days * DAY)
    hers = screened(deps, row("ann", at=(NOW - 8 * DAY).isoformat()))
    known = library().policy_sets["announced"]
    change = MaterialChange(NOW - 10 * DAY + change_after, Operation.FINE_TUNE)
    after = deploy(deps, replace(known, name="mine", material=(change,)))

    assign(after, {"customer": ACME, "terms": "mine", "guardrails": ["house"]}, at=NOW + DAY)

    rests_on_start = covers_collected == "from_grant" and change_after
    admits_again = (
        ScreeningDriver(after, deps.files).screen(screening("again"), at=NOW + 2 * DAY).data_set_id
    )
    assert show(after, hers).status == ("outdated" if rests_on_start else "clean")
    assert bool(admits_again) is not bool(rests_on_start)


@pytest.mark.parametrize("person", [None, "ann"], ids=["customer", "person"])
def test_the_end_of_a_grant_outdates_the_data_set(
    deps: FakeDependencies, person: str | None
) -> None:
    until = (NOW + 2 * DAY).isoformat()
    deps.grant(consent_event_id="ends", person=person, until=until)
    deps.library = requires_people(deps)
    hers = screened(deps)

    before, after = show(deps, hers, NOW + 2 * DAY - SECOND), show(deps, hers, NOW + 2 * DAY)

    assert before.status == "clean"
    assert after.status == "outdated"
    assert after.outdated
    assert (after.outdated.cause, after.outdated.since) == ("expired_consent", NOW + 2 * DAY)


def requires_people(deps: FakeDependencies) -> Library:
    """Guardrails that forbid training on people whose grant expired, as on those who refused."""
    house = deps.library.policy_sets["house"]
    table = house.versions[-1]
    forbid = next(n for n, e in enumerate(table.entries) if e.ruling is Ruling.FORBID)
    numbers = bytes(
        forbid if row.people is ConsentStatus.EXPIRED else number
        for (row, _), number in zip(table.rows(), table.entry_numbers, strict=True)
    )
    strict = replace(house, versions=(replace(table, entry_numbers=numbers),))
    return Library({**deps.library.policy_sets, "house": strict})


def test_only_people_in_admitted_rows_count(deps: FakeDependencies) -> None:
    deps.library = requires_people(deps)
    deps.grant(consent_event_id="ann-1", person="ann", until=(NOW + DAY).isoformat())
    deps.grant(consent_event_id="bob-1", person="bob")
    deps.record(consent_event("cy-1", "withdrawal", person="cy"), at=NOW - SECOND)
    hers = screened(deps, row("ann", "cy"), row("bob"))

    assert show(deps, hers).status == "clean"


def test_the_people_of_the_sources_of_an_admitted_row_count(deps: FakeDependencies) -> None:
    deps.library = requires_people(deps)
    deps.grant(consent_event_id="ann-1", person="ann", until=(NOW + DAY).isoformat())
    derived = FIELDS | {"item": {"field": "id"}, "derived_from": {"field": "source"}}
    rows = row("ann", id="a"), row("bob", id="b", source=["a"])
    data_set_id = screened(deps, *rows, fields=derived)
    decision = deps.decisions.latest(show(deps, data_set_id).data_set.decision_id)
    assert isinstance(decision, ScreeningDecision)

    spans = [pattern.grants for pattern in decision.row_patterns if pattern.sources]

    assert [span and span.ends for span in spans] == [(NOW + DAY,)]


def test_a_new_version_that_rejects_rows_outdates_them(deps: FakeDependencies) -> None:
    hers = screened(deps)
    stricter = deploy(deps, with_version("announced", like="zoom-terms"))

    shown = show(stricter, hers)

    assert shown.status == "outdated"
    assert shown.outdated
    assert (shown.outdated.cause, shown.outdated.since) == ("new_version", CHANGED_AT)


def test_a_version_that_is_deployed_with_a_past_date_outdates_what_it_rejects(
    deps: FakeDependencies,
) -> None:
    hers = screened(deps)

    after = deploy(deps, with_version("announced", like="zoom-terms", at=NOW - DAY))

    shown = show(after, hers)
    assert shown.outdated
    assert shown.outdated.cause == "new_version"


def test_stricter_defaults_of_the_deployment_outdate_the_data_set(deps: FakeDependencies) -> None:
    hers = screened(deps)
    redeployed = FakeDependencies(deps.client, assignment=Assignment("zoom-terms", ("house",)))

    shown = show(redeployed, hers)

    assert shown.outdated
    assert (shown.outdated.cause, shown.outdated.since) == ("assignment", None)
    assert shown.remediations[0].since is None


def test_an_assignment_is_seen_before_it_is_propagated_and_in_the_list(
    deps: FakeDependencies,
) -> None:
    hers = screened(deps)
    assign(deps, FORBIDDING_TERMS, at=NOW + DAY)

    (listed,) = list_data_sets(
        ACME, limit=5, page=None, caller=OPERATOR, at=NOW + DAY, deps=deps
    ).data_sets

    assert show(deps, hers).status == listed.status == "outdated"


def test_an_outdated_data_set_stays_outdated_after_milder_terms(deps: FakeDependencies) -> None:
    hers = screened(deps)
    assign(deps, FORBIDDING_TERMS, at=NOW + DAY)
    assign(deps, {"customer": ACME, "terms": "announced"}, at=NOW + 2 * DAY)

    shown = show(deps, hers)

    assert shown.outdated
    assert (shown.outdated.assignment, shown.outdated.since) == (1, NOW + DAY)


def test_terms_that_are_no_longer_deployed_do_not_decide_unless_they_are_assigned(
    deps: FakeDependencies,
) -> None:
    hers = screened(deps)
    without = Library({n: p for n, p in library().policy_sets.items() if n != "announced"})
    after = FakeDependencies(deps.client, library=without)

    with pytest.raises(InvalidTermsError):
        show(after, hers)
    assign(after, FORBIDDING_TERMS, at=NOW + DAY)
    assert show(after, hers).status == "outdated"


def test_words_that_the_vocabulary_no_longer_has_outdate_the_data_set(
    deps: FakeDependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = screened(deps)
    axes = deps.library.policy_sets["announced"].versions[-1].axes
    categories, *others = axes.offsets
    fewer = {name: offset for name, offset in categories.items() if "audio" not in name}
    monkeypatch.setitem(vars(axes), "offsets", (fewer, *others))

    shown = show(deps, hers)

    assert shown.outdated
    assert shown.outdated.policy_set is None


Change = Callable[[FakeDependencies], FakeDependencies]


def _assigned(deps: FakeDependencies) -> FakeDependencies:
    assign(deps, FORBIDDING_TERMS)
    return deps


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_assigned, id="assignment"),
        pytest.param(lambda deps: publish_version(deps, "announced", at=NOW), id="material change"),
        pytest.param(
            lambda deps: deploy(deps, with_version("announced", like="zoom-terms", at=NOW)),
            id="new version",
        ),
        pytest.param(
            lambda deps: FakeDependencies(
                deps.client, assignment=Assignment("zoom-terms", ("house",))
            ),
            id="defaults",
        ),
    ],
)
def test_no_permit_is_redeemed_after_its_data_set_is_outdated(
    deps: FakeDependencies, change: Change
) -> None:
    _, issued = allowed(deps)

    after = change(deps)

    with pytest.raises(PermitError):
        redeem(after, issued, at=NOW + SECOND)


def test_no_permit_outlives_the_consent_that_it_rests_on(deps: FakeDependencies) -> None:
    deps.grant(consent_event_id="ends", until=(NOW + 60 * SECOND).isoformat())
    _, issued = allowed(deps)

    with pytest.raises(PermitError):
        redeem(deps, issued, at=NOW + 60 * SECOND)
