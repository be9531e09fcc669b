"""CloudFormation's intrinsic functions, resolved while a stack is created."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from consentry_emulator.errors import UnknownIntrinsicError, UnresolvedError

NO_VALUE = object()
"""The value of `AWS::NoValue`: a property with it is omitted."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """Resolves intrinsics of one template.

    `ref` and `attribute` return what `Ref` and `Fn::GetAtt` refer to. Both raise UnresolvedError for unknown names.
    """

    ref: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    conditions: Mapping[str, Any]

    def value(self, node: Any) -> Any:
        """`node` with every intrinsic resolved, without NO_VALUE entries."""
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return NO_VALUE if argument == "AWS::NoValue" else self.ref(argument)
            # A Condition of IAM is an object; a Condition of CloudFormation is a name.
            if name == "Condition" and isinstance(argument, str):
                return self.holds(argument)
            if name.startswith("Fn::"):
                return self._compute(name, argument)
        values = {key: self.value(item) for key, item in node.items()}
        return {key: item for key, item in values.items() if item is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a named condition of the template holds."""
        if condition not in self.conditions:
            raise UnresolvedError(condition, "no such condition")
        return bool(self.value(self.conditions[condition]))

    def _compute(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "Fn::GetAtt", [resource, attribute]:
                return self.attribute(resource, self.value(attribute))
            case "Fn::Sub", str():
                return self._substitute(argument, {})
            case "Fn::Sub", [str(text), dict(values)]:
                return self._substitute(text, values)
            case "Fn::Join", [str(separator), parts]:
                return separator.join(str(part) for part in self.value(parts))
            case "Fn::Select", [index, parts]:
                return self.value(parts)[int(self.value(index))]
            case "Fn::If", [str(condition), then, otherwise]:
                return self.value(then if self.holds(condition) else otherwise)
            case "Fn::Equals", [left, right]:
                return str(self.value(left)) == str(self.value(right))
            case "Fn::Not", [inner]:
                return not self.value(inner)
            case "Fn::And", list():
                return all(self.value(argument))
            case "Fn::Or", list():
                return any(self.value(argument))
        raise UnknownIntrinsicError(f"the emulator does not support {name}")

    def _substitute(self, text: str, values: dict[str, Any]) -> str:
        def replacement(match: re.Match[str]) -> str:
            literal, name = match.groups()
            if literal:
                return f"${{{name}}}"
            if name in values:
                return str(self.value(values[name]))
            resource, dot, attribute = name.partition(".")
            return str(self.attribute(resource, attribute) if dot else self.ref(name))

        return _PLACEHOLDER.sub(replacement, text)
