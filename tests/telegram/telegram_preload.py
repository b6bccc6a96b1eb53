"""What the tests' channel processes have in memory when they are forked: the imports, and the knowledge as read.

Together that takes four seconds, and tests start twenty processes. `knowledge` has tests of its own.
"""

import functools

import door.telegram.__main__  # noqa: F401
from door.telegram import facts
from knowledge import loading

loading.load = functools.cache(loading.load)
facts.load_place_files = functools.cache(facts.load_place_files)
facts.Facts()
