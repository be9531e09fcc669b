"""The directory of compiled terms: index.json lists all files, and damaged, missing or swapped ones are rejected."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consentry.kernel.errors import InvalidTermsError
from consentry.kernel.vocabulary import Operation
from consentry.terms.loader import read_library
from consentry.terms.policy_set import Library, MaterialChange
from consentry.terms.truth_table_codec import midnight
from consentry_terms.truth_table_files import write_index
from tests.terms.conftest import BUILT
from tests.testkit.meeting_words import LEAVES_UNDER, Role

FIRST = "meetings/1"
"""The folder of the first version of the vocabulary."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT, tmp_path / "terms"))


def entries_of(directory: Path) -> dict[str, Any]:
    """The entries of the index of policy sets."""
    entries: dict[str, Any] = json.loads((directory / FIRST / "policy_sets.json").read_text())[
        "policy_sets"
    ]
    return entries


def test_policy_sets_are_loaded_with_their_kind_roles_and_required_people(library: Library) -> None:
    announced, house = library.policy_sets["announced"], library.policy_sets["house"]

    assert (announced.kind, house.kind) == ("terms", "guardrails")
    first, second = announced.versions[-1], house.versions[-1]
    assert first.counted_roles == second.counted_roles == frozenset(Role)
    assert first.people_required_for == frozenset()
    assert second.people_required_for == frozenset(LEAVES_UNDER["customer_content"])


@pytest.mark.parametrize(
    "name",
    [
        "index.json",
        f"{FIRST}/policy_sets.json",
        f"{FIRST}/vocabulary.json",
        f"{FIRST}/house@2020-01-01.json",
    ],
)
@pytest.mark.parametrize(
    "content", ["", "{", "{}", "[]", "null", '{"house": {}}', '{"meetings": []}']
)
def test_a_damaged_file_is_rejected(name: str, content: str, directory: Path) -> None:
    (directory / name).write_text(content)

    with pytest.raises(InvalidTermsError):
        read_library(directory, "meetings")


@pytest.mark.parametrize(
    "name",
    [
        "index.json",
        f"{FIRST}/policy_sets.json",
        f"{FIRST}/vocabulary.json",
        f"{FIRST}/announced@2023-07-27.json",
    ],
)
def test_a_missing_file_is_rejected(name: str, directory: Path) -> None:
    (directory / name).unlink()

    with pytest.raises(InvalidTermsError):
        read_library(directory, "meetings")


def test_a_swapped_table_is_rejected(directory: Path) -> None:
    shutil.copy(
        directory / FIRST / "announced@2023-07-27.json", directory / FIRST / "house@2020-01-01.json"
    )

    with pytest.raises(InvalidTermsError, match="index lists"):
        read_library(directory, "meetings")


def test_policy_sets_are_loaded_with_their_material_changes(library: Library) -> None:
    changes = {name: policy_set.material for name, policy_set in library.policy_sets.items()}

    came = midnight("2023-08-11")
    training = (Operation.FINE_TUNE, Operation.PRETRAIN)
    assert changes == {
        "announced": (),
        "house": (),
        "zoom-terms": tuple(MaterialChange(came, operation) for operation in training),
    }


@pytest.mark.parametrize(
    "declared",
    [None, [{}], [{"operation": "train"}], [{"operation": "infer", "service": "x"}], [7]],
    ids=str,
)
def test_a_missing_or_unknown_material_change_is_rejected(
    directory: Path, declared: object
) -> None:
    entries = entries_of(directory)
    version = entries["house"]["versions"][0]
    version["material_for"] = declared
    if declared is None:
        del version["material_for"]
    write_index(directory / FIRST / "policy_sets.json", "policy_sets", entries)

    with pytest.raises(InvalidTermsError):
        read_library(directory, "meetings")


def test_a_policy_set_of_an_unknown_kind_is_rejected(directory: Path) -> None:
    entries = entries_of(directory)
    entries["house"]["kind"] = "advice"
    write_index(directory / FIRST / "policy_sets.json", "policy_sets", entries)

    with pytest.raises(InvalidTermsError):
        read_library(directory, "meetings")


def without_material_changes(text: str) -> str:
    return re.sub(r'"material_for":\[\{.*?\]', '"material_for":[]', text)


def without_the_last_version(text: str) -> str:
    document = json.loads(text)
    document["policy_sets"]["zoom-terms"]["versions"].pop()
    return json.dumps(document)


def with_terms_as_guardrails(text: str) -> str:
    return text.replace('"kind":"guardrails"', '"kind":"terms"')


@pytest.mark.parametrize(
    "change",
    [without_material_changes, without_the_last_version, with_terms_as_guardrails],
    ids=lambda change: change.__name__,
)
def test_an_index_that_was_changed_is_rejected(
    directory: Path, change: Callable[[str], str]
) -> None:
    path = directory / FIRST / "policy_sets.json"
    changed = change(before := path.read_text())
    path.write_text(changed)

    assert changed != before
    with pytest.raises(InvalidTermsError, match="digest"):
        read_library(directory, "meetings")


def test_a_list_of_vocabularies_that_was_changed_is_rejected(directory: Path) -> None:
    path = directory / "index.json"
    document = json.loads(path.read_text())
    document["vocabularies"]["meetings"] *= 2
    path.write_text(json.dumps(document))

    with pytest.raises(InvalidTermsError, match="digest"):
        read_library(directory, "meetings")


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("index.json", "vocabularies"),
        (f"{FIRST}/policy_sets.json", "policy_sets"),
        (f"{FIRST}/vocabulary.json", "roles"),
        (f"{FIRST}/house@2020-01-01.json", "people_required_for"),
    ],
)
def test_a_compiled_file_that_names_a_field_twice_is_rejected(
    directory: Path, name: str, field: str
) -> None:
    path = directory / name
    document = json.loads(path.read_text())
    path.write_text(f'{{"{field}": [], ' + json.dumps(document)[1:])

    with pytest.raises(InvalidTermsError, match="twice"):
        read_library(directory, "meetings")
