"""The errors that an execution can end with."""

from __future__ import annotations

from signpost.errors import SignpostError


def test_every_error_of_the_domain_has_a_docstring() -> None:
    classes = [SignpostError]
    for kind in classes:
        classes += kind.__subclasses__()
    assert all(kind.__doc__ for kind in classes)
    assert len(classes) > 20
