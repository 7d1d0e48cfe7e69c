"""What changed between two editions: data moves and author's acts, told apart."""

from __future__ import annotations

import copy
import datetime as dt
import importlib.util
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from generator import cli
from generator.authored import blocks, code_mark
from generator.changes import changes
from generator.changes_page import diff_html
from generator.changes_words import lines, nothing, summary
from generator.claim_record import as_written, claim_record
from generator.claims import judge_claim
from generator.editions import record_bytes
from generator.model import Source
from generator.origins import cut_back, mark
from generator.prose import page_changes, shortened, words_compared
from tests.conftest import lay_repository
from tests.test_build import run as build_command
from tests.test_claims import make_claim

DAY, LATER = "2026-04-01", "2026-05-01"
TEXT = ["# A title", "The fund gained {{ facts.gain }}, and small things add up.", "An end."]


def make_record(name=DAY):
    """The record of an edition with one of each."""
    claim = {
        "id": "share",
        "statement": "The largest share is 40%",
        "verdict": "holds",
        "now": 40.0,
        "unit": "percent",
        "as_of": name,
        "printed": "the largest share is 40%",
        "reason": "Inside.",
        "headline": False,
        "written": {"statement": "The largest share is 40%", "fact": "gain", "low": 39.0},
    }
    fact = {
        **{"value": 4.0, "unit": "percent", "text": "4.0%", "as_of": DAY},
        **{"statement": "The gain.", "from": ["prices"], "made_by": "f1"},
    }
    table = {"label": "Tiny fund", "by_hand": False, "as_of": DAY, "mark": "m1", "until": {}}
    thesis = {
        "title": "A tiny thesis",
        "sentence": "Small things add up.",
        "claims": [claim],
        "facts": {"gain": fact},
        "charts": [{"id": "sizes", "title": "One is large", "made_by": "c1"}],
        "falsifiers": [
            {
                **{"id": "falls", "statement": "It falls", "threshold": "below -10"},
                **{"fact": "gain", "state": "not tripped"},
            }
        ],
        "missing": [],
        "tables": {"prices": table},
        "text": {"thesis.yml": ["A tiny thesis"], "article.md.j2": list(TEXT)},
    }
    return {"edition": name, "generator": {"version": "1"}, "theses": {"tiny": thesis}}


def later(record=None):
    after = copy.deepcopy(record or make_record())
    after["edition"] = LATER
    after["theses"]["tiny"]["tables"]["prices"]["until"] = {DAY: "m1"}
    return after


def moved(after, value, text, *, as_of=LATER, table="m2"):
    thesis = after["theses"]["tiny"]
    thesis["facts"]["gain"] |= {"value": value, "text": text, "as_of": as_of}
    thesis["tables"]["prices"] |= {"mark": table, "as_of": as_of}
    thesis["claims"][0]["now"] = value
    return thesis


def the_number(found):
    (number,) = found["numbers"]["moved"]
    return number


# ---- The same ----


def test_an_edition_beside_itself_has_changed_nothing() -> None:
    found = changes(make_record(), make_record(), "tiny")
    assert nothing(found)
    assert summary(found) == "nothing"
    assert not any(found["tables"].values())


def test_what_a_claim_says_anyway_is_not_written_twice_and_read_as_ever() -> None:
    """Records before that had the whole claim under `written`."""
    source = Source("A house", "A title", "https://example.org/a")
    claim = make_claim(value=40.0, unit="percent", headline=True, source=source, was=("old",))
    kept = claim_record(judge_claim(claim, {}, {}, today=dt.date(2026, 4, 1)))
    assert {"statement", "value", "unit", "source", "headline", "was"} & set(
        kept["written"]
    ) == set()
    whole = as_written(kept)
    assert whole is not None
    assert whole["statement"] == claim.statement
    assert (whole["value"], whole["unit"], whole["source"]) == (40.0, "percent", source.url)
    assert (whole["headline"], whole["was"]) == (True, ["old"])
    before = {**kept, "written": whole}
    old, new = make_record(), later()
    old["theses"]["tiny"]["claims"], new["theses"]["tiny"]["claims"] = [before], [kept]
    assert changes(old, new, "tiny")["claims"]["edited"] == []
    kept["statement"] = "Another statement"
    (edit,) = changes(old, new, "tiny")["claims"]["edited"]
    assert [field["field"] for field in edit["fields"]] == ["statement"]


