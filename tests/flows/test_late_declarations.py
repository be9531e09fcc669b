"""A material change that is declared late, for a version in force already, ends allows that stood on it."""

import pytest

from consentry.kernel.errors import RevokedPermitError
from tests.fakes.permits import redeem
from tests.fakes.screenings import Screened, row
from tests.fakes.worlds import ACME, FORM_SHA256, NOW, SECOND, World, asked, consent_event
from tests.flows.publishing import changed

VERSION = NOW + SECOND
SIGNED = {"form": FORM_SHA256, "signature": "click"}


@pytest.mark.parametrize("policy_set", ["announced", "house"])
def test_an_allow_is_not_told_again_on_a_consent_that_is_outdated_since(
    deps: World, policy_set: str
) -> None:
    deps.record(consent_event("hers", "grant", person="ann", **SIGNED))
    undeclared = changed(deps, policy_set, at=VERSION, material=False)
    first = undeclared.decide(asked(), at=VERSION + SECOND)
    again = undeclared.decide(asked(), at=VERSION + 2 * SECOND)

    declared = changed(deps, policy_set, at=VERSION, material=True)
    late = declared.decide(asked(), at=VERSION + 3 * SECOND)

    assert first.allows
    assert again == first
    assert not late.allows
    assert late.revision == 2


def test_a_screening_and_its_permit_end_with_a_late_declaration_too(deps: World) -> None:
    deps.record(consent_event("hers", "grant", person="ann", **SIGNED))
    undeclared = changed(deps, "announced", at=VERSION, material=False)
    acme = Screened(undeclared)
    acme.put([row("ann")])
    first = acme.screen(at=VERSION + SECOND)
    issued = acme.issuer.issue(first, audience=ACME, at=VERSION + SECOND)
    assert issued
    again = acme.screen(at=VERSION + 2 * SECOND)
    redeem(undeclared, issued, at=VERSION + 2 * SECOND)

    declared = changed(undeclared, "announced", at=VERSION, material=True)

    with pytest.raises(RevokedPermitError):
        redeem(declared, issued, run_id="run-2", at=VERSION + 3 * SECOND)
    late = Screened(declared, acme.store).screen(at=VERSION + 3 * SECOND)
    assert again == first
    assert (late.allows, late.revision) == (False, 2)


def test_an_allow_that_needs_no_consent_is_told_again_on_an_outdated_one(deps: World) -> None:
    declared = changed(deps, "announced", at=VERSION)
    usage = asked(data=["service_generated.usage"], people=[])
    first = declared.decide(usage, at=VERSION + SECOND)

    assert first.allows
    assert declared.decide(usage, at=VERSION + 2 * SECOND) == first
