"""How long judging and linting take for 100 theses of 100 claims: python -m tests.benchmarks.claims

Prints CPU seconds of one run, each part beside reading the same templates by Jinja alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from jinja2 import Environment

from generator.balance import balance
from generator.claims import held_back, judge_claims, with_history
from generator.contradictions import findings, of_the_source
from generator.lint import Bound, Given, lint, sentences
from generator.verdicts import Claim
from tests.test_claims import TODAY, make_claim, make_fact

THESES, CLAIMS = 100, 100
WORDS = [
    "the fund returned {{ facts.figure }}, dividends included, in 2024",
    "{{ claims.%s }}; by the same count the index stood at {{ facts.figure }} on that day",
    "in hypothetical portfolios since 1949 the premium was {{ facts.figure }}, total return",
    "a reader who looks at price alone sees less of it than one who adds what was paid out",
]


def thesis_claims(number: int) -> list[Claim]:
    return [
        make_claim(
            id=f"c{number}_{i}",
            measure=f"measure {i % 40}",
            of=f"thing {i % 7}",
            value=10.0,
            printed=10.0 + i % 3,
            wording=f"the figure of case {i} is 10%",
        )
        for i in range(CLAIMS)
    ]


def template(claims: list[Claim]) -> str:
    rows = []
    for i, claim in enumerate(claims):
        words = WORDS[i % len(WORDS)]
        rows.append(f"{words % claim.id if '%s' in words else words}.".capitalize())
    return "\n\n".join(" ".join(rows[i : i + 5]) for i in range(0, len(rows), 5)) + "\n"


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    result = work()
    return time.process_time() - begun, result


def main() -> None:
    theses = [thesis_claims(number) for number in range(THESES)]
    pages = [template(claims) for claims in theses]
    facts = {"figure": make_fact(10)}

    def judge() -> None:
        for claims in theses:
            judged = with_history(judge_claims(claims, facts, {}, today=TODAY), [], "t")
            held_back(judged.values(), hold_flipped=False, path="claims.yml")
            findings(claims, "claims.yml")
            of_the_source(claims)
            names = [claim.id for claim in claims]
            balance({claim.id: claim for claim in claims}, names, names)

    def prose() -> int:
        count = 0
        for claims, page in zip(theses, pages, strict=True):
            wording = {claim.id: claim.wording for claim in claims}

            def printed(bound: Bound, wording: dict[str, str] = wording) -> str:
                return wording.get(bound.name, "10%")

            found = sentences(page, "article.md.j2", printed)
            count += len(found)
            known = {claim.id: claim for claim in claims}
            lint(Given(found, known, "claims.yml", 2026, ("Not investment advice.",), "None."))
        return count

    def parse() -> None:
        environment = Environment()
        for page in pages:
            environment.parse(page)

    floor, _ = timed(parse)
    judging, _ = timed(judge)
    linting, count = timed(prose)
    print(f"{THESES} theses, {THESES * CLAIMS:,} claims, {count:,} sentences; CPU seconds")
    for name, seconds in (("Jinja alone", floor), ("judging", judging), ("linting", linting)):
        print(f"  {name:12} {seconds:6.2f}   {seconds / floor:5.1f} times Jinja")
    print(f"  {'together':12} {judging + linting:6.2f}")


if __name__ == "__main__":
    main()
