"""What the lint is given, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from generator.errors import Finding
from generator.lint.prose import Sentence, previous
from generator.verdicts import Claim

SITE_FILE = "mkdocs.yml"  # has the lines that stand on every page


@dataclass(frozen=True)
class Given:
    """All that is judged of one thesis."""

    sentences: Sequence[Sentence]  # of all its pages, in the order of the menu
    claims: Mapping[str, Claim]
    claims_path: str  # templates/<slug>/claims.yml
    year: int  # of the build
    disclosures: Sequence[str]  # of the whole site
    holdings: str

    @cached_property
    def in_order(self) -> tuple[tuple[Sentence | None, Sentence], ...]:
        """Each sentence with the one before it in its paragraph."""
        return tuple(previous(self.sentences))

    def cited(self, sentence: Sentence) -> list[Claim]:
        """The claims a sentence prints or is marked with."""
        names = [b.name for b in sentence.bound if b.kind == "claim"]
        return [self.claims[name] for name in names if name in self.claims]


@dataclass(frozen=True)
class Hit:
    """A finding, and the sentence whose allowance may let it be."""

    finding: Finding
    sentence: Sentence | None = None
    words: str = ""  # that were found, as they stand there


Rule = Callable[[Given], Iterable[Hit]]


def hit(
    rule: str, sentence: Sentence, message: str, mend: str, words: str, *, warning: bool = False
) -> Hit:
    """A finding in a sentence. `mend` is what to do other than to allow it."""
    hint = f"{mend} Or allow it: {{# allow {rule}: why #}}"
    line = sentence.line_of(words)
    found = Finding(sentence.path, line, message, hint, rule=rule, warning=warning)
    return Hit(found, sentence, words)


def named(words: Iterable[str]) -> str:
    """Words as they were found, each once: 'this' and 'that'."""
    shown = [f"'{' '.join(word.split())}'" for word in dict.fromkeys(words)]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
