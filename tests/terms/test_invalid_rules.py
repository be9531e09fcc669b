"""A rule with anything doubtful in it stops the build, and the error names file and rule."""

from pathlib import Path

import pytest

from consentry_terms.build import build_policy_sets
from consentry_terms.errors import TermsSourceError
from tests.terms.conftest import GOOD, SAID


def rule(text: str, name: str = "mine.second") -> str:
    return f'{GOOD}\n@id("{name}") {SAID} {text}'


DOUBTFUL = {
    "not Cedar": ("permit (principal", None),
    "no rule": ("// nothing", None),
    "no id": (f"{SAID} permit (principal, action, resource);", "policy0"),
    "no clause": (
        '@id("mine.a") @explanation("x") permit (principal, action, resource);',
        "mine.a",
    ),
    "no plain words": (
        '@id("mine.a") @clause("1") permit (principal, action, resource);',
        "mine.a",
    ),
    "empty words": (GOOD.replace("Something.", ""), "mine.first"),
    "an annotation misspelt": ('@interpretaton("x") ' + GOOD, "mine.first"),
    "an id twice": (GOOD + GOOD, "mine.first"),
    "two ids of one rule": ('@id("mine.other") ' + GOOD, None),
    "two clauses of one rule": ('@clause("9") ' + GOOD, None),
    "another policy set's id": (GOOD.replace("mine.", "yours."), "yours.first"),
    "a template": (rule("permit (principal == ?principal, action, resource);"), None),
    "a status misspelt": (
        rule(
            'forbid (principal, action, resource) unless { context.customer == ConsentStatus::"grant" };'
        ),
        "mine.second",
    ),
    "an owner misspelt": (
        rule('forbid (principal == ModelOwner::"3rd_party", action, resource);'),
        "mine.second",
    ),
    "an action that is none": (
        rule('forbid (principal, action == Action::"sell", resource);'),
        "mine.second",
    ),
    "a category misspelt in the scope": (
        rule('forbid (principal, action, resource in DataCategory::"custmer_content");'),
        "mine.second",
    ),
    "a category misspelt in a condition": (
        rule('forbid (principal, action, resource) when { resource in DataCategory::"voice" };'),
        "mine.second",
    ),
    "a branch taken for a leaf": (
        rule('forbid (principal, action, resource == DataCategory::"customer_content");'),
        "mine.second",
    ),
    "a branch taken for a leaf in a condition": (
        rule(
            "forbid (principal, action, resource) when { context.same_service || "
            'resource == DataCategory::"customer_content" };'
        ),
        "mine.second",
    ),
    "a context word that is none": (
        rule("forbid (principal, action, resource) when { context.consented };"),
        "mine.second",
    ),
    "a status compared with an owner": (
        rule(
            "forbid (principal, action, resource) "
            'when { context.same_service || principal == ConsentStatus::"granted" };'
        ),
        "mine.second",
    ),
    "a condition that is never so (a warning of Cedar's)": (
        rule(
            "forbid (principal, action, resource) "
            "when { context.same_service && !context.same_service };"
        ),
        "mine.second",
    ),
    "a permit that is always overruled": (
        GOOD + f'@id("mine.second") {SAID} forbid (principal, action, resource);',
        "mine.first",
    ),
    "an invisible character (a warning of Cedar's)": (GOOD.replace("Some", "So\u202eme"), None),
}


@pytest.mark.parametrize("doubt", DOUBTFUL)
def test_an_invalid_version_stops_the_build(doubt: str, policy_set: Path, tmp_path: Path) -> None:
    text, blamed = DOUBTFUL[doubt]
    (policy_set / "2024-01-01.cedar").write_text(text)

    with pytest.raises(TermsSourceError) as refused:
        build_policy_sets(policy_set, tmp_path / "built")

    assert refused.value.file.endswith("mine/2024-01-01.cedar")
    assert refused.value.rule == blamed
    assert not (tmp_path / "built").exists()