def test_two_editions_that_differ_only_in_their_day_have_changed_nothing() -> None:
    assert nothing(changes(make_record(), later(), "tiny"))


def test_what_changed_can_be_written_as_json() -> None:
    after = later()
    moved(after, 5.0, "5.0%")
    assert record_bytes(changes(make_record(), after, "tiny"))


# ---- Data ----


def test_a_number_that_moved_with_new_data_is_the_datas_doing() -> None:
    after = later()
    thesis = moved(after, -12.0, "−12.0%")
    thesis["claims"][0] |= {"verdict": "broken", "reason": "Outside."}
    thesis["falsifiers"][0]["state"] = "tripped"
    found = changes(make_record(), after, "tiny")
    number = the_number(found)
    assert (number["then"]["text"], number["now"]["text"]) == ("4.0%", "−12.0%")
    assert (number["by"], number["kind"]) == ("data", "new data")
    assert number["because"] == "new data to May 1, 2026"
    (verdict,) = found["verdicts"]
    assert (verdict["then"], verdict["now"], verdict["by"]) == ("holds", "broken", "data")
    assert verdict["figure"] == {"then": "4.0%", "now": "−12.0%"}
    (state,) = found["falsifiers"]["states"]
    assert (state["now"], state["by"]) == ("tripped", "data")
    assert found["words"] == []
    assert found["claims"]["edited"] == []
    assert found["summary"] == "1 number, 1 verdict, no words, 1 falsifier"


def test_revised_data_are_told_from_new_data() -> None:
    after = later()
    thesis = moved(after, 5.0, "5.0%", as_of=DAY)
    thesis["tables"]["prices"]["until"] = {DAY: "other"}
    found = changes(make_record(), after, "tiny")
    assert the_number(found)["kind"] == "revised data"
    assert found["tables"]["revised"] == ["Tiny fund"]


def test_new_values_on_a_revised_past_are_both() -> None:
    after = later()
    moved(after, 5.0, "5.0%")["tables"]["prices"]["until"] = {DAY: "other"}
    number = the_number(changes(make_record(), after, "tiny"))
    assert number["kind"] == "new and revised data"
    assert number["because"].endswith("earlier values of Tiny fund were revised")


def test_a_table_kept_by_hand_is_changed_by_its_author() -> None:
    before, after = make_record(), later()
    before["theses"]["tiny"]["tables"]["prices"]["by_hand"] = True
    thesis = moved(after, 5.0, "5.0%", as_of=DAY)
    thesis["tables"]["prices"] |= {"by_hand": True, "until": {DAY: "other"}}
    found = changes(before, after, "tiny")
    assert (the_number(found)["by"], the_number(found)["kind"]) == ("author", "table")
    assert found["tables"]["edited"] == ["Tiny fund"]


def test_another_formula_is_its_authors_act_even_with_new_data() -> None:
    after = later()
    moved(after, 5.0, "5.0%")["facts"]["gain"]["made_by"] = "f2"
    number = the_number(changes(make_record(), after, "tiny"))
    assert (number["by"], number["kind"]) == ("author", "formula")
    assert "the data changed too" in number["because"]


def test_a_formula_behind_a_number_counts_as_its_own() -> None:
    before, after = make_record(), later()
    for record, made_by in ((before, "b1"), (after, "b2")):
        facts = record["theses"]["tiny"]["facts"]
        facts["base"] = facts["gain"] | {"value": 1.0, "text": "1.0%", "made_by": made_by}
        facts["gain"] = facts["gain"] | {"from": ["base"]}
    moved(after, 5.0, "5.0%", as_of=DAY, table="m1")
    assert the_number(changes(before, after, "tiny"))["by"] == "author"


def test_a_number_that_prints_the_same_is_kept_apart() -> None:
    after = later()
    moved(after, 4.01, "4.0%")
    found = changes(make_record(), after, "tiny")
    assert not the_number(found)["shown"]
    assert found["summary"].startswith("no numbers")


