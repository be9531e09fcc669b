"""Two functions share no client, no cache and no opened repository, as in two Lambda processes."""

import importlib
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from types import ModuleType

import pytest

from consentry_cli.local_stack import ISOLATED
from consentry_emulator.emulator import Emulator
from consentry_emulator.process_isolation import isolated_imports


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with a module of settings that others import."""
    package = tmp_path / "shop"
    package.mkdir()
    files = {"__init__": "", "state": "", "prices": "", "handler": "from shop import prices, state"}
    for name, content in files.items():
        (package / f"{name}.py").write_text(content)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for module in [name for name in sys.modules if f"{name}.".startswith("shop.")]:
        sys.modules.pop(module)


def import_handler() -> ModuleType:
    with isolated_imports(("shop.handler", "shop.st*")):
        return importlib.import_module("shop.handler")


def test_each_import_gets_its_own_copy_of_what_matches_and_shares_the_rest(shop: None) -> None:
    first, second = import_handler(), import_handler()

    assert first is not second
    assert first.state is not second.state
    assert first.prices is second.prices
    assert {"shop.handler", "shop.state"} & sys.modules.keys() == set()


def test_modules_that_were_imported_before_are_restored(shop: None) -> None:
    before = importlib.import_module("shop.state")

    handler = import_handler()

    assert handler.state is not before
    assert sys.modules["shop.state"] is before
    assert sys.modules["shop"].state is before


def test_no_two_functions_of_consentry_share_dependencies_or_clients(consentry: Emulator) -> None:
    opened: list[object] = []

    for function in consentry.wiring.functions.values():
        with isolated_imports(ISOLATED):
            handler = importlib.import_module(function.handler.rpartition(".")[0])
            clients = importlib.import_module("consentry.aws.clients")
        opened.append(clients.dynamodb)
        for name, value in vars(handler).items():
            if name.endswith("Dependencies"):
                opened += [value, value.open.__func__.__globals__["_open"]]
                assert value.dynamodb.__globals__["clients"].dynamodb is clients.dynamodb, (
                    function.handler
                )

    assert len(opened) > 2 * len(consentry.wiring.functions)
    assert len({id(each) for each in opened}) == len(opened)


def test_every_module_that_uses_clients_is_isolated(consentry: Emulator) -> None:
    for function in consentry.wiring.functions.values():
        importlib.import_module(function.handler.rpartition(".")[0])

    users = [
        name
        for name, module in sys.modules.items()
        if name.startswith(("consentry.", "functions.")) and hasattr(module, "clients")
    ]

    assert "consentry.decisions.eventbridge" in users
    for name in users:
        if name != "consentry.aws":  # The package of the clients.
            assert any(
                fnmatchcase(name, pattern) or name.startswith(f"{pattern}.") for pattern in ISOLATED
            ), name
