"""Paragraphs and sentences of Markdown, each a stretch of the flat text of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from generator.lint.template import BREAK, GAP, MARK, VALUE

LEAD = rf"[\s{GAP}]*"
FRONT_MATTER = re.compile(r"\A---\n.*?\n---(?:\n|\Z)", re.DOTALL)
FENCE = re.compile(r"^[ \t]*(```+|~~~+).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
TAG = re.compile(r"</?[A-Za-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
LINK_END = re.compile(r"\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)")
LINK_BEGIN = re.compile(r"!?\[(?!\^)(?=[^\[\]]*\]\()")
FOOTNOTE = re.compile(r"\[\^[^\]]*\]:?")
ATTRIBUTES = re.compile(r"\{:?[ ]*[.#][^{}\n]*\}")
EMPHASIS = re.compile(r"\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|&nbsp;")
HEADING = re.compile(rf"{LEAD}(#{{1,6}})[ \t]+(?=\S)")
ADMONITION = re.compile(rf"{LEAD}(?:!!!|\?\?\?\+?)[ \t]+[\w \t-]*(?=\"|$)")
BEGINNING = re.compile(rf"{LEAD}(?:>[ \t]?|[-+*][ \t]+|\d+[.)][ \t]+)+")
SKIPPED = re.compile(rf"{LEAD}(?:\||\[[^\]^][^\]]*\]:\s|(?:-[ \t]*){{3,}}$|:?-+:?\s*\|)")

END = re.compile(
    rf"([.!?]+(?:{GAP}*[\"”’')\]])*(?:[\s{GAP}]*{MARK})*)[\s{GAP}{BREAK}]+"
    rf"(?=[^a-z\s{GAP}{BREAK}])"
)
LAST_WORD = re.compile(r"[\w.&’']+\Z")
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")
TITLES = (
    "mr mrs ms dr prof st vs cf e.g i.e no nos art arts fig pp ca approx gov sen rep gen "
    "jan feb mar apr jun jul aug sep sept oct nov dec"
)
NEVER_LAST = frozenset(TITLES.split())
SOMETIMES_LAST = frozenset(["u.s", "u.k", "u.n", "e.u", "d.c", "inc", "corp", "co", "ltd", "etc"])
FIRST_WORDS = (
    "The A An In It This That These Those But And So If When While For On At By As With They "
    "He She We You I No Not Its Their His Her Our Each Every Both Small Large"
)
OPENERS = frozenset(FIRST_WORDS.split())
QUOTED = re.compile(r"“[^“”]*”|\"[^\"]*\"")


@dataclass(frozen=True)
class Paragraph:
    """A stretch of the text, [begin, end), that ends where a reader sees it end."""

    begin: int
    end: int
    level: int  # of a heading, 1 to 6; 0 for prose


def clean(text: str) -> tuple[str, dict[int, str]]:
    """The text with gaps for everything that is not prose, and the links it had, by place."""
    links = {m.start(): m.group(1) for m in LINK_END.finditer(text)}
    for pattern in (FRONT_MATTER, FENCE):
        text = pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)
    text = COMMENT.sub(_gaps, text)
    text = CODE.sub(lambda m: "`" + _gaps(m)[1:], text)  # so that a sentence may begin with it
    for pattern in (TAG, ATTRIBUTES, LINK_BEGIN, LINK_END, FOOTNOTE):
        text = pattern.sub(_gaps, text)
    return text, links


def _gaps(match: re.Match[str]) -> str:
    """Gaps in place of what was matched; a value in it still counts as one."""
    return "".join(sign if sign == VALUE else GAP for sign in match.group())


def paragraphs(text: str) -> Iterator[tuple[Paragraph, str]]:
    """Each paragraph, list item and heading, with its words: as long, and gaps for its marks."""
    begin, words = 0, ""
    place = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip(f" \t\n\r{GAP}")
        blank = not bare and (GAP not in line)
        divided = bool(bare) and not bare.strip(f"{BREAK} {GAP}")
        beginning = ADMONITION.match(line) or HEADING.match(line) or BEGINNING.match(line)
        skipped = SKIPPED.match(line)
        if blank or divided or skipped or beginning:
            if words:
                yield Paragraph(begin, place, 0), words
            words, begin = "", place
        if blank or divided or skipped:
            begin = place + len(line)
        elif beginning and beginning.re is not BEGINNING:
            level = len(beginning.group(1)) if beginning.re is HEADING else 0
            yield Paragraph(begin, place + len(line), level), _unmarked(line, beginning)
            begin = place + len(line)
        else:
            words += _unmarked(line, beginning)
        place += len(line)
    if words:
        yield Paragraph(begin, place, 0), words


def _unmarked(line: str, beginning: re.Match[str] | None) -> str:
    """A line without the signs that begin it and those of emphasis, and of the same length."""
    length = beginning.end() if beginning else 0
    rest = line[length:]
    if beginning and beginning.re is ADMONITION:
        rest = rest.replace('"', GAP)
    return GAP * length + EMPHASIS.sub(_gaps, rest)


def split(words: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph as [begin, end); a quotation stays in one piece."""
    quotes = [m.span() for m in QUOTED.finditer(words)] if words.count('"') % 2 == 0 else []
    begin, spans = 0, []
    for match in END.finditer(words):
        inside = any(a < match.start() and match.start() < b - 2 for a, b in quotes)
        if not inside and _ends(words[begin : match.start()], words[match.end() :]):
            spans.append((begin, match.end(1)))
            begin = match.end(1)
    if words[begin:].strip(f" \t\n{GAP}{BREAK}") or not spans:
        spans.append((begin, len(words)))
    else:
        spans[-1] = (spans[-1][0], len(words))
    return spans


def _ends(before: str, after: str) -> bool:
    """Whether the full stop between two pieces ends a sentence, or only an abbreviation."""
    last = LAST_WORD.search(before)
    word = last.group().lower() if last else ""
    if word in NEVER_LAST:
        return False
    if word in SOMETIMES_LAST:
        return after.split(None, 1)[0].strip(",") in OPENERS if after.strip() else True
    return not (last and INITIALS.fullmatch(last.group()))
