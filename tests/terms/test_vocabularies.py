"""A vocabulary is read as it is written, and every fault in its files stops the build with the file's name."""

import json
import re
from pathlib import Path

import pytest

from consentry.kernel.vocabulary import Vocabulary
from consentry.terms.loader import read_library
from consentry_terms.build import build_policy_sets, check_policy_sets
from consentry_terms.errors import IdleRuleError, TermsSourceError
from consentry_terms.row_grouping import branch_names, data_name
from consentry_terms.vocabularies import VOCABULARIES, read_versions, read_vocabularies

WORD = "{label: L, description: D}"
FILE = f"""\
data_categories:
  notes:
    label: Notes
    description: What people wrote.
    categories:
      draft: {WORD}
services:
  search: {WORD}
roles:
  author: {WORD}
"""
README = VOCABULARIES.parent / "README.md"
TWO_DRAFTS = FILE.replace(f"draft: {WORD}", f"draft: {WORD}\n      final: {WORD}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "vocabularies" / "mine"
    path.mkdir(parents=True)
    (path / "1.yaml").write_text(FILE)
    return path


def words_of(folder: Path) -> Vocabulary:
    return read_versions(folder)[-1].words


def problem_of(folder: Path) -> str:
    with pytest.raises(TermsSourceError) as raised:
        read_versions(folder)
    assert raised.value.file.startswith(str(folder))
    return raised.value.problem


# -- The vocabularies that are deployed ------------------------------------------------------------


@pytest.fixture(scope="module")
def deployed() -> dict[str, Vocabulary]:
    return {name: versions[-1].words for name, versions in read_vocabularies().items()}


def test_a_vocabulary_may_have_three_levels(deployed: dict[str, Vocabulary]) -> None:
    words = deployed["product-analytics"]

    assert words.leaves_under["session_replay"] == (
        "session_replay.screen",
        "session_replay.input.typed_text",
        "session_replay.input.pointer",
    )
    assert "session_replay.input" not in words.leaves


def test_the_two_vocabularies_have_no_word_in_common(deployed: dict[str, Vocabulary]) -> None:
    meetings, analytics = deployed["meetings"], deployed["product-analytics"]

    for kind in ("data_categories", "services", "roles"):
        assert not getattr(meetings, kind).keys() & getattr(analytics, kind).keys()


def test_a_vocabulary_need_not_have_a_role_that_speaks(deployed: dict[str, Vocabulary]) -> None:
    assert deployed["meetings"].speaker == "speaker"
    assert deployed["product-analytics"].speaker is None


def test_the_example_in_the_readme_is_a_vocabulary(folder: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    (folder / "1.yaml").write_text(example)

    assert words_of(folder).leaves == ("session_replay.screen",)


# -- What YAML would change is read as it is written --------------------------------------------------


@pytest.mark.parametrize("word", ["on", "yes", "null", "off"])
def test_a_word_that_yaml_reads_as_a_boolean_is_text(word: str, folder: Path) -> None:
    (folder / "1.yaml").write_text(FILE.replace("search:", f"{word}:"))

    assert list(words_of(folder).services) == [word]


@pytest.mark.parametrize("label", ["No", "2026-01-31", "7", "1_000", "~"])
def test_a_label_is_the_text_that_is_written(label: str, folder: Path) -> None:
    (folder / "1.yaml").write_text(FILE.replace("label: Notes", f"label: {label}"))

    assert words_of(folder).data_categories["notes"].label == label


def test_line_ends_and_a_byte_order_mark_change_nothing(folder: Path) -> None:
    digest = words_of(folder).digest
    (folder / "1.yaml").write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())

    assert words_of(folder).digest == digest


# -- Faults in a file ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("roles:", "services:", "names services twice, line 9", id="a section twice"),
        pytest.param(
            f"  search: {WORD}",
            f"  search: {WORD}\n  search: {WORD}",
            "names search twice, line 9",
            id="a word twice",
        ),
        pytest.param(
            "label: Notes",
            "colour: red",
            "data_categories.notes: has an unknown field",
            id="a field",
        ),
        pytest.param("roles:", "people:", "has an unknown field", id="a section that is unknown"),
        pytest.param("search:", "Search:", "services.Search: is not an id", id="a capital letter"),
        pytest.param("search:", "é:", "services.é: is not an id", id="a letter with an accent"),
        pytest.param("search:", "a.b:", "services.a.b: is not an id", id="a dot in an id"),
        pytest.param("search:", f"{'s' * 41}:", "is not an id", id="a long id"),
        pytest.param("search:", "2026-01-31:", "services.2026-01-31: is not an id", id="a date"),
        pytest.param("search:", "7:", "services.7: is not an id", id="a number"),
        pytest.param("    label: Notes", "\tlabel: Notes", "'\\t' that cannot start", id="a tab"),
        pytest.param("search:", "? [a]\n  :", "a key must be text, line 8", id="a list as a key"),
        pytest.param("search:", "{a: b}:", "a key must be text", id="a mapping as a key"),
        pytest.param("search: {", "search: &s {", "anchors (&), aliases (*)", id="an anchor"),
        pytest.param(f"author: {WORD}", "author: *s", "anchors (&), aliases (*)", id="an alias"),
        pytest.param("author: {", "author: {<<: {}, ", "merge keys (<<)", id="a merge key"),
        pytest.param("label: Notes", "label: !!str Notes", "tags (!)", id="a tag"),
        pytest.param(f"search: {WORD}", "- search", "services", id="a list of services"),
        pytest.param(f"search: {WORD}", "search: Search", "services.search", id="a word as text"),
        pytest.param(
            f"    categories:\n      draft: {WORD}\n",
            "    categories: {}\n",
            "data_categories.notes.categories: Dictionary should have at least 1",
            id="a branch without categories",
        ),
        pytest.param(f"draft: {WORD}", "", "data_categories.notes.categories", id="nothing under"),
        pytest.param(f"services:\n  search: {WORD}\n", "", "services", id="no services"),
        pytest.param("label: Notes", "label: ' '", "one line of visible text", id="a blank label"),
        pytest.param("label: Notes", 'label: "a\\nb"', "one line of", id="a label of two lines"),
        pytest.param("Notes", "No\u202etes", "one line of visible", id="an invisible character"),
        pytest.param("What people", "x" * 200, "description", id="a long description"),
        pytest.param("search: {", "search: {dpv: 'x:Y', ", "services.search.dpv", id="another dpv"),
        pytest.param("search: {", "search: {speaks: true, ", "services.search", id="it speaks"),
        pytest.param("author: {", "author: {speaks: maybe, ", "speaks", id="it speaks maybe"),
        pytest.param("label: Notes", 'label: "Notes', "unexpected end of stream", id="open quote"),
        pytest.param("Notes", "No\x07tes", "a character that YAML does not", id="a bell"),
        pytest.param("roles:", "---\nroles:", "found another document", id="two documents"),
    ],
)
def test_a_fault_names_the_field_or_the_line(
    before: str, after: str, problem: str, folder: Path
) -> None:
    assert before in FILE
    (folder / "1.yaml").write_text(FILE.replace(before, after, 1))

    assert problem in problem_of(folder)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "is empty; it needs data_categories, services, roles", id="empty"),
        pytest.param(b"# later\n", "is empty", id="only a comment"),
        pytest.param(b"- notes\n", "must be a mapping", id="a list"),
        pytest.param(b"notes", "must be a mapping", id="text"),
        pytest.param(b"a: \xff", "is not UTF-8", id="not UTF-8"),
        pytest.param(b"a: " + b"[" * 5000, "is nested too deeply", id="very deep"),
    ],
)
def test_a_file_that_is_no_vocabulary_is_an_error(
    content: bytes, problem: str, folder: Path
) -> None:
    (folder / "1.yaml").write_bytes(content)

    assert problem in problem_of(folder)


