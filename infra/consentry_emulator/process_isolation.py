"""What a Lambda process has to itself, provided within this one: environment, output, modules, clock."""

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from datetime import datetime
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Any, TextIO
from unittest.mock import patch

DUMMY_ACCOUNT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Environment variables with dummy credentials and nothing of a real account."""


def account_environ() -> AbstractContextManager[Any]:
    """The environment of this process with the dummy account."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return patch.dict(os.environ, others | DUMMY_ACCOUNT, clear=True)


@contextmanager
def captured_logs() -> Iterator[io.StringIO]:
    """Collect what is printed and logged. Loggers created meanwhile write to the real output afterwards."""
    log = io.StringIO()
    before = {handler: handler.setStream(log) for handler in _stream_handlers()}
    with redirect_stdout(log):
        try:
            yield log
        finally:
            for handler in {*before, *_stream_handlers()}:
                handler.setStream(before.get(handler) or sys.__stdout__ or io.StringIO())


def _stream_handlers() -> list[logging.StreamHandler[TextIO]]:
    loggers = logging.root.manager.loggerDict.values()
    return [
        handler
        for logger in loggers
        if isinstance(logger, logging.Logger)
        for handler in logger.handlers
        if type(handler) is logging.StreamHandler
    ]


@contextmanager
def isolated_imports(patterns: tuple[str, ...]) -> Iterator[None]:
    """Import new copies of the modules that match, so that two functions share no state of these.

    A pattern such as `shop.*.clients` matches modules and packages, with everything in them. All other modules are
    imported once and shared: they must hold no state of one function.
    """
    before = _remove_modules(patterns)
    try:
        yield
    finally:
        _remove_modules(patterns)
        for name, module in before.items():
            sys.modules[name] = module
            package, _, child = name.rpartition(".")
            if package in sys.modules:
                setattr(sys.modules[package], child, module)


def _remove_modules(patterns: tuple[str, ...]) -> dict[str, ModuleType]:
    with_children = [each for pattern in patterns for each in (pattern, f"{pattern}.*")]
    matching = [
        name for name in sys.modules if any(fnmatchcase(name, each) for each in with_children)
    ]
    removed = {name: sys.modules.pop(name) for name in matching}
    for name in removed:
        # `from package import module` prefers an attribute of the package.
        package, _, child = name.rpartition(".")
        if package in sys.modules:
            vars(sys.modules[package]).pop(child, None)
    return removed


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Set the clock that handlers, boto3 and moto read. It runs on from `moment`, and is restored afterwards.

    Timers are not affected: `time.monotonic` and `time.sleep` use another clock. A message in a queue is invisible
    while the clock shows a time before it was sent.
    """
    import time_machine  # noqa: PLC0415 - it imports pytest, and most emulators run by the real clock

    # freezegun does not work here: it looks for `datetime` in sys.modules, which isolated modules are not in.
    with time_machine.travel(moment):
        yield