def test_the_largest_move_comes_first() -> None:
    before, after = make_record(), later()
    for record, values in ((before, (100.0, 1.0)), (after, (110.0, 3.0))):
        facts = record["theses"]["tiny"]["facts"]
        for name, value in zip(("much", "twice"), values, strict=True):
            facts[name] = facts["gain"] | {"value": value, "text": str(value)}
    found = changes(before, after, "tiny")
    assert [number["id"] for number in found["numbers"]["moved"]] == ["twice", "much"]


def test_a_verdict_that_its_day_brought_says_so() -> None:
    after = later()
    after["theses"]["tiny"]["claims"][0]["verdict"] = "overdue"
    (verdict,) = changes(make_record(), after, "tiny")["verdicts"]
    assert (verdict["by"], verdict["because"]) == ("data", "its day has passed")


# ---- The author ----


def test_words_that_changed_are_the_editors_doing_and_nothing_else() -> None:
    after = later()
    text = "The fund gained {{ facts.gain }}, and small things add up slowly."
    after["theses"]["tiny"]["text"]["article.md.j2"][1] = text
    found = changes(make_record(), after, "tiny")
    (page,) = found["words"]
    (paragraph,) = page["paragraphs"]
    assert [p["text"] for p in paragraph["parts"] if p["op"] == "ins"] == [" slowly"]
    assert [p for p in paragraph["parts"] if p["op"] == "del"] == []
    assert found["numbers"]["moved"] == []
    assert found["verdicts"] == []
    assert found["summary"] == "no numbers, no verdicts, 1 paragraph reworded"


def test_a_number_that_moves_inside_a_sentence_is_no_change_of_words() -> None:
    after = later()
    moved(after, 5.0, "5.0%")
    assert changes(make_record(), after, "tiny")["words"] == []


def test_a_reworded_sentence_shows_its_number_as_the_data_have_it_now() -> None:
    after = later()
    thesis = moved(after, 5.0, "5.0%")
    thesis["text"]["article.md.j2"][1] = (
        "The fund earned {{ facts.gain }}, and small things add up."
    )
    (page,) = changes(make_record(), after, "tiny")["words"]
    (value,) = [p for p in page["paragraphs"][0]["parts"] if p["kind"] == "value"]
    assert (value["op"], value["text"].strip()) == ("same", "5.0%")


def test_an_edited_claim_whose_number_moved_is_its_authors_verdict() -> None:
    after = later()
    claim = moved(after, 5.0, "5.0%")["claims"][0]
    claim |= {"verdict": "drifted", "statement": "The largest share is 41%"}
    claim["written"] |= {"statement": "The largest share is 41%", "low": 40.5}
    found = changes(make_record(), after, "tiny")
    assert found["verdicts"][0]["by"] == "author"
    assert "its number moved too" in found["verdicts"][0]["because"]
    (edited,) = found["claims"]["edited"]
    assert [field["field"] for field in edited["fields"]] == ["statement", "low"]
    assert the_number(found)["by"] == "data"


def test_claims_come_go_and_are_renamed() -> None:
    after = later()
    claims = after["theses"]["tiny"]["claims"]
    claims[0] |= {"id": "top_share", "was": ["share"]}
    claims.append(claims[0] | {"id": "other", "was": []})
    found = changes(make_record(), after, "tiny")["claims"]
    assert [(c["was"], c["id"]) for c in found["renamed"]] == [("share", "top_share")]
    assert [c["id"] for c in found["added"]] == ["other"]
    assert found["removed"] == []
    back = changes(after, make_record(LATER), "tiny")["claims"]
    assert [c["id"] for c in back["removed"]] == ["top_share", "other"]


def test_a_moved_threshold_is_an_edit_and_its_state_the_editors() -> None:
    after = later()
    after["theses"]["tiny"]["falsifiers"][0] |= {"threshold": "below 5", "state": "tripped"}
    found = changes(make_record(), after, "tiny")["falsifiers"]
    assert found["states"][0]["by"] == "author"
    assert found["edited"][0]["fields"][0]["then"] == "below -10"


