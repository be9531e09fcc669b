"""The customers that a caller may name."""

import pytest

from consentry.kernel.authorization import Caller
from consentry.kernel.errors import ForbiddenCustomerError


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
    caller = Caller.allowed("pipeline", customers)

    if may:
        caller.require(customer)
    else:
        with pytest.raises(ForbiddenCustomerError) as rejected:
            caller.require(customer)
        assert "acme" not in str(rejected.value)


def test_a_callers_identity_is_not_in_its_repr() -> None:
    assert "pipeline" not in repr(Caller.allowed("pipeline", "acme"))
