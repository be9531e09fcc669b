"""A material change that is declared after its version is in force ends the allows that it affects."""

import pytest

from consentry.kernel.errors import RevokedPermitError
from tests.testkit.builders.dependencies import (
    ACME,
    FORM_SHA256,
    NOW,
    SECOND,
    FakeDependencies,
    consent_event,
    use_request,
)
from tests.testkit.builders.permits import redeem
from tests.testkit.builders.screenings import ScreeningDriver, row
from tests.testkit.builders.terms_versions import publish_version

VERSION = NOW + SECOND
SIGNED = {"form_id": FORM_SHA256, "signature": "click"}


@pytest.mark.promise(5)
@pytest.mark.parametrize("policy_set", ["announced", "house"])
def test_an_allow_on_a_consent_invalidated_since_is_not_replayed(
    deps: FakeDependencies, policy_set: str
) -> None:
    deps.record(consent_event("anns", "grant", person="ann", **SIGNED))
    undeclared = publish_version(deps, policy_set, at=VERSION, material=False)
    first = undeclared.decide(use_request(), at=VERSION + SECOND)
    again = undeclared.decide(use_request(), at=VERSION + 2 * SECOND)

    declared = publish_version(deps, policy_set, at=VERSION, material=True)
    late = declared.decide(use_request(), at=VERSION + 3 * SECOND)

    assert first.allows
    assert again == first
    assert not late.allows
    assert late.revision == 2


@pytest.mark.promise(5)
def test_a_late_material_change_ends_a_screening_and_its_permit(deps: FakeDependencies) -> None:
    deps.record(consent_event("anns", "grant", person="ann", **SIGNED))
    undeclared = publish_version(deps, "announced", at=VERSION, material=False)
    acme = ScreeningDriver(undeclared)
    acme.put([row("ann")])
    first = acme.screen(at=VERSION + SECOND)
    issued = acme.issuer.issue(first, audience=ACME, at=VERSION + SECOND)
    assert issued
    again = acme.screen(at=VERSION + 2 * SECOND)
    redeem(undeclared, issued, at=VERSION + 2 * SECOND)

    declared = publish_version(undeclared, "announced", at=VERSION, material=True)

    with pytest.raises(RevokedPermitError):
        redeem(declared, issued, run_id="run-2", at=VERSION + 3 * SECOND)
    late = ScreeningDriver(declared, acme.store).screen(at=VERSION + 3 * SECOND)
    assert again == first
    assert (late.allows, late.revision) == (False, 2)


def test_an_allow_that_requires_no_consent_is_replayed_after_a_material_change(
    deps: FakeDependencies,
) -> None:
    declared = publish_version(deps, "announced", at=VERSION)
    usage = use_request(data=["service_generated.usage"], people=[])
    first = declared.decide(usage, at=VERSION + SECOND)

    assert first.allows
    assert declared.decide(usage, at=VERSION + 2 * SECOND) == first
