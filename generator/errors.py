"""The errors a person may see: where, what is wrong, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_WORDS = 200  # characters of foreign text in a message
LONGEST_MESSAGE = 1_000


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake in something a person wrote, at its place."""

    path: str  # relative to the repository
    line: int
    message: str
    hint: str = ""
    rule: str = ""  # of the prose lint, by which it can be allowed
    warning: bool = False  # it is said, and stops nothing

    def __post_init__(self) -> None:
        # What an author wrote may be quoted in it: it fills no screen, and moves no cursor.
        if len(self.message) > LONGEST_MESSAGE or not self.message.isprintable():
            object.__setattr__(self, "message", plain(self.message, LONGEST_MESSAGE))
        if len(self.hint) > LONGEST_MESSAGE or not self.hint.replace("\n", "").isprintable():
            object.__setattr__(self, "hint", plain(self.hint, LONGEST_MESSAGE))

    def __str__(self) -> str:
        kind = "warning: " if self.warning else ""
        rule = f" [{self.rule}]" if self.rule else ""
        place = f"{self.path}:{self.line}: " if self.line else f"{self.path}: " if self.path else ""
        text = f"{place}{kind}{self.message}{rule}"
        return f"{text}\n  {self.hint}" if self.hint else text


class MtmError(Exception):
    """Base of all our errors; `exit_code` is what the command ends with."""

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class NotStored(ValueError):
    """What is asked for lies outside the data this edition has; nobody's mistake.

    Raised by formulas and thesis functions; it makes a fact or chart missing, with this reason.
    """


class ThesisError(MtmError):
    """A thesis, its prose or its code has mistakes; carries all of them."""

    exit_code = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in sorted(set(findings))))
        self.findings = sorted(set(findings))


class SiteError(MtmError):
    """The rendered tree does not make a site (a dead link, a missing page)."""

    exit_code = 1


class UsageError(MtmError):
    """The command was called with something it cannot take."""

    exit_code = 2


class DataError(MtmError):
    """A committed or stored data file is not what its manifest says, or cannot be read."""

    exit_code = 1


class StaleData(MtmError):
    """Stored data is older than a thesis allows."""

    exit_code = 3


class EditionChanged(MtmError):
    """An earlier edition was altered, or would be."""

    exit_code = 5


class PublishError(MtmError):
    """Publishing failed for a reason outside the data: git, a lock, an identity."""

    exit_code = 6


class SourceError(MtmError):
    """A data source did not give what it was asked for; `refresh` keeps what is stored."""


class SourceUnreachable(SourceError):
    """The source did not answer at all; there is no point in asking it for more."""


class RateLimited(SourceError):
    """The source asks us to go away for a while; the whole pass over it stops."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known name, or all of them when none is near."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if not names:
        return ""
    shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return f"There is: {shown}."


def plain(text: object, longest: int = LONGEST_WORDS) -> str:
    """What a source or a library says, fit for a log: one line, printable, not too long."""
    words = " ".join(str(text).split())
    kept = "".join(character for character in words if character.isprintable())
    return kept if len(kept) <= longest else f"{kept[:longest]}..."
