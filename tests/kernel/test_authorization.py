"""The customers that a caller may name, and what it may do for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.kernel.authorization import (
    EVERY_PERMISSION,
    Caller,
    Permission,
    token_identity,
    trigger_identity,
)
from consentry.kernel.errors import (
    ForbiddenCustomerError,
    ForbiddenPermissionError,
    ForbiddenPersonError,
)

PERMISSIONS = sorted(Permission)


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("customers", "customer", "may"),
    [
        ("acme", "acme", True),
        ("acme globex", "globex", True),
        ("*", "acme", True),
        ("acme", "globex", False),
        ("acme", "acm", False),
        ("acme", "ACME", False),
        ("acme", "*", False),
        ("", "acme", False),
        ("", "", False),
        ("acme*", "acmeshop", False),
    ],
    ids=lambda value: repr(value),
)
def test_a_caller_may_access_only_the_customers_of_its_identity(
    customers: str, customer: str, may: bool
) -> None:
    caller = Caller.allowed("pipeline", customers, EVERY_PERMISSION)

    if may:
        caller.require(customer, Permission.READ)
    else:
        with pytest.raises(ForbiddenCustomerError) as rejected:
            caller.require(customer, Permission.READ)
        assert "acme" not in str(rejected.value)


@pytest.mark.promise(8)
@pytest.mark.parametrize("required", PERMISSIONS)
@pytest.mark.parametrize("given", PERMISSIONS)
def test_no_permission_includes_another_one(given: Permission, required: Permission) -> None:
    caller = Caller.allowed("pipeline", "acme", {given})

    if given is required:
        caller.require("acme", required)
        caller.require_party("acme", required, "ann")
    else:
        with pytest.raises(ForbiddenPermissionError) as rejected:
            caller.require("acme", required)
        assert rejected.value.permission == required
        assert str(rejected.value) == f"the caller lacks the permission {required}"
        with pytest.raises(ForbiddenPermissionError):
            caller.require_party("acme", required, "ann")


@pytest.mark.promise(8)
def test_a_caller_has_no_permission_unless_it_is_given() -> None:
    for permission in Permission:
        with pytest.raises(ForbiddenPermissionError):
            Caller.allowed("operator", "*").require("acme", permission)


@pytest.mark.promise(8)
@pytest.mark.parametrize("party", ["ben", None, "", "ANN", "*"])
def test_a_caller_that_is_limited_to_a_person_reaches_nobody_else(party: str | None) -> None:
    ann = Caller.allowed("ann", "acme", EVERY_PERMISSION, person="ann")

    ann.require_party("acme", Permission.RECORD_CONSENT, "ann")
    with pytest.raises(ForbiddenPersonError):
        ann.require_party("acme", Permission.RECORD_CONSENT, party)
    with pytest.raises(ForbiddenPersonError):
        ann.require("acme", Permission.RECORD_CONSENT)


def test_an_empty_person_limits_a_caller_as_any_person_does() -> None:
    with pytest.raises(ForbiddenPersonError):
        Caller.allowed("x", "acme", EVERY_PERMISSION, person="").require("acme", Permission.READ)


def test_a_callers_identity_and_person_are_not_in_its_repr() -> None:
    assert "pipeline" not in repr(Caller.allowed("pipeline", "acme"))
    assert "ann" not in repr(Caller.allowed("x", "acme", person="ann"))


@pytest.mark.parametrize(
    "name", ["queue", "task", "bucket", "bus:meetings.pipeline", "operator:me"]
)
def test_no_subject_of_a_token_gives_the_identity_of_a_trigger(name: str) -> None:
    trigger = trigger_identity(name)

    for subject in (name, trigger, f"sub:{name}", f"sub:{trigger}"):
        assert token_identity(subject) != trigger


@given(st.text(), st.text())
def test_different_subjects_of_tokens_are_different_callers(one: str, other: str) -> None:
    for subject, another in (
        (one, other),
        (one, f"consentry:{one}"),
        (one, f"consentry:sub:{one}"),
    ):
        assert (token_identity(subject) == token_identity(another)) is (subject == another)