def test_two_roles_that_speak_are_an_error(folder: Path) -> None:
    speaker = "{label: L, description: D, speaks: true}"
    (folder / "1.yaml").write_text(FILE.replace(f"author: {WORD}", f"a: {speaker}\n  b: {speaker}"))

    assert "two roles" in problem_of(folder)


def test_more_categories_than_a_decision_can_store_are_an_error(folder: Path) -> None:
    leaves = "\n      ".join(f"leaf_{number}: {WORD}" for number in range(60))
    (folder / "1.yaml").write_text(FILE.replace(f"draft: {WORD}", leaves))

    assert "too many data categories" in problem_of(folder)


# -- Versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other", ["3.yaml", "0.yaml", "01.yaml", "2.yml", "2.YAML", "draft.yaml", "1.5.yaml", "².yaml"]
)
def test_no_file_of_a_vocabulary_is_ignored(other: str, folder: Path) -> None:
    (folder / other).write_text(FILE)

    assert f"has {other}; its files are 1.yaml, 2.yaml" in problem_of(folder)


def test_a_folder_without_a_version_is_an_error(folder: Path) -> None:
    (folder / "1.yaml").unlink()

    assert problem_of(folder) == "cannot be read"


@pytest.mark.parametrize("name", ["Mine", "my_words", "1st", "a b"])
def test_a_folder_with_another_name_is_an_error(name: str, folder: Path) -> None:
    other = folder.rename(folder.with_name(name))

    assert "only a-z, 0-9 and hyphens" in problem_of(other)


