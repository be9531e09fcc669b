"""Each promise of the design has tests, none of 0.1 is lost, and the table of them is up to date."""

import pytest

from tests.project.promises import NOT_YET, PROMISES, TABLE, earlier_tests, marked_tests, render


@pytest.mark.parametrize("promise", sorted(PROMISES.keys() - NOT_YET))
def test_each_promise_has_a_test(promise: int) -> None:
    assert [test for number, test in marked_tests() if number == promise]


def test_no_promise_of_a_later_version_has_a_test_yet() -> None:
    assert {promise for promise, _ in marked_tests()} & NOT_YET == set(), "remove it from NOT_YET"


def test_every_promise_test_of_0_1_still_exists() -> None:
    today = {(promise, test.partition("::")[2]) for promise, test in marked_tests()}

    lost = [test for test in earlier_tests() if (test.promise, test.function) not in today]
    assert lost == [], "name the test that replaces it in promises_0_1.tsv"


def test_the_table_of_promises_is_up_to_date() -> None:
    assert TABLE.read_text("utf-8") == render(), "run `make promises`"
