"""Receipts read as anybody reads them: as JSON-LD with nothing but what is in it, held to the shapes."""

import json
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pyshacl import validate
from rdflib import Graph

SHAPES = Path(__file__).parents[0] / "cases" / "receipts.ttl"


@cache
def shapes() -> Graph:
    """What TS 27560 asks of a receipt and of a record, as we read it."""
    return Graph().parse(SHAPES, format="turtle")


def graph_of(document: Mapping[str, Any] | str) -> Graph:
    """The document's triples."""
    text = document if isinstance(document, str) else json.dumps(document)
    with warnings.catch_warnings():
        # rdflib 7.6 reads JSON-LD by a class that it warns of itself.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld")


def conforms(document: Mapping[str, Any] | str) -> tuple[bool, str]:
    """Whether the document is of the shapes, and what is not."""
    held, _, told = validate(graph_of(document), shacl_graph=shapes())
    return bool(held), str(told)
