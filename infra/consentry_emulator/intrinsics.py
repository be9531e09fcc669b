"""CloudFormation's intrinsic functions, resolved while a stack is created."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from consentry_emulator.errors import UnknownIntrinsicError, UnresolvedError

NO_VALUE = object()
"""The value of `AWS::NoValue`: a property with it is omitted."""

_PLACEHOLDER = re.compile(r"\$\{(!?)([^}]+)\}")


class Names(Protocol):
    """What intrinsics refer to, implemented by Stack. Both methods raise UnresolvedError for unknown names."""

    def ref(self, name: str) -> Any:
        """The value of a parameter, a pseudo parameter or a resource's `Ref`."""
        ...

    def attribute(self, resource: str, name: str) -> Any:
        """The attribute of a resource, for `Fn::GetAtt`."""
        ...


class Intrinsics:
    """Resolves intrinsics of one template, which has the `conditions`."""

    def __init__(self, names: Names, conditions: Mapping[str, Any]) -> None:
        self._names = names
        self._conditions = conditions

    def value(self, node: Any) -> Any:
        """`node` with every intrinsic resolved, without NO_VALUE entries."""
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((name, argument),) = node.items()
            if name == "Ref":
                return NO_VALUE if argument == "AWS::NoValue" else self._names.ref(argument)
            # A Condition of IAM is an object; a Condition of CloudFormation is a name.
            if name == "Condition" and isinstance(argument, str):
                return self.holds(argument)
            if name.startswith("Fn::"):
                return self._compute(name, argument)
        values = {key: self.value(item) for key, item in node.items()}
        return {key: item for key, item in values.items() if item is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a named condition of the template holds."""
        if condition not in self._conditions:
            raise UnresolvedError(condition, "no such condition")
        return bool(self.value(self._conditions[condition]))

    def _compute(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "Fn::GetAtt", [resource, attribute]:
                return self._names.attribute(resource, self.value(attribute))
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
            if dot:
                return str(self._names.attribute(resource, attribute))
            return str(self._names.ref(name))

        return _PLACEHOLDER.sub(replacement, text)
