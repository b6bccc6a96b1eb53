"""Stands in for TensorFlow, which Rasa imports whatever the pipeline is and ours never uses: 350 MB of memory and half of the start.

Rasa's neural components subclass TensorFlow's classes as they are imported; nothing of it is called before one of them is made.
docs/decisions/0008-lean-rasa.md has what that gave.
"""

from __future__ import annotations

import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Optional

LEFT_OUT = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras"})

# Rasa's settings for it, by which it would set it up at once.
ITS_SETTINGS = ("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS", "TF_GPU_MEMORY_ALLOC")


class LeftOutError(ImportError):
    """Somebody wanted to use it after all. (An import error: whoever can do without takes that for an answer.)"""


class _Anything(type):
    """A class that has any attribute and can be subclassed, but not called."""

    def __getattr__(cls, name: str) -> _Anything:
        return _attribute(name)

    def __call__(cls, *_: Any, **__: Any) -> None:
        raise LeftOutError(f"TensorFlow is left out of this process, and {cls.__name__} needs it. For a pipeline or policies with "
                           "neural components start Rasa as `python -m rasa`, not `python -m bot`.")


def _attribute(name: str) -> _Anything:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Anything(name, (), {})


class _Module(ModuleType):
    """An empty module that has any attribute."""

    def __getattr__(self, name: str) -> _Anything:
        made = _attribute(name)
        setattr(self, name, made)
        return made


class _Finder(MetaPathFinder, Loader):
    """Finds whatever is left out, and what lies below it."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in LEFT_OUT else None

    def create_module(self, spec: ModuleSpec) -> _Module:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def install() -> None:
    """From here on what is left out can be imported, and nothing of it used. Before Rasa is imported, or not at all."""
    if not LEFT_OUT.isdisjoint(sys.modules):
        raise RuntimeError("TensorFlow is imported already")
    for name in ITS_SETTINGS:
        os.environ.pop(name, None)
    sys.meta_path.insert(0, _Finder())
