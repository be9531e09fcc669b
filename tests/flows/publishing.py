"""A version published: one that says what the last one said, and is declared material or is not."""

from dataclasses import replace
from datetime import datetime

from consentry.domain.terms.material_changes import MaterialChange
from consentry.domain.terms.tables import Book, Library
from consentry.domain.vocabulary import Operation
from tests.fakes.worlds import NOW, World, library


def book(name: str, *, at: datetime, material: bool) -> Book:
    """A book with one version more, which says the same as the last; `material` for fine-tuning."""
    known = library().books[name]
    version = replace(known.versions[-1], in_force_from=at)
    changes = (MaterialChange(at, Operation.FINE_TUNE),) if material else ()
    return replace(known, versions=(*known.versions, version), material=changes)


def changed(world: World, name: str, *, at: datetime = NOW, material: bool = True) -> World:
    """The world after that version was published."""
    books = {**library().books, name: book(name, at=at, material=material)}
    return World(world.client, library=Library(books))
