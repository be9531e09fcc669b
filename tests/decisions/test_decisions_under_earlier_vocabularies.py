"""A decision names its vocabulary, and can be evaluated again under it after the vocabulary has grown."""

import shutil
from pathlib import Path

import pytest

from consentry.decisions.decision import Decision, reevaluate
from consentry.kernel.errors import InvalidRequestError, InvalidTermsError
from consentry.kernel.vocabulary import Vocabulary, compiled_directory, read_vocabulary, using
from consentry.terms.assignment import Assignment
from consentry.terms.loader import read_library
from consentry_terms.build import build_policy_sets
from consentry_terms.sources import POLICY_SETS
from consentry_terms.vocabularies import VOCABULARIES
from tests.testkit.builders.dependencies import FakeDependencies, use_request
from tests.testkit.fakes.dynamodb import FakeDynamoDB
from tests.testkit.fakes.dynamodb_tables import create_tables

BEFORE = "      audio:\n"
NEW_CATEGORY = "      caption:\n        label: Caption\n        description: Live captions.\n"


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled terms of a vocabulary with two versions; the second has one more data category."""
    folder = tmp_path_factory.mktemp("grown")
    shutil.copytree(POLICY_SETS / "announced", folder / "policy_sets" / "announced")
    versions = Path(
        shutil.copytree(VOCABULARIES / "meetings", folder / "vocabularies" / "meetings")
    )
    text = (versions / "1.yaml").read_text("utf-8")
    (versions / "2.yaml").write_text(text.replace(BEFORE, NEW_CATEGORY + BEFORE, 1), "utf-8")
    build_policy_sets(folder / "policy_sets", folder / "terms", versions.parent)
    return folder / "terms"


def first_version(terms: Path) -> Vocabulary:
    return read_vocabulary(terms / "meetings" / "1" / "vocabulary.json")


def last_version(terms: Path) -> Vocabulary:
    return read_vocabulary(compiled_directory(terms, "meetings") / "vocabulary.json")


def decide(terms: Path, vocabulary: Vocabulary, data: str) -> Decision:
    library = read_library(terms, "meetings", vocabulary.digest)
    client = FakeDynamoDB()
    create_tables(client)
    deps = FakeDependencies(client, library=library, assignment=Assignment("announced"))
    with using(lambda: vocabulary):
        return deps.decide(use_request(data=[data]))


@pytest.mark.promise(6)
def test_a_decision_names_its_vocabulary_and_reevaluates_after_the_vocabulary_has_grown(
    terms: Path,
) -> None:
    earlier = first_version(terms)
    decision = decide(terms, earlier, "customer_content")

    again = reevaluate(decision, read_library(terms, "meetings", decision.vocabulary))

    assert decision.vocabulary == earlier.digest != last_version(terms).digest
    assert again == decision


def test_the_last_version_of_a_vocabulary_decides_on_its_new_words(terms: Path) -> None:
    later = last_version(terms)

    decision = decide(terms, later, "customer_content")

    assert decision.vocabulary == later.digest
    assert "customer_content.caption" in decision.facts.data


def test_a_word_that_was_added_later_is_unknown_under_the_earlier_vocabulary(terms: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"data\.0"):
        decide(terms, first_version(terms), "customer_content.caption")


def test_another_version_of_the_vocabulary_is_noticed(terms: Path) -> None:
    decision = decide(terms, first_version(terms), "customer_content")

    again = reevaluate(decision, read_library(terms, "meetings"))

    assert again.vocabulary != decision.vocabulary
    assert again.truth_tables.keys() == decision.truth_tables.keys()
    assert again.truth_tables != decision.truth_tables


def test_an_unknown_vocabulary_is_an_error(terms: Path) -> None:
    with pytest.raises(InvalidTermsError, match="lack the vocabulary"):
        read_library(terms, "meetings", "sha256:unknown")
