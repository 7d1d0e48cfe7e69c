"""The Python of a thesis: its functions, by name, and what is wrong where it cannot be read."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from generator.errors import Finding
from generator.explaining import line_in, of_python


def load_functions(
    path: Path, *, root: Path
) -> tuple[dict[str, Callable[..., Any]], list[Finding]]:
    """The public functions a thesis file defines itself, in the order they are written."""
    if not path.exists():
        return {}, []
    shown = path.relative_to(root).as_posix()
    try:
        module = _import(path)
    except SyntaxError as error:
        hint = "Look for a bracket, a quote or a colon, here and on the line above."
        return {}, [Finding(shown, error.lineno or 1, f"not valid Python: {error.msg}.", hint)]
    except Exception as error:  # whatever thesis code raises while it is read
        said, hint = of_python(error)
        hint = hint or "The line was reached while the file was being imported."
        return {}, [Finding(shown, line_in(error, path), said, hint)]
    functions = {
        name: value
        for name, value in vars(module).items()
        if callable(value)
        and inspect.isfunction(inspect.unwrap(value))  # @cache is welcome, a class is no function
        and not name.startswith("_")
        and getattr(value, "__module__", "") == module.__name__
    }
    return functions, []


class _Loader(SourceFileLoader):
    """Leaves annotations as they are written: what they name need not be loaded for them."""

    def get_code(self, fullname: str) -> CodeType:
        """As importlib has it, and never from bytecode."""
        content, flags = Path(self.path).read_bytes(), annotations.compiler_flag
        code: CodeType = compile(content, self.path, "exec", flags, dont_inherit=True)
        return code


def _import(path: Path) -> ModuleType:
    name = f"thesis_{path.parent.name.replace('-', '_')}_{path.stem}"
    spec = spec_from_file_location(name, path, loader=_Loader(name, str(path)))
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot read {path}")
    module = module_from_spec(spec)
    # Without bytecode: a thesis folder holds what its author wrote and nothing else.
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module
