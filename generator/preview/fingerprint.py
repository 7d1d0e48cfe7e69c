"""A hash of all that a thesis function consists of: its code, and what it uses of its module."""

from __future__ import annotations

import hashlib
import inspect
import pickle
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

# What of code decides what it does; not its lines, which move with every change above it.
_CODE = (
    *("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags"),
    *("co_argcount", "co_kwonlyargcount", "co_posonlyargcount", "co_exceptiontable"),
)


class Unknown(Exception):
    """What something consists of cannot be told."""


def fingerprint(function: Callable[..., Any]) -> str:
    """The hash of a function and of all functions and values of its module that it refers to.

    Raises Unknown for one whose parts cannot be told, such as an object of a class of its module.
    """
    home = inspect.unwrap(function).__globals__
    return _hash(*_parts(function, home, set()))


def digest(value: Any) -> str:
    """The hash of a value. Raises Unknown for one that cannot be pickled."""
    try:
        return _hash(pickle.dumps(value))
    except Exception as error:  # whatever an object of somebody else's class raises
        raise Unknown(type(value).__name__) from error


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _parts(value: Any, home: dict[str, Any], seen: set[int]) -> Iterator[bytes]:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, ModuleType):
        yield value.__name__.encode()
    elif callable(value) and _is_of(value, home):
        yield from _wrapped(value, home, seen)
    else:
        yield digest(value).encode()


def _is_of(value: Any, home: dict[str, Any]) -> bool:
    """Whether this is a function of the module, or wraps one."""
    inner = inspect.unwrap(value)
    return isinstance(inner, FunctionType) and inner.__globals__ is home


def _wrapped(function: Any, home: dict[str, Any], seen: set[int]) -> Iterator[bytes]:
    """The function, and each that it wraps."""
    while function is not None:
        if isinstance(function, FunctionType) and function.__globals__ is home:
            yield from _function(function, home, seen)
        else:
            yield f"{type(function).__qualname__}".encode()
        function = getattr(function, "__wrapped__", None)


def _function(function: FunctionType, home: dict[str, Any], seen: set[int]) -> Iterator[bytes]:
    for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
        yield from _parts(default, home, seen)
    for cell in function.__closure__ or ():
        yield from _parts(cell.cell_contents, home, seen)
    yield from _code(function.__code__, home, seen)


def _code(code: CodeType, home: dict[str, Any], seen: set[int]) -> Iterator[bytes]:
    for name in _CODE:
        yield repr(getattr(code, name)).encode()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _code(constant, home, seen)
        else:
            yield repr(constant).encode()
    for name in code.co_names:
        if name in home:
            yield name.encode()
            yield from _parts(home[name], home, seen)
