"""The clauses that `zoom-terms` cites by digest stand in the real texts, and in no other version's."""

from itertools import pairwise

import pytest

from consentry.terms.truth_table_codec import midnight
from consentry_terms.citations import sentence_digest, sentences
from consentry_terms.sources import POLICY_SETS, PolicySetVersion, read_source
from tests.testkit.vendored import ZOOM_TERMS

TEXTS = ZOOM_TERMS
"""Quotations: every sentence that a version cites, wherever it occurs, and what these tests look for."""

SEEN = {
    "2023-03-31": ("2023-04-01",),
    "2023-07-27": ("2023-07-28",),
    "2023-08-07": ("2023-08-07",),
    "2023-08-11": ("2023-08-11", "2026-08-06"),
}
"""Each version to the days on which its text was seen."""
VERSIONS = read_source(POLICY_SETS / "zoom-terms").versions
LEARNING = "machine learning"


def text(seen: str) -> str:
    return (TEXTS / f"tos-seen-{seen}.md").read_text(encoding="utf-8")


def digests(seen: str) -> set[str]:
    return {sentence_digest(sentence) for sentence in sentences(text(seen))}


def cited(version: PolicySetVersion) -> set[str]:
    return {each for digests in version.declared.clauses.values() for each in digests}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.in_force_from)
def test_every_sentence_that_was_read_stands_in_every_text_of_its_version(
    version: PolicySetVersion,
) -> None:
    for seen in SEEN[version.in_force_from]:
        assert cited(version) <= digests(seen), seen


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.in_force_from)
def test_a_version_is_in_force_from_the_day_that_its_text_names(version: PolicySetVersion) -> None:
    day = f"{midnight(version.in_force_from):%B %-d, %Y}"

    assert all(f"Effective Date: {day}" in text(seen) for seen in SEEN[version.in_force_from])


def test_what_a_version_brought_stands_in_no_text_before_it() -> None:
    for before, version in pairwise(VERSIONS):
        brought = cited(version) - cited(before)
        assert brought.isdisjoint(digests(SEEN[before.in_force_from][-1]))


def test_the_texts_of_march_and_july_say_the_same_in_the_clauses_that_were_read() -> None:
    march, july, *_ = VERSIONS

    assert march.declared.clauses == july.declared.clauses


def test_machine_learning_is_spoken_of_from_march_to_august_2023_and_not_before_or_after() -> None:
    days = sorted(path.stem.removeprefix("tos-seen-") for path in TEXTS.glob("tos-seen-*.md"))

    speaking = [day for day in days if LEARNING in text(day)]

    assert days[0] < "2023-03-31"
    assert speaking == ["2023-04-01", "2023-07-28", "2023-08-07"]


def test_going_on_using_the_service_counts_as_acceptance_in_every_version() -> None:
    assert len({version.declared.clauses["15.1"] for version in VERSIONS}) == 1


def test_one_word_changed_is_another_sentence() -> None:
    spoilt = text("2023-08-07").replace("without your consent", "with your consent")

    (sentence,) = VERSIONS[2].declared.clauses["10.4, paragraph after"]
    assert sentence not in {sentence_digest(each) for each in sentences(spoilt)}
