"""Reading facts from AWS for a check: what can't be read is said, with the call and the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import botocore
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from signpost.aws.clients import code_of, message_of
from signpost.errors import AccessDenied, AwsUnavailable, Throttled
from signpost_cli.checks.findings import Finding, not_checked

Answer = TypeVar("Answer")


class Unreadable(Exception):
    """A fact can't be had: the text names the call, the resource and AWS's reason.

    `kind` is the same for the same failure of a call on another resource.
    """

    def __init__(self, text: str, kind: str | None = None) -> None:
        super().__init__(text)
        self.kind = kind or text


class OldBotocore(Unreadable):
    """botocore does not know a call, or a part of its answer. Beside a local AWS there may be no
    newer one: MiniStack names the version that it wants.
    """

    def __init__(self, lacks: str) -> None:
        super().__init__(f"botocore {botocore.__version__} does not know {lacks}")


class Missing(Exception):
    """AWS says that the resource does not exist."""


@contextmanager
def reading(call: str, resource: str, missing: Collection[str] = ()) -> Iterator[None]:
    """Turn every failure of a call into Unreadable; the codes in `missing` into Missing.

    An answer without the fields that AWS documents counts as a failure too: an emulator may know
    a call by name only.
    """
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code in missing:
            raise Missing(message_of(error)) from error
        text = f"{call} on {resource}: {code}: {message_of(error)}"
        raise Unreadable(text, f"{call}: {code}") from error
    except (BotoCoreError, ResponseParserError) as error:
        raise Unreadable(f"{call} on {resource}: {error}") from error
    except (AccessDenied, AwsUnavailable, Throttled) as error:
        raise Unreadable(reason_of(error)) from error
    except (LookupError, TypeError, ValueError) as error:
        shape = f"{type(error).__name__}: {error}"
        raise Unreadable(
            f"{call} on {resource}: the answer is not as AWS documents it ({shape})"
        ) from error


def reason_of(error: Exception) -> str:
    """AWS's own words. What a SignpostError adds to them is advice about the functions' roles, and
    the credentials here are somebody else's.
    """
    cause = error if isinstance(error, ClientError) else error.__cause__
    if not isinstance(cause, ClientError):
        return str(error)
    return f"{cause.operation_name}: {code_of(cause)}: {message_of(cause)}"


def pages(call: Callable[..., Any], key: str, **request: Any) -> Iterator[Any]:
    """The items of every page of a call that goes on by a token in and out (`NextToken` or
    `nextToken`).
    """
    while True:
        page = call(**request)
        yield from page.get(key, [])
        token = next((name for name in ("NextToken", "nextToken") if page.get(name)), None)
        if token is None:
            return
        request[token] = page[token]


def attempt_each(check: str, tries: Mapping[str, Callable[[], Sequence[Finding]]]) -> list[Finding]:
    """The findings of several checks alike, by what each is about; those that can't be made for one
    reason are told together.
    """
    findings: list[Finding] = []
    failed: dict[str, tuple[Unreadable, list[str]]] = {}
    for what, make in tries.items():
        try:
            findings += make()
        except Unreadable as error:
            failed.setdefault(error.kind, (error, []))[1].append(what)
    return findings + [
        not_checked(check, ", ".join(whats), str(error) + (" (and so on)" if whats[1:] else ""))
        for error, whats in failed.values()
    ]


def attempt(check: str, what: str, make: Callable[[], Sequence[Finding]]) -> list[Finding]:
    """The findings of one check; where it can't be made, the one that says so."""
    return attempt_each(check, {what: make})
