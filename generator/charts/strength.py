"""A kind of chart for one investment measured in another: their ratio against its own past."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from generator.charts.kind import ready_made
from generator.charts.measures import by_period, together
from generator.charts.series import lines
from generator.model import Chart
from generator.statistics import expanding_z, relative

FEWEST = 24  # months before a mean so far means anything


@ready_made
def relative_strength(
    ours: pd.Series,
    theirs: pd.Series,
    *,
    title: str,
    subtitle: str,
    alt: str,
    note: str = "",
    name: str = "ratio",
    minimum: int = FEWEST,
    **options: Any,
) -> Chart:
    """One level over another at month ends, with its mean so far and a band around it.

    `ours` and `theirs` are levels on one basis (both prices or both total returns), indexed by day
    or month; the ratio is 1 on the first day both have. Mean and band are those of its logarithm,
    expanding: they begin after `minimum` months and no later month enters them, so that a point
    outside the band has a z-score beyond one. The lowest and highest months are marked; the
    z-score is in the download. Other options as for `lines`. Raises ValueError for levels that
    share fewer than `minimum` months or are not above zero.
    """
    both = together(ours, theirs, "relative_strength")
    ratios = by_period(relative(both["ours"], both["theirs"]))
    if len(ratios) < minimum:
        raise ValueError(
            f"relative_strength() was given levels that share {len(ratios)} months; its mean needs "
            f"{minimum}."
        )
    logs = np.log(ratios)
    mean, spread = logs.expanding(minimum).mean(), logs.expanding(minimum).std()
    lowest, highest = ratios.idxmin(), ratios.idxmax()
    made = lines(
        ratios.rename(name).to_frame(),
        title=title,
        subtitle=subtitle,
        alt=alt,
        note=f"{note} {_sample(ratios, minimum)}".strip(),
        mean=np.exp(mean),
        low=np.exp(mean - spread),
        high=np.exp(mean + spread),
        **{
            "value": "ratio",
            "log": True,
            "mean_label": "mean so far",
            "marks": [(highest, f"high, {highest:%Y-%m}"), (lowest, f"low, {lowest:%Y-%m}")],
            **options,
        },
    )
    z = expanding_z(logs, minimum).rename("z_score")
    return dataclasses.replace(
        made, data=made.data.merge(z, left_on="date", right_index=True, how="left")
    )


def _sample(ratios: pd.Series, minimum: int) -> str:
    return (
        f"The sample begins in {ratios.index[0]:%B %Y}. Dashed: the mean so far; shaded: one "
        f"standard deviation around it, both from {minimum} months on and only from the months up "
        "to each point."
    )
