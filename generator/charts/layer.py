"""A layer of a chart. Apart from `panel`, so that altair is loaded only when something is drawn."""

from __future__ import annotations

import altair


class Layer(altair.Chart):
    """A layer whose copies share its parts, which nobody changes: altair copies each four times."""

    def __deepcopy__(self, memo: object) -> Layer:
        return self.copy(deep=False)
