"""The cases of JSONTestSuite (nst/JSONTestSuite, MIT), straight through the strict loader."""

from pathlib import PurePosixPath

import pytest

from consentry.kernel.errors import InvalidRequestError
from consentry.kernel.strict_json import loads
from tests.testkit.vendored import vendored_json

CASES = vendored_json("json-test-suite", "test_parsing/")

REJECTED_THOUGH_VALID = {
    # RFC 8259 only says that names SHOULD be unique. With two values it would be unclear which one counts.
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
}
READ_THOUGH_LEFT_OPEN = {
    # Numbers too small for a float are 0, as in every reader that we know.
    "i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json",
}


def test_all_cases_of_json_test_suite_are_present() -> None:
    assert {case.name[:2] for case in CASES} == {"y_", "n_", "i_"}
    assert len(CASES) > 300


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_json_test_suite_case_is_accepted_or_rejected_as_listed(case: PurePosixPath) -> None:
    valid = case.name.startswith("y_") and case.name not in REJECTED_THOUGH_VALID

    try:
        loads(CASES[case])
        read = True
    except InvalidRequestError:
        read = False

    assert read is (valid or case.name in READ_THOUGH_LEFT_OPEN)
