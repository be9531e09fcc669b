"""No one can grant in the name of unidentified people; a refusal or withdrawal is always recorded."""

import pytest

from consentry.kernel.errors import InvalidRequestError
from tests.testkit.builders.dependencies import FakeDependencies, consent_event


@pytest.mark.parametrize("label", ["SPEAKER_00", "spk_1", "unknown", "<NA>", " "])
def test_a_grant_in_the_name_of_a_placeholder_is_rejected(
    deps: FakeDependencies, label: str
) -> None:
    with pytest.raises(InvalidRequestError, match=r"^party\.person: "):
        deps.record(consent_event("g", "grant", person=label))


@pytest.mark.parametrize("kind", ["refusal", "withdrawal"])
def test_a_refusal_or_withdrawal_under_such_a_label_is_recorded(
    deps: FakeDependencies, kind: str
) -> None:
    recorded = deps.record(consent_event("w", kind, person="s1"))

    assert recorded.state.version == 1
