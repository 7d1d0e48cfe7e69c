"""Values as JSON and back, as they were; of frames, functions and the like only that they were.

What was not kept raises NotKept as soon as anything of it is asked for.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

KIND = "$"  # the key of all that JSON has no form for


class NotKept(BaseException):
    """Something is asked of a value that was not kept: it must be computed again.

    No Exception, for those that an author's words raise are their author's to mend.
    """


class Unkept:
    """Stands where a value was that is not kept."""

    def __getattribute__(self, name: str) -> Any:
        raise NotKept(name)

    def _refuse(self, *_: Any) -> Any:
        raise NotKept

    __call__ = __iter__ = __len__ = __getitem__ = __bool__ = __eq__ = __str__ = __repr__ = _refuse
    __contains__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __truediv__ = _refuse
    __float__ = __int__ = __lt__ = __gt__ = __le__ = __ge__ = __format__ = __hash__ = _refuse


def plain(value: Any, classes: Mapping[str, type]) -> Any:
    """The value as JSON has it; of dataclasses, named tuples and texts of these `classes`."""
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if isinstance(value, float) or (hasattr(value, "item") and not getattr(value, "ndim", 1)):
        return plain(value.item(), classes) if hasattr(value, "item") else float(value)
    if kind is list:
        return [plain(one, classes) for one in value]
    if kind is tuple:
        return {KIND: "tuple", "of": [plain(one, classes) for one in value]}
    if isinstance(value, Mapping):
        pairs = [[plain(k, classes), plain(v, classes)] for k, v in value.items()]
        return {KIND: "map", "of": pairs}
    if kind is dt.date:
        return {KIND: "date", "of": value.isoformat()}
    if classes.get(kind.__name__) is not kind:
        return {KIND: "unkept"}
    if dataclasses.is_dataclass(kind):
        names = [field.name for field in dataclasses.fields(kind)]
        of = {name: plain(getattr(value, name), classes) for name in names}
    elif hasattr(value, "_asdict"):
        of = {name: plain(one, classes) for name, one in value._asdict().items()}
    else:
        return {KIND: kind.__name__, "text": str(value)}
    return {KIND: kind.__name__, "of": of}


def back(value: Any, classes: Mapping[str, type]) -> Any:
    """The value that `plain` made this of. Raises KeyError, TypeError or ValueError for no such."""
    if isinstance(value, list):
        return [back(one, classes) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value[KIND]
    of: Any = value.get("of")
    if kind == "tuple":
        return tuple(back(one, classes) for one in of)
    if kind == "map":
        return {back(name, classes): back(one, classes) for name, one in of}
    if kind == "date":
        return dt.date.fromisoformat(of)
    if kind == "unkept":
        return Unkept()
    if "text" in value:
        return classes[kind](value["text"])
    return classes[kind](**{name: back(one, classes) for name, one in of.items()})
