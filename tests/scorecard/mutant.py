"""A pytest plugin: one module is imported with one mistake in it. Nothing is written anywhere.

MUTANT=messaging.stopwords:17 python -m pytest -p tests.scorecard.mutant tests/messaging/...
"""

import ast
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from tests.scorecard import mutations

_NAME, _, _PLACE = os.environ.get("MUTANT", "").partition(":")


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        """Never the compiled file that lies beside the source."""
        tree = ast.parse(self.get_data(self.path), self.path)
        mutations.of(tree)[int(_PLACE)].make()
        code: CodeType = compile(ast.fix_missing_locations(tree), self.path, "exec")
        return code


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _NAME:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        assert found is not None
        assert found.origin is not None
        return importlib.machinery.ModuleSpec(
            fullname, _Loader(fullname, found.origin), origin=found.origin
        )


if _NAME:
    assert _NAME not in sys.modules, "the module was imported before its mistake could be made"
    sys.meta_path.insert(0, _Finder())
