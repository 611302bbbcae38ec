"""The functions' clocks, turned by hand: what they remember expires with the history's time."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, tzinfo
from types import SimpleNamespace
from typing import Any
from unittest import mock

from tests.support.machine import MODULES, SWEEP_MODULES
from tests.support.route53 import Clock

HANDLERS = (*MODULES.values(), *SWEEP_MODULES.values(), "report_execution")


@contextmanager
def virtual_time(clock: Clock) -> Iterator[None]:
    """Meanwhile every module of the functions that asks for the time is told the clock's."""

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(clock.now(), tz)

    watch = SimpleNamespace(monotonic=clock.now, time=clock.now, sleep=clock.advance)
    for name in HANDLERS:
        importlib.import_module(name)
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name not in HANDLERS and not name.startswith("signpost."):
                continue
            if getattr(module, "time", None) is time:
                stack.enter_context(mock.patch.object(module, "time", watch))
            if getattr(module, "datetime", None) is datetime:
                stack.enter_context(mock.patch.object(module, "datetime", Now))
        yield
