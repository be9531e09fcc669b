"""The table of all DynamoDB keys (layers/core/KEYS.md), as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.testkit.fakes.dynamodb_tables import Key

DOCUMENT = Path(__file__).parents[2] / "layers" / "core" / "KEYS.md"
TOKEN = "[a-z2-7]{26}"
PARTY, PROPAGATION = f"(customer|{TOKEN})", f"(erased|{TOKEN})"
PARTS = {
    "<customer>": "[^#~]+",
    "<id>": "[^#~]+",
    "<party>": PARTY,
    "<token>": TOKEN,
    "<partition>": TOKEN,
    "<propagation>": PROPAGATION,
    "<withdrawal>": f"[^#~]+~{PARTY}~{PROPAGATION}",
    "<n>": "(0[0-9]|1[0-5])",
    "<number>": "[0-9]{4}",
    "<sha-256>": "[0-9a-f]{64}",
    "<digest>": "[0-9a-f]{64}",
    "<kid>": "[A-Za-z0-9_-]{43}",
}
"""What each part of a key looks like."""


@dataclass(frozen=True)
class Row:
    """A row of the table: the items of one kind."""

    table: str
    partition_key: str
    sort_key: str
    item: str
    attributes: str
    written: str
    deleted: str

    def matches(self, table: str, key: Key) -> bool:
        """Whether an item of this table (as the document calls it) with this key is of the row's kind."""
        patterns = zip((self.partition_key, self.sort_key), key, strict=True)
        return self.table == table and all(
            re.fullmatch(_pattern(shape), part) for shape, part in patterns
        )

    def has(self, item: Mapping[str, Any]) -> bool:
        """Whether the item has the documented attributes and no others."""
        named = set(re.findall(r"`(\w+\??)`", self.attributes)) | {"pk", "sk", "schema_version"}
        required = {name for name in named if not name.endswith("?")}
        return required <= item.keys() <= {name.rstrip("?") for name in named}


def _pattern(shape: str) -> str:
    parts = re.split(r"(<[^>]+>)", shape)
    return "".join(PARTS[part] if part.startswith("<") else re.escape(part) for part in parts)


def rows() -> list[Row]:
    """The rows of the document."""
    text = DOCUMENT.read_text("utf-8")
    lines = re.findall(r"^\| (?:consent|decision|key|data set|permit) \|.*$", text, re.MULTILINE)
    cells = ([cell.strip() for cell in line.strip("|").split(" | ")] for line in lines)
    return [
        Row(
            table.strip("| "),
            pk.strip("`"),
            sk.strip("`"),
            item.partition(":")[0],
            attributes,
            written,
            deleted,
        )
        for table, pk, sk, item, attributes, written, deleted in cells
    ]
