"""Charts drawn by several processes are those that one process draws, with the same mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generator.charts.draw import vega_bundle
from generator.drawing import ENOUGH, AtOnce
from generator.model import Chart, Picture
from generator.rendering import AFRESH
from tests.test_card import WORDS as CARD_WORDS
from tests.test_charts import kinds

CREDIT = ["Source: nobody."]


def broken(_: Any) -> Any:
    raise ValueError("no such column")


def asked() -> list[tuple[Chart, list[str]]]:
    """As many charts as keep two processes busy, and one that cannot be drawn."""
    charts = list(kinds().values())[: 2 * ENOUGH]
    return [(chart, CREDIT) for chart in [*charts, replace(charts[0], id="broken", draw=broken)]]


def test_several_processes_draw_what_one_draws(tmp_path: Path) -> None:
    alone = list(AFRESH.draw_all(asked(), cache=tmp_path / "alone"))
    with AtOnce(processes=2) as steps:
        together = list(steps.draw_all(asked(), cache=tmp_path / "together"))
        assert steps._pool is not None
    assert [one.files for one in together if isinstance(one, Picture)] == [
        one.files for one in alone if isinstance(one, Picture)
    ]
    assert [str(one) for one in together if isinstance(one, Exception)] == ["no such column"]
    assert len(together) == len(alone) == 2 * ENOUGH + 1
    names = [{path.name for path in (tmp_path / at).iterdir()} for at in ("alone", "together")]
    assert {name for name in names[1] - names[0] if not name.startswith("vega-")} == set()


def test_what_is_drawn_already_starts_no_process(tmp_path: Path) -> None:
    charts = asked()[:-1]
    with AtOnce(processes=2) as steps:
        first = list(steps.draw_all(charts, cache=tmp_path))
    with AtOnce(processes=2) as steps:
        again = list(steps.draw_all(charts, cache=tmp_path))
        assert steps._pool is None
    assert [one.files for one in again if isinstance(one, Picture)] == [
        one.files for one in first if isinstance(one, Picture)
    ]


def test_a_few_charts_that_changed_start_no_process(tmp_path: Path) -> None:
    charts = asked()[:-1]
    list(AFRESH.draw_all(charts[1:], cache=tmp_path))
    with AtOnce(processes=2) as steps:
        assert len(list(steps.draw_all(charts, cache=tmp_path))) == len(charts)
        assert steps._pool is None


def test_a_first_build_packs_the_script_of_live_charts_beside_its_other_work(
    tmp_path: Path,
) -> None:
    with AtOnce(processes=2) as steps:
        steps.begin(tmp_path)
        assert steps._pool is None
    (script,) = tmp_path.glob("vega-*.js")
    with AtOnce(processes=2) as steps:
        steps.begin(tmp_path)
        assert steps._packing is None
    script.unlink()
    assert vega_bundle(None) == vega_bundle(tmp_path)


def test_a_card_that_was_planned_is_the_one_that_is_drawn_alone(tmp_path: Path) -> None:
    charts = asked()[:-1]
    lead = charts[0][0]
    with AtOnce(processes=2) as steps:
        steps.plan_card(CARD_WORDS, lead, cache=tmp_path)
        list(steps.draw_all(charts, cache=tmp_path))
        assert len(steps._cards) == 1
        made = steps.card(CARD_WORDS, lead, cache=tmp_path)
    assert made == AFRESH.card(CARD_WORDS, lead, cache=None)
    with AtOnce(processes=2) as steps:
        steps.plan_card(CARD_WORDS, replace(lead, draw=broken), cache=tmp_path)
        list(steps.draw_all(charts, cache=tmp_path))
        with pytest.raises(ValueError, match="no such column"):
            steps.card(CARD_WORDS, replace(lead, draw=broken), cache=tmp_path)
