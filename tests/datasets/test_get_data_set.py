"""Data sets and models can be listed page by page, only by callers of their customer."""

from collections.abc import Callable
from typing import Any

import pytest

from consentry.datasets.get_data_set import DataSetPage, list_data_sets
from consentry.datasets.register_model import ModelPage, get_model, list_models
from consentry.kernel.authorization import EVERY_PERMISSION, Caller
from consentry.kernel.errors import ForbiddenCustomerError, InvalidRequestError, NotFoundError
from consentry.kernel.ids import token_of
from tests.testkit.builders.data_sets import data_set
from tests.testkit.builders.dependencies import ACME, NOW, OPERATOR
from tests.testkit.builders.propagations import PropagationDriver, create_data_set

GLOBEX = Caller.allowed("admin", "globex", EVERY_PERMISSION)


def create_five(driver: PropagationDriver) -> list[str]:
    """The ids of five data sets, in order."""
    return sorted(create_data_set(driver, "ann", request_id=f"s-{n}") for n in range(5))


def register_five(driver: PropagationDriver, data_set_id: str) -> list[str]:
    """The ids of five models, in order; the data set is tainted too."""
    model_ids = ["A", "m-1", "m-2", "taint", "z"]
    for model_id in reversed(model_ids):
        driver.register(data_set_id, model_id)
    driver.deliver(driver.withdraw())
    return model_ids


def data_set_page(driver: PropagationDriver, limit: int, page: str | None = None) -> DataSetPage:
    return list_data_sets(
        ACME, limit=limit, page=page, caller=OPERATOR, at=NOW, deps=driver.acme.deps
    )


def model_page(
    driver: PropagationDriver, data_set_id: str, limit: int, page: str | None = None
) -> ModelPage:
    deps = driver.acme.deps
    return list_models(data_set_id, limit=limit, page=page, caller=OPERATOR, deps=deps)


def all_pages(load: Callable[[str | None], Any]) -> list[Any]:
    """Every page, from the first to the last."""
    pages = [load(None)]
    while pages[-1].next_page:
        pages.append(load(pages[-1].next_page))
    return pages


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_all_data_sets_are_listed_once_whatever_the_size_of_a_page(
    propagation_driver: PropagationDriver, limit: int
) -> None:
    data_set_ids = create_five(propagation_driver)

    pages = all_pages(lambda page: data_set_page(propagation_driver, limit, page))

    assert [
        found.data_set.data_set_id for page in pages for found in page.data_sets
    ] == data_set_ids
    assert len(pages) == -(-5 // limit)


def test_a_list_omits_data_sets_of_uncommitted_screenings(
    propagation_driver: PropagationDriver,
) -> None:
    committed = create_data_set(propagation_driver, "ann")
    tokens = ["2" * 26, "7" * 26, "z" * 26]
    for token in tokens:
        propagation_driver.acme.deps.data_sets.record(data_set(token))

    pages = all_pages(lambda page: data_set_page(propagation_driver, 1, page))

    assert [found.data_set.data_set_id for page in pages for found in page.data_sets] == [committed]
    assert len(pages) == 4


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
def test_all_models_are_listed_once_and_taints_are_not_models(
    propagation_driver: PropagationDriver, limit: int
) -> None:
    data_set_id = create_data_set(propagation_driver, "ann")
    model_ids = register_five(propagation_driver, data_set_id)

    pages = all_pages(lambda page: model_page(propagation_driver, data_set_id, limit, page))

    assert [found.model.model_id for page in pages for found in page.models] == model_ids
    assert len(pages) == -(-5 // limit)


def test_a_model_is_read_by_its_id(propagation_driver: PropagationDriver) -> None:
    data_set_id, deps = create_data_set(propagation_driver, "ann"), propagation_driver.acme.deps
    (registered,) = propagation_driver.register(data_set_id, "m").models

    assert get_model(data_set_id, "m", caller=OPERATOR, deps=deps) == registered
    with pytest.raises(NotFoundError):
        get_model(data_set_id, "n", caller=OPERATOR, deps=deps)


def test_the_models_of_an_unknown_data_set_are_not_found(
    propagation_driver: PropagationDriver,
) -> None:
    with pytest.raises(NotFoundError):
        model_page(propagation_driver, f"{ACME}~{'a' * 26}", 1)


@pytest.mark.parametrize("page", ["", "acme~token", "acme#datasets", "A" * 26, f"{'a' * 26}\n"])
def test_an_invalid_page_of_data_sets_is_rejected(
    propagation_driver: PropagationDriver, page: str
) -> None:
    with pytest.raises(InvalidRequestError, match="page"):
        data_set_page(propagation_driver, 1, page)


@pytest.mark.parametrize("page", ["", "taint#w", "-", "m\n"])
def test_an_invalid_page_of_models_is_rejected(
    propagation_driver: PropagationDriver, page: str
) -> None:
    data_set_id = create_data_set(propagation_driver, "ann")

    with pytest.raises(InvalidRequestError, match="page"):
        model_page(propagation_driver, data_set_id, 1, page)


@pytest.mark.promise(7)
def test_data_sets_and_models_of_another_customer_are_forbidden(
    propagation_driver: PropagationDriver,
) -> None:
    data_set_id, deps = create_data_set(propagation_driver, "ann"), propagation_driver.acme.deps
    propagation_driver.register(data_set_id, "m")

    with pytest.raises(ForbiddenCustomerError):
        list_data_sets(ACME, limit=1, page=None, caller=GLOBEX, at=NOW, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        list_models(data_set_id, limit=1, page=None, caller=GLOBEX, deps=deps)
    with pytest.raises(ForbiddenCustomerError):
        get_model(data_set_id, "m", caller=GLOBEX, deps=deps)
    page = token_of(data_set_id)
    found = list_data_sets("globex", limit=1, page=page, caller=GLOBEX, at=NOW, deps=deps)
    assert found.data_sets == ()
