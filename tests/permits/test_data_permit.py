"""The claims of a permit, its lifetime, its audience, and the uses that it allows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from consentry.kernel.errors import (
    ExpiredPermitError,
    ForbiddenAudienceError,
    InvalidPermitSignatureError,
    MismatchedPermitError,
    PermitError,
)
from consentry.kernel.ids import permit_id
from consentry.kernel.vocabulary import ModelOwner, Operation
from consentry.permits.data_permit import (
    MAX_CLOCK_SKEW,
    MAX_LIFETIME,
    DataPermit,
    build_permit,
)
from consentry.screening.screening_decision import ScreeningDecision, supersede
from tests.testkit.builders.dependencies import ACME, NOW, SECOND, FakeDependencies
from tests.testkit.builders.permits import BEGINS, allowed, claims
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables
from tests.testkit.meeting_words import Service

TUNE: dict[str, Any] = {
    "operation": Operation.FINE_TUNE,
    "service": Service.MEETING_SUMMARY,
    "model_owner": ModelOwner.FIRST_PARTY,
}
ANY = dict.fromkeys(TUNE)


@pytest.fixture(scope="module")
def decision() -> ScreeningDecision:
    client = FakeDynamoDB()
    create_tables(client)
    FakeDependencies(client).grant()
    return allowed(FakeDependencies(client))[0]


def test_permit_claims_match_the_decision(decision: ScreeningDecision) -> None:
    permit = build_permit(decision, issuer="i", audience="p", at=NOW)

    assert permit is not None
    assert (permit.sub, permit.aud, permit.iss) == (ACME, "p", "i")
    assert (permit.decision_id, permit.revision) == (decision.decision_id, 1)
    assert permit.jti == permit_id(decision.decision_id, 1)
    assert permit.manifest == decision.manifest.sha256
    assert permit.admitted == decision.outputs["admitted"].sha256
    assert permit.epochs == decision.epochs
    assert (permit.iat, permit.nbf) == (BEGINS, BEGINS)


def test_other_truth_tables_give_another_digest(decision: ScreeningDecision) -> None:
    other = replace(
        decision, truth_tables={**decision.truth_tables, "announced@2023-07-27": "sha256:0"}
    )

    first, second = (
        build_permit(each, issuer="i", audience="p", at=NOW) for each in (decision, other)
    )

    assert first is not None
    assert second is not None
    assert first.truth_tables != second.truth_tables


def test_the_truth_table_digest_ignores_order(decision: ScreeningDecision) -> None:
    reordered = replace(
        decision, truth_tables=dict(sorted(decision.truth_tables.items(), reverse=True))
    )

    first, second = (
        build_permit(each, issuer="i", audience="p", at=NOW) for each in (decision, reordered)
    )

    assert len(decision.truth_tables) > 1
    assert first == second


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("sub", "globex"),
        ("jti", "acme~other"),
        ("exp", BEGINS + 899),
        ("nbf", BEGINS - 1),
        ("decision_id", "acme~other"),
        ("revision", 2),
        ("operation", Operation.PRETRAIN),
        ("service", Service.GENERAL),
        ("model_owner", ModelOwner.THIRD_PARTY),
        ("manifest", "0" * 64),
        ("admitted", "0" * 64),
        ("truth_tables", "0" * 64),
        ("epochs", (1,) * 16),
    ],
)
def test_a_permit_that_differs_from_its_decision_is_rejected(
    decision: ScreeningDecision, claim: str, other: Any
) -> None:
    permit = build_permit(decision, issuer="i", audience="p", at=NOW)
    assert permit
    permit.require_decision(decision)

    with pytest.raises(InvalidPermitSignatureError):
        permit.model_copy(update={claim: other}).require_decision(decision)
    with pytest.raises(InvalidPermitSignatureError):
        permit.require_decision(supersede(decision, at=NOW))


@pytest.mark.parametrize("later", [timedelta(0), timedelta(minutes=14)])
def test_a_permit_expires_with_its_decision(decision: ScreeningDecision, later: timedelta) -> None:
    permit = build_permit(decision, issuer="i", audience="p", at=NOW + later)

    assert permit is not None
    assert permit.expires_at == decision.expires_at == NOW + MAX_LIFETIME


def test_a_permit_lasts_at_most_15_minutes(decision: ScreeningDecision) -> None:
    long_allow = replace(decision, expires_at=NOW + timedelta(days=1))

    permit = build_permit(long_allow, issuer="i", audience="p", at=NOW)

    assert permit is not None
    assert permit.expires_at == NOW + timedelta(minutes=15)


def test_a_denial_or_an_expiring_allow_yields_no_permit(
    decision: ScreeningDecision,
) -> None:
    denial = supersede(decision, at=NOW)
    assert decision.expires_at

    assert build_permit(denial, issuer="i", audience="p", at=NOW) is None
    assert build_permit(decision, issuer="i", audience="p", at=decision.expires_at) is None


def test_each_decision_revision_has_a_unique_permit_id() -> None:
    ids = [
        permit_id(decision, revision)
        for decision in ("acme~a", "acme~b", "acme-2~a")
        for revision in (1, 2, 11)
    ]

    assert len(set(ids)) == len(ids)
    assert {each.rpartition("~")[0] for each in ids} == {"acme", "acme-2"}


HALF = timedelta(seconds=0.5)
END = NOW + timedelta(minutes=10)


@pytest.mark.parametrize(
    "at",
    [NOW, NOW - MAX_CLOCK_SKEW, END - HALF],
    ids=["now", "within the clock skew", "just before its end"],
)
def test_a_permit_is_valid_between_nbf_and_exp(at: datetime) -> None:
    claims().require_valid_at(at)


@pytest.mark.parametrize(
    ("permit", "at", "field"),
    [
        (claims(), END, "exp"),
        (claims(), END + SECOND, "exp"),
        (claims(), NOW - MAX_CLOCK_SKEW - HALF, "nbf"),
        (claims(nbf=BEGINS + 60), NOW, "nbf"),
        (claims(exp=BEGINS + 901), NOW, "exp"),
        (claims(iat=BEGINS + 300, exp=BEGINS + 1100), NOW, "exp"),
        (claims(exp=BEGINS), NOW, "exp"),
    ],
    ids=["at its end", "after its end", "too early", "not yet", "too long", "issued late", "empty"],
)
def test_a_permit_is_invalid_outside_nbf_and_exp(
    permit: DataPermit, at: datetime, field: str
) -> None:
    with pytest.raises(ExpiredPermitError) as raised:
        permit.require_valid_at(at)

    assert raised.value.field == field


@pytest.mark.parametrize(
    ("require", "error", "field"),
    [
        (lambda p: p.require_audience("globex", "pipeline"), ForbiddenAudienceError, "aud"),
        (lambda p: p.require_audience(), ForbiddenAudienceError, "aud"),
        (lambda p: p.require_audience(""), ForbiddenAudienceError, "aud"),
        (lambda p: p.require_claims(sub="globex"), MismatchedPermitError, "sub"),
        (lambda p: p.require_claims(sub=""), MismatchedPermitError, "sub"),
        (lambda p: p.require_claims(**TUNE | {"operation": Operation.PRETRAIN}), MismatchedPermitError, "use"),
        (lambda p: p.require_claims(**TUNE | {"service": Service.GENERAL}), MismatchedPermitError, "use"),
        (lambda p: p.require_claims(**TUNE | {"model_owner": ModelOwner.THIRD_PARTY}),
         MismatchedPermitError, "model_owner"),
        (lambda p: p.require_claims(**ANY | {"operation": Operation.PRETRAIN}), MismatchedPermitError, "use"),
        (lambda p: p.require_claims(admitted="a" * 64), MismatchedPermitError, "admitted"),
        (lambda p: p.require_claims(admitted=None, manifest="b" * 64), MismatchedPermitError, "manifest"),
    ],
    ids=["audience", "no audience", "empty audience", "customer", "empty customer", "operation",
         "service", "model owner", "only an operation",
         "file", "manifest"],
)  # fmt: skip
def test_a_permit_is_invalid_for_any_other_use(
    require: Callable[[DataPermit], None], error: type[PermitError], field: str
) -> None:
    with pytest.raises(error) as raised:
        require(claims())

    assert raised.value.field == field


def test_a_permit_is_valid_for_exactly_its_claims() -> None:
    permit = claims()

    permit.require_audience(ACME, "pipeline")
    permit.require_claims(sub=ACME)
    permit.require_claims(sub=None)
    permit.require_claims(**TUNE)
    permit.require_claims(**ANY)
    permit.require_claims(admitted="b" * 64, manifest="a" * 64)
    permit.require_claims(admitted=None)