def test_charts_come_go_and_find_something_else() -> None:
    before, after = make_record(), later()
    thesis = after["theses"]["tiny"]
    thesis["charts"][0]["title"] = "Two are large"
    before["theses"]["tiny"]["charts"].append({"id": "old", "title": "Old", "made_by": "c"})
    before["theses"]["tiny"]["charts"].append({"id": "lost", "title": "Lost", "made_by": "c"})
    thesis["missing"] = ["lost"]
    thesis["charts"].append({"id": "new", "title": "New", "made_by": "c"})
    found = changes(before, after, "tiny")["charts"]
    assert [(c["id"], c["by"]) for c in found["gone"]] == [("old", "author"), ("lost", "data")]
    assert [(c["id"], c["by"]) for c in found["new"]] == [("new", "author")]
    assert [(c["id"], c["by"]) for c in found["retitled"]] == [("sizes", "data")]
    thesis["charts"][0] |= {"made_by": "c2"}
    assert changes(before, after, "tiny")["charts"]["retitled"][0]["by"] == "author"


# ---- First, new, gone, and records of an older program ----


def test_the_first_edition_and_theses_that_are_new_or_gone_say_so() -> None:
    record = make_record()
    empty = {"edition": LATER, "theses": {}}
    assert changes(None, record, "tiny")["summary"] == "the first edition"
    assert changes({**empty, "edition": "2026-03-02"}, record, "tiny")["kind"] == "new"
    gone = changes(record, empty, "tiny")
    assert (gone["kind"], gone["title"]) == ("gone", "A tiny thesis")


def test_an_older_record_is_compared_as_far_as_it_goes() -> None:
    before, after = make_record(), later()
    thesis = before["theses"]["tiny"]
    del thesis["tables"], thesis["text"], thesis["claims"][0]["written"]
    for name in ("from", "made_by", "statement"):
        del thesis["facts"]["gain"][name]
    del thesis["charts"][0]["made_by"]
    moved(after, 5.0, "5.0%")["charts"][0]["title"] = "Two are large"
    found = changes(before, after, "tiny")
    assert found["not_recorded"] == ["words", "claims", "formulas", "tables"]
    assert the_number(found)["kind"] == "new data"
    assert found["charts"]["retitled"][0]["by"] == "not known"
    assert found["claims"]["edited"] == []
    assert found["words"] == []
    assert "words not compared" in found["summary"]
    moved(after, 5.0, "5.0%", as_of=DAY)
    assert the_number(changes(before, after, "tiny"))["by"] == "not known"
    assert "not compared" in "\n".join(lines(found))


# ---- Words ----


def test_paragraphs_are_split_where_a_reader_sees_them() -> None:
    source = "# T\nWords {# why #} and\n  more.\n\n- one\n- two\n| a | b |\n|---|---|\nEnd.\n"
    found = ["# T", "Words and more.", "- one", "- two", "| a | b |", "|---|---|", "End."]
    assert blocks(source) == found


def test_a_paragraph_that_moved_or_only_looks_otherwise_is_no_new_one() -> None:
    page = page_changes(
        ["One.", "Two here.", "Three."], ["Three.", "One.", "**Two** here."], {}, {}
    )
    assert (page.paragraphs, page.moved, page.look) == ((), 1, 1)


def test_nothing_of_jinja_reaches_the_reader() -> None:
    before = ["Text."]
    after = [
        "{% if facts.gain %}It gained {{ facts.gain }} {{ claims.share.mark }}.{% else %}Who "
        "knows?{% endif %} {{ claims.share | sentence }}; {{ odd | filter(1) }}%.",
        "{{ show(charts.sizes) }}",
        "{% set x = 1 %}",
    ]
    edition = make_record()["theses"]["tiny"]
    page = page_changes(before, after, edition, edition)
    html = " ".join(diff_html(parts) for _, parts in page.paragraphs)
    assert not re.search(r"[{}%]{2}|facts\.|claims\.|show\(", html)
    words = re.sub(r"<[^>]+>", "", html)
    assert "It gained 4.0%. or Who knows? The largest share is 40%; value%." in words
    assert "chart: One is large" in words
    assert page.look == 1


