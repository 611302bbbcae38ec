"""The patterns of AWS's API models as Python's `re` reads them.

They are written for Java, whose `\\p{L}`, `\\p{N}` and `\\p{Z}` are the letters, numbers and
separators of Unicode, and `\\p{ASCII}` its first 128 characters.
"""

from __future__ import annotations

import re
from functools import cache

# Python's `\\w` is exactly letters, numbers and the underscore, which the models' classes have too.
_LETTERS_AND_NUMBERS = r"\p{L}\p{Z}\p{N}_"
_SEPARATORS = " \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_IN_PYTHON = {_LETTERS_AND_NUMBERS: rf"\w{_SEPARATORS}", r"\p{ASCII}": r"[\x00-\x7f]"}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of a model, for `fullmatch`. Raises re.error for one that Python can't read."""
    for java, python in _IN_PYTHON.items():
        pattern = pattern.replace(java, python)
    return re.compile(pattern)