@pytest.mark.parametrize("directory", ["absent", "."], ids=["none", "an empty one"])
def test_a_directory_without_a_vocabulary_is_an_error(directory: str, tmp_path: Path) -> None:
    with pytest.raises(TermsSourceError, match="no folder with a vocabulary"):
        read_vocabularies(tmp_path / directory)


def test_a_later_version_may_add_words_and_change_labels(folder: Path) -> None:
    (folder / "2.yaml").write_text(TWO_DRAFTS.replace("label: Notes", "label: Texts"))

    first, second = (version.words for version in read_versions(folder))
    assert second.leaves == (*first.leaves, "notes.final")
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        pytest.param("search:", "find:", "services: lacks search", id="a service"),
        pytest.param("author:", "writer:", "roles: lacks author", id="a role"),
        pytest.param("draft:", "text:", "data_categories: lacks notes.draft", id="a leaf"),
        pytest.param(
            f"    categories:\n      draft: {WORD}\n",
            "",
            "data_categories: lacks notes.draft",
            id="a branch that became a leaf",
        ),
        pytest.param(
            f"draft: {WORD}",
            f"draft: {{label: L, description: D, categories: {{short: {WORD}}}}}",
            "data_categories: notes.draft has categories now",
            id="a leaf that became a branch",
        ),
    ],
)
def test_a_word_is_never_removed(before: str, after: str, problem: str, folder: Path) -> None:
    assert before in FILE
    (folder / "2.yaml").write_text(FILE.replace(before, after))

    with pytest.raises(TermsSourceError, match=r"2\.yaml") as raised:
        read_versions(folder)
    assert raised.value.problem.startswith(problem)


# -- Policy sets and their vocabulary ------------------------------------------------------------------

ABOUT = {
    "kind": "terms",
    "vocabulary": "mine",
    "counted_roles": ["author"],
    "people_required_for": ["notes"],
}
RULE = '@id("terms.{}") @clause("1") @explanation("Something.") permit (principal, action, resource{});'
ALL_DATA = RULE.format("all", "")