def test_a_change_is_told_by_elements_and_words_and_keeps_html_inert() -> None:
    html = diff_html(words_compared("one <b> three", "one two three"))
    assert html == (
        'one <del><span class="mtm-unseen">deleted: </span>&lt;b&gt;</del> '
        '<ins><span class="mtm-unseen">inserted: </span>two</ins> three'
    )


@pytest.mark.parametrize(("before", "after"), [("a b c d", "a x c d e."), ("", "new"), ("old", "")])
def test_a_difference_holds_both_texts(before: str, after: str) -> None:
    parts = words_compared(before, after)
    for text, ops in ((before, ("same", "del")), (after, ("same", "ins"))):
        assert "".join(p["text"] for p in parts if p["op"] in ops).split() == text.split()


def test_long_runs_that_stayed_are_shortened_around_a_change() -> None:
    before = " ".join(f"w{i}" for i in range(100))
    parts = shortened(words_compared(before, before.replace("w50", "changed")))
    text = "".join(part["text"] for part in parts)
    assert text.count("[…]") == 2
    assert "w49" in text
    assert "w51" in text
    assert "w5 " not in text


# ---- Marks of code and tables ----


CODE = """
SCALE = 2

def _half(x):
    return x / 2

def gain(prices):
    \"\"\"The gain.\"\"\"
    return _half(prices)

def scaled(prices):
    return SCALE * prices

def steady(prices):
    return prices
"""


def code_marks(folder: Path, name: str, code: str) -> dict[str, str]:
    path = folder / f"{name}.py"
    path.write_text(code)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {one: code_mark(getattr(module, one)) for one in ("gain", "scaled", "steady")}


def test_the_mark_of_code_knows_helpers_and_constants_but_not_comments(tmp_path: Path) -> None:
    one = code_marks(tmp_path, "one", CODE)
    told = CODE.replace("The gain.", "What it won.").replace("x / 2", "x / 2  # by two")
    assert code_marks(tmp_path, "told", told) == one
    helper = code_marks(tmp_path, "helper", CODE.replace("x / 2", "x / 3"))
    assert [name for name in one if one[name] != helper[name]] == ["gain"]
    constant = code_marks(tmp_path, "constant", CODE.replace("SCALE = 2", "SCALE = 3"))
    assert [name for name in one if one[name] != constant[name]] == ["scaled"]


def make_prices(days=6, split_at=None):
    index = pd.date_range("2026-03-30", periods=days, name="date")
    close = [100.0 + i for i in range(days)]
    split = [2.0 if i == split_at else 0.0 for i in range(days)]
    return pd.DataFrame({"close": close, "split": split}, index=index)


def test_a_table_cut_back_has_the_mark_it_had() -> None:
    day = pd.Timestamp(DAY).date()
    cut = cut_back(make_prices(6), "yahoo", day, DAY)
    assert cut is not None
    assert mark(cut) == mark(make_prices(3))
    revised = make_prices(6)
    revised.iloc[0, 0] *= 1 + 1e-6
    assert mark(revised.iloc[:3]) != mark(make_prices(3))
    noise = make_prices(3)
    noise.iloc[0, 0] *= 1 + 1e-15
    assert mark(noise) == mark(make_prices(3))


def test_after_a_split_the_past_is_not_compared() -> None:
    day = pd.Timestamp(DAY).date()
    assert cut_back(make_prices(6, split_at=4), "yahoo", day, DAY) is None
    assert cut_back(make_prices(6, split_at=1), "yahoo", day, DAY) is not None


def test_rows_of_a_cited_table_that_came_due_are_new_and_not_edited() -> None:
    frame = pd.DataFrame({"as_of": ["2025", "2026-04", "2026-04-20"], "value": [1.0, 2.0, 3.0]})
    cut = cut_back(frame, "cited", pd.Timestamp(DAY).date(), None)
    assert cut is not None
    assert cut["value"].tolist() == [1.0, 2.0]


