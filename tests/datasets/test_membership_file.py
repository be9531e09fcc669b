"""A membership file finds its members and nobody else; a damaged one excludes nobody."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.datasets.membership_file import (
    ENTRY,
    HEADER,
    build_membership_file,
    contains,
    entry_for,
)
from consentry.kernel.errors import UnavailableError

NAMES = st.sets(st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=26, max_size=26))


def reading(content: bytes) -> Callable[[int, int], bytes]:
    return lambda offset, length: content[offset : offset + length]


def crowd(people: int) -> list[str]:
    return [f"name{number}" for number in range(people)]


@given(names=NAMES, others=NAMES)
def test_a_membership_file_finds_its_members_and_nobody_else(
    names: set[str], others: set[str]
) -> None:
    read = reading(build_membership_file(names))

    assert all(contains(read, name) for name in names)
    assert not any(contains(read, name) for name in others - names)


@given(names=st.lists(st.sampled_from(crowd(20))))
def test_a_membership_file_depends_only_on_its_set_of_members(names: list[str]) -> None:
    assert build_membership_file(names) == build_membership_file(sorted(set(names)))


def test_a_membership_lookup_takes_two_short_reads() -> None:
    content, read = build_membership_file(crowd(100_000)), list[int]()

    def counted(offset: int, length: int) -> bytes:
        read.append(length)
        return content[offset : offset + length]

    assert contains(counted, "name7")
    assert len(read) == 2
    assert sum(read) < len(content) / 500


def test_a_membership_file_contains_no_pseudonym() -> None:
    assert b"name7" not in build_membership_file(crowd(100))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: content[:-1], id="truncated"),
        pytest.param(lambda content: content[:HEADER], id="without entries"),
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[:HEADER] + bytes(len(content) - HEADER), id="zeros"),
    ],
)
def test_a_damaged_membership_file_never_excludes_anybody(
    damage: Callable[[bytes], bytes],
) -> None:
    last = max(crowd(5), key=entry_for)

    with pytest.raises(UnavailableError):
        contains(reading(damage(build_membership_file(crowd(5)))), last)


def test_a_membership_entry_is_a_16_byte_digest() -> None:
    assert len(build_membership_file(crowd(5))) == HEADER + 5 * ENTRY