@pytest.fixture
def terms(folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "policy_sets" / "terms"
    path.mkdir(parents=True)
    (path / "policy_set.json").write_text(json.dumps(ABOUT))
    (path / "2024-01-01.cedar").write_text(ALL_DATA)
    return path


@pytest.mark.parametrize("name", ["", ".", "..", "absent", "mine/", "../vocabularies/mine", "Mine"])
def test_a_policy_set_names_a_folder_of_the_vocabularies(
    name: str, terms: Path, folder: Path
) -> None:
    (terms / "policy_set.json").write_text(json.dumps(ABOUT | {"vocabulary": name}))

    with pytest.raises(TermsSourceError, match=r"policy_set\.json: vocabulary: "):
        check_policy_sets(terms, folder.parent)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("counted_roles", ["host"]),
        ("counted_roles", "host_and_speakers"),
        ("counted_roles", []),
        ("people_required_for", ["customer_content"]),
    ],
)
def test_a_policy_set_uses_the_words_of_its_vocabulary(
    field: str, value: object, terms: Path, folder: Path
) -> None:
    (terms / "policy_set.json").write_text(json.dumps(ABOUT | {field: value}))

    with pytest.raises(TermsSourceError, match=rf"policy_set\.json: {field}"):
        check_policy_sets(terms, folder.parent)


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        pytest.param(
            RULE.format("final", ' == DataCategory::"notes.final"'), None, id="a later category"
        ),
        pytest.param(
            ALL_DATA,
            {"material_for": [{"operation": "infer", "service": "print"}], "clauses": {}},
            id="a later service",
        ),
        pytest.param(
            RULE.format("rest", ' in DataCategory::"notes"').replace(
                ";", ' unless { resource == DataCategory::"notes.draft" };'
            ),
            None,
            id="only earlier words, but only on a later category",
        ),
    ],
)
def test_a_version_of_terms_for_later_words_is_left_out_of_earlier_vocabularies(
    text: str, declared: object, terms: Path, folder: Path, tmp_path: Path
) -> None:
    (folder / "2.yaml").write_text(
        TWO_DRAFTS.replace(f"search: {WORD}", f"search: {WORD}\n  print: {WORD}")
    )
    (terms / "2025-01-01.cedar").write_text(text)
    if declared:
        (terms / "2025-01-01.json").write_text(json.dumps(declared))
    first, second = (version.words.digest for version in read_versions(folder))

    build_policy_sets(terms.parent, tmp_path / "built", folder.parent)

    versions = {
        digest: [each.version for each in library.policy_sets["terms"].versions]
        for digest in (first, second)
        for library in [read_library(tmp_path / "built", "mine", digest)]
    }
    assert versions == {first: ["2024-01-01"], second: ["2024-01-01", "2025-01-01"]}


def test_a_rule_that_decides_nothing_is_an_error_under_the_last_vocabulary(
    terms: Path, folder: Path
) -> None:
    (terms / "2025-01-01.cedar").write_text(
        RULE.format("rest", ' in DataCategory::"notes"').replace(
            ";", ' unless { resource == DataCategory::"notes.draft" };'
        )
    )

    with pytest.raises(IdleRuleError, match=r"terms\.rest: decides no row"):
        check_policy_sets(terms, folder.parent)


# -- Names for people ------------------------------------------------------------------------------


def test_a_whole_branch_of_a_deep_tree_is_one_name() -> None:
    words = words_of(VOCABULARIES / "product-analytics")
    replay = words.leaves_under["session_replay"]
    tool_calls = words.leaves_under["model_traces.tool_calls"]

    assert branch_names(replay, words) == ("session_replay",)
    assert data_name(replay, words) == "session_replay"
    assert data_name((*replay[:1], *tool_calls), words) == "screen, model_traces.tool_calls"
    assert branch_names((*replay[:2], *tool_calls), words) == (
        "session_replay: screen",
        "session_replay.input: typed_text",
        "model_traces.tool_calls",
    )


def test_leaves_with_the_same_last_part_are_named_in_full(folder: Path) -> None:
    letters = FILE.replace(
        "services:",
        "  letters:\n    label: L\n    description: D\n    categories:\n"
        f"      draft: {WORD}\n      sent: {WORD}\nservices:",
    ).replace(f"draft: {WORD}", f"draft: {WORD}\n      stored: {WORD}", 1)
    (folder / "1.yaml").write_text(letters)
    words = words_of(folder)

    assert data_name(("notes.draft", "letters.draft"), words) == "notes.draft, letters.draft"
    assert data_name(("notes.stored", "letters.sent"), words) == "stored, sent"
