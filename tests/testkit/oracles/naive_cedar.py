"""A second, slow evaluator: it reads the Cedar text of our policy sets and evaluates one row.

It shares nothing with the compiler: no cedarpy, no table, its own reading of the schema's groups.
It knows only the part of Cedar that our policy sets use, and fails on anything else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import Any

type Entity = tuple[str, str]
type CedarRequest = dict[str, Any]
type Expression = Callable[[CedarRequest], Any]

_TOKEN = re.compile(
    r'\s+|//[^\n]*|"(?:[^"\\]|\\.)*"|::|==|!=|&&|\|\||[A-Za-z_]\w*|[@(){}\[\],;.!]', re.DOTALL
)


SCHEMA = Path(__file__).parents[3] / "layers" / "terms" / "consentry.cedarschema"


@dataclass
class Policy:
    """One permit or forbid, its scope and conditions as one list of tests that must all hold."""

    effect: str
    id: str
    tests: list[Expression] = field(default_factory=list)

    def applies(self, cedar_request: CedarRequest) -> bool:
        return all(test(cedar_request) for test in self.tests)


class Parser:
    """Recursive descent over the tokens of one file."""

    def __init__(self, text: str, action_groups: dict[str, str]) -> None:
        self.tokens = _tokens(text)
        self.groups = action_groups

    def policies(self) -> list[Policy]:
        found = []
        while self.tokens:
            found.append(self.policy())
        return found

    def policy(self) -> Policy:
        annotations: dict[str, str] = {}
        while self.accept("@"):
            name = self.take()
            self.expect("(")
            annotations[name] = self.string()
            self.expect(")")
        policy = Policy(effect=self.take(), id=annotations["id"])
        assert policy.effect in ("permit", "forbid")
        self.expect("(")
        for variable, end in (("principal", ","), ("action", ","), ("resource", ")")):
            self.expect(variable)
            policy.tests.append(self.comparison(itemgetter(variable)))
            self.expect(end)
        while not self.accept(";"):
            policy.tests.append(self.condition())
        return policy

    def condition(self) -> Expression:
        kind = self.take()
        assert kind in ("when", "unless")
        self.expect("{")
        body = self.disjunction()
        self.expect("}")
        return body if kind == "when" else lambda cedar_request: not body(cedar_request)

    def disjunction(self) -> Expression:
        parts = [self.conjunction()]
        while self.accept("||"):
            parts.append(self.conjunction())
        return (
            parts[0]
            if len(parts) == 1
            else lambda cedar_request: any(part(cedar_request) for part in parts)
        )

    def conjunction(self) -> Expression:
        parts = [self.comparison(self.value())]
        while self.accept("&&"):
            parts.append(self.comparison(self.value()))
        return (
            parts[0]
            if len(parts) == 1
            else lambda cedar_request: all(part(cedar_request) for part in parts)
        )

    def comparison(self, left: Expression) -> Expression:
        """What follows a value: `==`, `!=`, `in`, or nothing (a bare scope variable always fits)."""
        if self.accept("=="):
            right = self.value()
            return lambda cedar_request: left(cedar_request) == right(cedar_request)
        if self.accept("!="):
            right = self.value()
            return lambda cedar_request: left(cedar_request) != right(cedar_request)
        if self.accept("in"):
            among = self.values() if self.accept("[") else [self.value()]
            return lambda cedar_request: any(
                self.within(left(cedar_request), right(cedar_request)) for right in among
            )
        return left

    def values(self) -> list[Expression]:
        found = [self.value()]
        while self.accept(","):
            found.append(self.value())
        self.expect("]")
        return found

    def value(self) -> Expression:
        if self.accept("!"):
            inner = self.value()
            return lambda cedar_request: not inner(cedar_request)
        if self.accept("("):
            inner = self.disjunction()
            self.expect(")")
            return inner
        word = self.take()
        if word == "context":
            self.expect(".")
            attribute = self.take()
            return lambda cedar_request: cedar_request["context"][attribute]
        if word in ("principal", "action", "resource"):
            return lambda cedar_request: cedar_request[word]
        self.expect("::")
        entity = (word, self.string())
        return lambda cedar_request: entity

    def within(self, entity: Entity, ancestor: Entity) -> bool:
        return entity == ancestor or ancestor in self.ancestors(entity)

    def ancestors(self, entity: Entity) -> list[Entity]:
        kind, name = entity
        if kind == "DataCategory":
            steps = name.split(".")
            return [(kind, ".".join(steps[:depth])) for depth in range(1, len(steps))]
        above = self.groups.get(name) if kind == "Action" else None
        return [(kind, above), *self.ancestors((kind, above))] if above else []

    def take(self) -> str:
        return self.tokens.pop(0)

    def string(self) -> str:
        token = self.take()
        assert token[0] == '"'
        return token[1:-1].replace('\\"', '"')

    def accept(self, token: str) -> bool:
        return self.tokens[0] == token and bool(self.tokens.pop(0))

    def expect(self, token: str) -> None:
        assert self.accept(token), f"expected {token} before {self.tokens[:5]}"


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        assert match, f"not in our part of Cedar: {text[at : at + 20]!r}"
        at = match.end()
        if match[0].strip() and not match[0].startswith("//"):
            tokens.append(match[0])
    return tokens


def read_policies(path: Path) -> list[Policy]:
    """The policies of one Cedar file."""
    return Parser(path.read_text(), action_groups(SCHEMA.read_text())).policies()


def action_groups(schema: str) -> dict[str, str]:
    """Each action to the group that the schema's text puts it in."""
    groups: dict[str, str] = {}
    for names, group in re.findall(r'action ((?:"\w+"(?:, )?)+) in \[Action::"(\w+)"\]', schema):
        groups |= dict.fromkeys(re.findall(r"\w+", names), group)
    return groups


def answer(policies: list[Policy], cedar_request: CedarRequest) -> tuple[str, set[str]]:
    """The ruling and the deciding rules: any forbid, else any permit, else not covered."""
    applying = [policy for policy in policies if policy.applies(cedar_request)]
    for effect in ("forbid", "permit"):
        if deciding := {policy.id for policy in applying if policy.effect == effect}:
            return effect, deciding
    return "not_covered", set()
