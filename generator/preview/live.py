"""The preview as it runs: changes come in, pages are made again, and browsers are told."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generator.errors import Finding
from generator.layout import CONFIG, THEME
from generator.preview.pages import Pages
from generator.preview.watch import Changes
from generator.preview.workshop import Workshop

IDLE = 3  # seconds without a change, after which comparisons are made good

Say = Callable[[str], None]
Tell = Callable[[Iterable[Finding]], None]


class Live:
    """What browsers ask for. Pages are made under one lock; theses are rendered outside it."""

    def __init__(self, workshop: Workshop, pages: Pages, *, say: Say, tell: Tell) -> None:
        self.workshop, self.pages, self.say, self.tell = workshop, pages, say, tell
        self.lock = threading.RLock()
        self.news = threading.Condition(self.lock)
        self.version = 0
        self.ready = self.ended = False
        self.watched: Counter[str] = Counter()  # addresses that are open in a browser
        self._told: list[Finding] = []
        self._shown: list[Finding] = []

    def run(self, changes: Changes, first: str, announce: Callable[[], None]) -> None:
        """Render everything, then what changes touch, until the process ends.

        `announce` is called once, when the page `first` can be opened without waiting for it.
        """
        self.update(None)
        with self.lock:
            if self.ready:
                self.pages.page(first)
        announce()
        behind: frozenset[Path] = frozenset()
        while not self.ended:
            changed = changes.take(IDLE if behind else None)
            if changed:
                self.update(changed, quick=True)
                behind |= changed - {self.workshop.root / CONFIG}
            else:
                self.update(behind)
                behind = frozenset()

    def update(self, changed: frozenset[Path] | None, *, quick: bool = False) -> None:
        """Make again what these files touch, and tell browsers and the terminal."""
        start, root = time.perf_counter(), self.workshop.root
        rendered = self.workshop.refresh(changed, quick=quick)
        with self.lock:
            whole = changed is None or root / CONFIG in changed
            theme = [path for path in changed or () if path.is_relative_to(root / THEME)]
            if whole:
                self.ready = self.pages.configure()
            elif any(path.suffix == ".html" for path in theme):
                self.pages.renew_theme()
            if self.ready:
                self.pages.lay(self.workshop.shelf)
                for address in list(self.watched):
                    self.pages.page(address)
            self.version += 1
            self.news.notify_all()
        self._report(time.perf_counter() - start, changed, rendered, quick=quick)

    def _report(
        self, seconds: float, changed: frozenset[Path] | None, rendered: list[str], *, quick: bool
    ) -> None:
        if changed is None:
            self.say(f"Rendered {', '.join(rendered) or 'nothing'} in {seconds:.1f} s.")
        elif quick:
            root = self.workshop.root
            names = sorted(path.relative_to(root).as_posix() for path in changed)
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            known = len([one for one in self.problems() if one in self._told])
            left = f"; {known} mistake{'s' * (known > 1)} from before" if known else ""
            self.say(f"{names[0]}{more}: {seconds:.2f} s{left}")
        with self.lock:
            self.tell_problems()

    def tell_problems(self) -> None:
        """Say in the terminal what is newly wrong, and once when nothing is any more."""
        found = self.problems()
        news = [one for one in found if one not in self._told]
        warnings = sorted(set(self.workshop.warnings()))
        self.tell([*news, *(one for one in warnings if one not in self._shown)])
        if self._told and not found:
            self.say("Mended.")
        self._told, self._shown = found, warnings

    def problems(self) -> list[Finding]:
        """All that is wrong now, each once, in order of its place."""
        every = (*self.workshop.problems.values(), *self.pages.problems.values())
        return sorted({one for findings in every for one in findings if not one.warning})

    def state(self, address: str) -> dict[str, Any]:
        """What a browser with that page open should know."""
        return {
            "token": self.pages.token(address) if self.ready else "",
            "style": self.pages.style(),
            "problems": [asdict(one) for one in self.problems()],
        }

    def end(self) -> None:
        """Let the browsers that wait go."""
        with self.lock:
            self.ended = True
            self.news.notify_all()
