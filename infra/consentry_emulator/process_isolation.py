"""What a Lambda process has to itself, lent by this one: environment, output, imported doors, clock."""

import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from datetime import datetime
from types import ModuleType
from typing import TextIO


@contextmanager
def environ(variables: Mapping[str, str]) -> Iterator[None]:
    """Make `variables` the whole environment."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def account_environ() -> AbstractContextManager[None]:
    """The environment of this process without anything of a real account in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    local = {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return environ({**kept, **local})


@contextmanager
def captured_logs() -> Iterator[io.StringIO]:
    """Collect what is printed and logged; loggers made meanwhile write to the real output afterwards."""
    log = io.StringIO()
    before = [(handler, handler.setStream(log)) for handler in _stream_handlers()]
    with redirect_stdout(log):
        try:
            yield log
        finally:
            for handler in _stream_handlers():
                handler.setStream(_real_output())
            for handler, stream in before:
                handler.setStream(stream or _real_output())


def _real_output() -> TextIO:
    return sys.__stdout__ or io.StringIO()


def _stream_handlers() -> list[logging.StreamHandler[TextIO]]:
    loggers = [
        one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)
    ]
    return [
        handler
        for logger in loggers
        for handler in logger.handlers
        if type(handler) is logging.StreamHandler
    ]


@contextmanager
def isolated_imports() -> Iterator[None]:
    """Import the doors and their adapters anew: no two functions share what a module of these keeps."""
    before = _remove_modules()
    try:
        yield
    finally:
        _remove_modules()
        for name, module in before.items():
            sys.modules[name] = module
            package, _, child = name.rpartition(".")
            if package in sys.modules:
                setattr(sys.modules[package], child, module)


def _remove_modules() -> dict[str, ModuleType]:
    """The modules that a function has to itself, taken out of the import system."""
    own = [name for name in sys.modules if f"{name}.".startswith(("functions.", "consentry.aws."))]
    return {name: sys.modules.pop(name) for name in own}


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Set the clock that handlers, boto3 and moto read; it goes on from `moment`, and is right again afterwards.

    Timers run as they did: `time.monotonic` and `time.sleep` know nothing of it. A message that lies in a queue is
    not seen while the clock says an earlier date than when it was sent.
    """
    import time_machine  # noqa: PLC0415 - it imports pytest, and most clouds run by the real clock

    # freezegun would not do: it looks for `datetime` in sys.modules, where the doors are not (`fresh_doors`).
    with time_machine.travel(moment):
        yield
