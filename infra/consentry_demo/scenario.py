"""The scenario file: sections of steps, each with one verb and what its result must be."""

import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SCENARIOS = Path(__file__).with_name("scenarios")
VERBS = {
    *("send", "call", "command", "execute", "screen", "permit", "ask_by_date", "deliver"),
    *("dead_letters", "published", "text"),
}
PRESENT = "present"
"""An expected value that only says that the field has a value."""


class InvalidScenarioError(Exception):
    """The scenario file does not have the shape of this module."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatedQuestion(_Model):
    """The clock's date, the date of collection, and the outcomes with and without the customer's consent."""

    clock: str
    collected: str
    granted: str
    none: str


class AskByDate(_Model):
    """One request for two customers, one that consents and one that does not, on several dates."""

    consenting: str
    others: str
    request: Mapping[str, Any]
    rows: tuple[DatedQuestion, ...]


class Step(_Model):
    """One step; exactly one of VERBS is set. The comment in scenarios/meetings.yaml describes the verbs."""

    send: str = ""
    call: str = ""
    command: str = ""
    execute: Mapping[str, Any] = {}
    screen: str = ""
    permit: str = ""
    ask_by_date: AskByDate | None = None
    deliver: bool = False
    dead_letters: Mapping[str, int] = {}
    published: str = ""
    text: str = ""

    say: str = ""
    as_: str = Field("operator", alias="as")
    body: Any = None
    files: Mapping[str, str] = {}
    clock: str | None = None
    expect: Mapping[str, Any] = {}
    save: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _one_verb(self) -> "Step":
        if len(VERBS & self.model_fields_set) != 1:
            raise ValueError(f"a step has one of the verbs {', '.join(sorted(VERBS))}")
        return self

    @property
    def verb(self) -> str:
        """The verb that is set."""
        (verb,) = VERBS & self.model_fields_set
        return verb


class Section(_Model):
    """A titled part, or the screening request of recorded meetings, which is played if any are given."""

    title: str = ""
    steps: tuple[Step, ...] = ()
    recorded_meetings: Mapping[str, Any] | None = None


class Scenario(_Model):
    """Who calls (the claims of their tokens), and the sections in their order.

    `parameters`: the template's parameters that differ from their defaults.
    """

    parameters: Mapping[str, str] = {}
    callers: Mapping[str, Mapping[str, str]]
    sections: tuple[Section, ...]


class _Loader(yaml.SafeLoader):
    """A SafeLoader that rejects a repeated key. PyYAML keeps the last one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        # Merged keys (<<) are added later: the keys of the mapping itself may override them.
        seen = set[str]()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                problem = f"names {key.value} twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else "")
        return super().construct_mapping(node, deep)


def load(path: Path) -> Scenario:
    """The scenario of a file; InvalidScenarioError names the field."""
    try:
        document = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
        return Scenario.model_validate(document)
    except (ValidationError, yaml.YAMLError) as invalid:
        raise InvalidScenarioError(f"{path.name}: {invalid}") from invalid


def substitute(value: Any, saved: Mapping[str, Any]) -> Any:
    """A value with every ${name} replaced by what earlier steps saved; KeyError for an unknown name."""
    if isinstance(value, str):
        if whole := re.fullmatch(r"\$\{(\w+)\}", value):
            return saved[whole[1]]
        return re.sub(r"\$\{(\w+)\}", lambda name: str(saved[name[1]]), value)
    if isinstance(value, Mapping):
        return {name: substitute(each, saved) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [substitute(each, saved) for each in value]
    return value


def differences(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """What is otherwise than expected, one sentence per field."""
    return [
        f"{name} is {found.get(name)!r} instead of {value!r}"
        for name, value in expected.items()
        if not (found.get(name) if value == PRESENT else found.get(name) == value)
    ]
