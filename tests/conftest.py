"""What tests share: no network, and the tiny repository of tests/cases/_base."""

from __future__ import annotations

import dataclasses
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from generator.model import Identity

# A test is never timed: on a busy machine any of them may be slow.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "cases"
CHROMIUM = Path(os.environ.get("MTM_CHROMIUM", "/usr/bin/chromium"))

MakeRepository = Callable[..., Path]


@pytest.fixture(autouse=True)
def _only_the_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches beyond this machine fails at once, in words."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    for name in ("MTM_MIRROR", "MTM_OFFLINE", "SITE_URL", "SOURCE_DATE_EPOCH", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


def lay_repository(root: Path) -> Path:
    """Lay the tiny repository into an empty folder."""
    shutil.copytree(CASES / "_base", root)
    for part in ("_shared", "_theme", "_starter"):
        shutil.copytree(ROOT / "templates" / part, root / "templates" / part)
    for name in ("mkdocs.yml", "CONTRIBUTING.md"):  # of which the guide shows parts
        shutil.copy(ROOT / name, root)
    (root / "docs" / "data").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "about.md", root / "docs")
    (root / "docs" / "data" / "manifest.json").write_text("{}\n")
    return root


@pytest.fixture
def make_repository(tmp_path: Path) -> MakeRepository:
    """Lay the tiny repository, and a case over it, into an empty folder."""

    def make(case: str | None = None, *, name: str = "repository") -> Path:
        root = lay_repository(tmp_path / name)
        if case:
            shutil.copytree(
                CASES / case, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("error.txt")
            )
        return root

    return make


def needs_chromium() -> pytest.MarkDecorator:
    """Skip where there is no browser, saying which one was looked for."""
    reason = f"no Chromium at {CHROMIUM}; install it or set MTM_CHROMIUM"
    return pytest.mark.skipif(not CHROMIUM.exists(), reason=reason)


def make_identity(**changes: str) -> Identity:
    """Who publishes a site, as a fork might have it."""
    given = Identity(
        site_name="Notes",
        author="A. Forker",
        description="",
        repository="",
        code_licence="MIT",
        text_licence="CC BY 4.0",
        text_licence_url="https://creativecommons.org/licenses/by/4.0/",
        disclosures=(),
        holdings="",
    )
    return dataclasses.replace(given, **changes)


def until(page: Any, expression: str, arg: Any = None, *, seconds: float = 20) -> None:
    """Wait until JavaScript says so. Playwright's `wait_for_function` evaluates strings within the
    page at every look but the first, which the page's own policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, f"not in {seconds} s: {expression}"
        page.wait_for_timeout(50)
