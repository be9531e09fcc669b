"""Reads receipts as JSON-LD without a network, and checks them against SHACL shapes."""

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
    """What TS 27560 requires of a receipt and of a record, as we read it."""
    return Graph().parse(SHAPES, format="turtle")


def graph_of(document: Mapping[str, Any] | str) -> Graph:
    """The triples of a document."""
    text = document if isinstance(document, str) else json.dumps(document)
    with warnings.catch_warnings():
        # rdflib 7.6 warns about a class that it uses itself to read JSON-LD.
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld")


def conforms(document: Mapping[str, Any] | str) -> tuple[bool, str]:
    """Whether the document conforms to the shapes, and the report."""
    conforming, _, report = validate(graph_of(document), shacl_graph=shapes())
    return bool(conforming), str(report)
