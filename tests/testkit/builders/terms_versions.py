"""Publish a terms version with the same rules, with or without a material change."""

from dataclasses import replace
from datetime import datetime

from consentry.kernel.vocabulary import Operation
from consentry.terms.policy_set import Library, MaterialChange, PolicySet
from tests.testkit.builders.dependencies import NOW, FakeDependencies, library


def policy_set(name: str, *, at: datetime, material: bool) -> PolicySet:
    """A policy set with one more version. The rules are the same; `material` is for fine-tuning."""
    known = library().policy_sets[name]
    version = replace(known.versions[-1], in_force_from=at)
    changes = (MaterialChange(at, Operation.FINE_TUNE),) if material else ()
    return replace(known, versions=(*known.versions, version), material=changes)


def publish_version(
    deps: FakeDependencies, name: str, *, at: datetime = NOW, material: bool = True
) -> FakeDependencies:
    """The dependencies after the version was published."""
    policy_sets = {**library().policy_sets, name: policy_set(name, at=at, material=material)}
    return FakeDependencies(deps.client, library=Library(policy_sets))
