"""The stand-in server with real prices, in this process, for tests that want it (MTM_MARKET)."""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(os.environ.get("MTM_MARKET", ""))
BEGIN = "2024-06-03"  # of the prices it has here; a longer history only makes each refresh slower

needs_market = [
    pytest.mark.market,
    pytest.mark.skipif(
        not (FOLDER / "server.py").is_file(),
        reason="MTM_MARKET names no folder of real market data",
    ),
]


class Market:
    """The server as it is on a day, with the faults that are switched on."""

    def __init__(self, server: ModuleType, mirror: str) -> None:
        self.handler, self.mirror = server.Handler, mirror

        class Recent(server.Data):  # type: ignore[name-defined, misc]
            def rows(self, symbol: str) -> Any:
                known = symbol in self.bars
                rows = super().rows(symbol)
                if rows and not known:
                    rows = self.bars[symbol] = [row for row in rows if row["date"] >= BEGIN]
                return rows

        self.data = Recent

    def show(self, day: str) -> None:
        """The world as of a day, without any fault."""
        self.handler.data = self.data(FOLDER, day)
        self.handler.faults = {}

    def fault(
        self, symbol: str, mode: str, *, what: str = "any", times: int = -1, delay: float = 0.0
    ) -> None:
        words = {"mode": mode, "times": times, "delay": delay, "what": what}
        self.handler.faults[symbol] = words

    def left(self, symbol: str) -> int:
        """How often a fault is still to be sent; it begins at `times`."""
        return int(self.handler.faults[symbol]["times"])


@contextmanager
def open_market() -> Iterator[Market]:
    """The server while it runs; FOLDER must be there."""
    named = importlib.util.spec_from_file_location("market_server", FOLDER / "server.py")
    assert named is not None
    assert named.loader is not None
    module = importlib.util.module_from_spec(named)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)  # the folder is not ours to write into
        named.loader.exec_module(module)
    server = module.make_server(0, FOLDER)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Market(module, f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def market() -> Iterator[Market]:
    with open_market() as found:
        yield found