# ---- A build, and the command ----


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny site with two editions: the second has other words and another cited figure."""
    root = lay_repository(tmp_path_factory.mktemp("changes") / "repository")
    assert build_command("build", "--today", DAY, root=root).returncode == 0
    thesis = root / "templates" / "tiny"
    article = thesis / "article.md.j2"
    article.write_text(article.read_text().replace("The fact says", "What we counted is"))
    shares = thesis / "cited" / "shares.csv"
    shares.write_text(shares.read_text().replace(",40,percent", ",41,percent"))
    done = build_command("build", "--today", LATER, root=root)
    assert done.returncode == 0, done.stderr
    assert build_command("build", "--today", LATER, root=root).returncode == 0  # on its own day
    return root


def page_of(root: Path, day: str) -> str:
    folder = root / "site" / day / "theses" / "tiny"
    return (folder / "changes" / "index.html").read_text("utf-8")


def test_each_edition_has_its_page_its_file_and_a_line_in_the_article(two: Path) -> None:
    first, second = (two / "site" / day / "theses" / "tiny" for day in (DAY, LATER))
    assert "This is the first edition" in page_of(two, DAY)
    found = json.loads((second / "changes.json").read_text("utf-8"))
    assert (found["since"], found["kind"]) == (DAY, "compared")
    assert json.loads((first / "changes.json").read_text("utf-8"))["kind"] == "first"
    article = (second / "index.html").read_text("utf-8")
    assert f'href="changes/">What changed since April 1, 2026</a>: {found["summary"]}' in article
    assert "\x02" not in article
    record = json.loads((two / "site" / LATER / "edition.json").read_text("utf-8"))
    assert record["theses"]["tiny"]["changed"] == {"since": DAY, "summary": found["summary"]}
    assert "theses/tiny/changes/index.html" in record["files"]
    assert "theses/tiny/changes.json" in record["files"]
    assert re.search(
        r'href="changes/" class="md-nav__link">\s*<span[^>]*>\s*What changed\s*<', article
    )


def test_a_build_tells_words_and_hand_kept_figures_from_data(two: Path) -> None:
    found = json.loads(
        (two / "site" / LATER / "theses" / "tiny" / "changes.json").read_text("utf-8")
    )
    assert the_number(found)["by"] == "author"
    assert found["tables"]["edited"] == ["Shares"]
    html = page_of(two, LATER)
    assert "The fact says</del>" in html
    assert "What we counted is</ins>" in html
    assert '<span class="mtm-typed mtm-typed-value">41%</span>' in html
    assert f'href="../../../../{DAY}/theses/tiny/"' in html


def test_the_feed_leads_to_what_changed(two: Path) -> None:
    feed = (two / "site" / "feed.xml").read_text("utf-8")
    assert f'href="{LATER}/theses/tiny/changes/"' in feed
    assert 'title="What changed since April 1, 2026"' in feed
    assert "Since April 1, 2026: 1 number," in feed


def diff(root: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--root", str(root), "editions", "diff", *arguments])
    return int(ended.value.code or 0)


def test_the_command_prints_what_changed(two: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(two, DAY, "latest") == 0
    text = capsys.readouterr().out
    assert f"From the edition of {DAY} to that of {LATER}:" in text
    assert "[-The fact says-] {+What we counted is+}" in text
    assert "largest: 40% -> 41% (the editors changed the table “Shares”)" in text
    assert diff(two, DAY, LATER, "--format", "json") == 0
    (thesis,) = json.loads(capsys.readouterr().out)
    kept = (two / "site" / LATER / "theses" / "tiny" / "changes.json").read_text("utf-8")
    assert thesis == json.loads(kept)
    assert diff(two, "latest", LATER) == 0
    assert capsys.readouterr().out.rstrip().endswith(": nothing")


def test_the_command_names_the_nearest_edition(
    two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert diff(two, "2026-04-02", "latest") == 2
    said = capsys.readouterr().err
    assert "there is no edition '2026-04-02' in" in said
    assert f"Did you mean '{DAY}'?" in said
    assert diff(two, DAY, LATER, "--in", "nowhere") == 2
    assert "there is no edition in" in capsys.readouterr().err
    assert diff(two, DAY, LATER, "--branch", "nowhere") == 2
