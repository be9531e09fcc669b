"""Compiles every version of every policy set, tries its cases, and writes all tables or none."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from consentry.terms.truth_table_codec import decode_table
from consentry_terms.cases import try_cases
from consentry_terms.compiler import compile_version
from consentry_terms.errors import IdleRuleError, UnknownWordError
from consentry_terms.schema import read_schema
from consentry_terms.sources import SCHEMA, PolicySetSource, read_sources
from consentry_terms.truth_table_files import write_index, write_truth_tables
from consentry_terms.vocabularies import VOCABULARIES, CompiledVocabulary, read_vocabularies


@dataclass(frozen=True, slots=True)
class CheckedPolicySet:
    """A policy set that compiles, with cases that hold."""

    source: PolicySetSource
    documents: list[dict[str, Any]]
    cases: int


def check_policy_sets(directory: Path, vocabularies: Path = VOCABULARIES) -> list[CheckedPolicySet]:
    """Every policy set of a directory, compiled and tried; TermsSourceError at the first problem."""
    schema = read_schema(SCHEMA)
    checked = []
    for source in read_sources(directory, vocabularies):
        documents = [compile_version(source, version, schema) for version in source.versions]
        tables = {
            document["in_force_from"]: decode_table(document, source.vocabulary)
            for document in documents
        }
        checked.append(CheckedPolicySet(source, documents, try_cases(source, tables)))
    return checked


def build_policy_sets(
    policy_sets: Path, directory: Path, vocabularies: Path = VOCABULARIES
) -> dict[str, str]:
    """Write every vocabulary with the tables of its policy sets; returns each table's digest.

    A vocabulary's earlier versions are compiled too, so that a decision can be evaluated again under
    the version that it names.
    """
    checked = check_policy_sets(policy_sets, vocabularies)
    digests: dict[str, str] = {}
    index: dict[str, list[str]] = {}
    for name, versions in read_vocabularies(vocabularies).items():
        mine = [each for each in checked if each.source.vocabulary.name == name]
        for version in versions:
            is_last = version is versions[-1]
            compiled = [
                (each.source, each.documents if is_last else _documents_under(each.source, version))
                for each in mine
            ]
            target = directory / name / str(version.words.version)
            written = write_truth_tables(target, version, compiled)
            folder = target.relative_to(directory)
            digests |= {f"{folder}/{table}": digest for table, digest in written.items()}
        index[name] = [version.words.digest for version in versions]
    write_index(directory / "index.json", "vocabularies", index)
    return digests


def _documents_under(source: PolicySetSource, version: CompiledVocabulary) -> list[dict[str, Any]]:
    """The versions of a policy set under an earlier vocabulary, without those that use later words."""
    source, schema = replace(source, vocabulary=version.words), read_schema(SCHEMA)
    documents = []
    for each in source.versions:
        services = {use.service for use in each.declared.material_for if use.service}
        if not services <= version.words.services.keys():
            continue
        try:
            documents.append(compile_version(source, each, schema))
        except (UnknownWordError, IdleRuleError):
            continue  # It was written after this vocabulary was replaced, so no decision used both.
    return documents
