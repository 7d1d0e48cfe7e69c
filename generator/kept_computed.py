"""What the data and code of a thesis came to, kept as JSON: changed words compute nothing again.

Frames and functions are not kept. What is left says all that pages say, unless the words of a
thesis ask for more: then it is computed after all (`generator.kept_values`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.computing import Computed
from generator.head import card_path
from generator.kept import keep, read_as_left, read_kept, sha256
from generator.kept_values import back, plain
from generator.layout import THESES
from generator.model import (
    Chart,
    Condition,
    Fact,
    ForeignText,
    Missing,
    Picture,
    Plotted,
    Source,
    Table,
    Thesis,
    Yardstick,
)
from generator.rendering_steps import Setting, Steps
from generator.rules import Age, Staleness
from generator.statistics import Lead
from generator.track_record import Start, Stretch, TrackRecord
from generator.verdicts import Falsifier, JudgedFalsifier, Threshold

CLASSES = {
    one.__name__: one
    for one in (
        *(Age, Chart, Condition, Fact, Falsifier, ForeignText, JudgedFalsifier, Lead, Missing),
        *(Plotted, Source, Staleness, Start, Stretch, Table, Threshold, TrackRecord, Yardstick),
    )
}
_AS_IT_IS = ("tables", "facts", "falsifiers", "charts", "missing", "no_facts", "track")


class Keeping(Steps):
    """The steps of a rendering, with what is kept of theses under these digests."""

    def __init__(self, digests: Mapping[str, str]) -> None:
        super().__init__()
        self._digests = digests

    def known(self, thesis: Thesis, setting: Setting) -> Computed | None:
        """As Steps has it; nothing is known of what is not whole, or of other files than these."""
        content = read_kept(_path(thesis, setting))
        digest = self._digests.get(thesis.slug)
        if content is None or digest is None:
            return None
        try:
            kept = json.loads(content)
            return _computed(kept, thesis, setting) if kept["made_from"] == digest else None
        except (ValueError, KeyError, TypeError, OSError):
            return None  # of another version of ours, or a picture is not there any more

    def learn(self, thesis: Thesis, setting: Setting, computed: Computed) -> None:
        """Keep it, unless there is something to say of it."""
        digest = self._digests.get(thesis.slug)
        if digest and not computed.findings:
            kept = {"made_from": digest, **_kept(computed, setting)}
            keep(_path(thesis, setting), json.dumps(kept).encode())


def _path(thesis: Thesis, setting: Setting) -> Path:
    kind = "check" if setting.laid_out else "computed"
    return setting.root / THESES / f"{thesis.slug}.{kind}.json"


def _kept(computed: Computed, setting: Setting) -> dict[str, Any]:
    values = {name: getattr(computed, name) for name in _AS_IT_IS}
    values |= {"origins": {} if setting.laid_out else computed.origins()}
    pictures = {
        name: {
            "plotted": plain(picture.plotted, CLASSES),
            "sizes": [picture.size, picture.phone_size],
            "files": {file: sha256(content) for file, content in picture.files.items()},
        }
        for name, picture in computed.pictures.items()
    }
    return {
        "values": {name: plain(value, CLASSES) for name, value in values.items()},
        "pictures": pictures,
        "card": sha256(computed.card) if computed.card else "",
    }


def _computed(kept: Mapping[str, Any], thesis: Thesis, setting: Setting) -> Computed:
    """Raises ValueError where a published file is not what it was, OSError where it is gone."""
    docs = setting.root / "docs"
    values = {name: back(value, CLASSES) for name, value in kept["values"].items()}
    pictures = {
        name: Picture(
            chart=values["charts"][name],
            plotted=back(one["plotted"], CLASSES),
            files={
                file: read_as_left(docs / "theses" / thesis.slug / "charts" / file, digest)
                for file, digest in one["files"].items()
            },
            size=tuple(one["sizes"][0]),
            phone_size=tuple(one["sizes"][1]),
        )
        for name, one in kept["pictures"].items()
    }
    card = read_as_left(docs / card_path(thesis.slug), kept["card"]) if kept["card"] else b""
    origins = values.pop("origins")
    return Computed(**values, pictures=pictures, origins=lambda: origins, card=card)
