"""Reads CloudFormation's YAML, with its short tags (`!Ref`, `!GetAtt` ...), as plain data."""

from pathlib import Path
from typing import Any

import yaml

# Ten times faster in C, if PyYAML was built with it.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]
    """Safe YAML in which `!Tag value` becomes `{"Fn::Tag": value}`."""


def _long_form(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        value: Any = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = loader.construct_scalar(node)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _long_form)


def read(path: Path) -> dict[str, Any]:
    """The template at `path`, with tags in their long form."""
    with path.open(encoding="utf-8") as text:
        template: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    return template
