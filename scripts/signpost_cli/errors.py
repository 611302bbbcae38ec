"""What the command tells its user instead of a traceback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from signpost.aws.clients import code_of, message_of
from signpost.errors import SignpostError
from signpost.harmless import harmless

_MISSING = re.compile("NotExist|NotFound|^NoSuch")


class CommandError(Exception):
    """The command can't go on; the text says why and what to do. Exit code 1."""


@contextmanager
def asking(call: str, resource: str, missing: str | None = None) -> Iterator[None]:
    """Turn AWS's errors into a CommandError that names the call, the resource and the next step.

    `missing` is the next step where the resource does not exist. Signpost's own errors around an
    AWS error are told as that one; any other has its sentence already.
    """
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise _told(error, call, resource, missing) from error
    except SignpostError as error:
        cause = error.__cause__
        if isinstance(cause, ClientError | BotoCoreError):
            raise _told(cause, call, resource, missing) from error
        raise CommandError(str(error)) from error


def _told(
    error: ClientError | BotoCoreError, call: str, resource: str, missing: str | None
) -> CommandError:
    if isinstance(error, ClientError):
        return _refused(error, call, resource, missing)
    if isinstance(error, NoCredentialsError):
        return CommandError(
            f"{call} needs AWS credentials, and none were found.\n"
            "Set AWS_PROFILE, or run `aws sso login`. For the local AWS: signpost local up."
        )
    if isinstance(error, NoRegionError):
        return CommandError(
            f"{call} needs a region, and none is set.\nSet AWS_REGION to the stack's region."
        )
    if isinstance(error, ProfileNotFound):
        return CommandError(f"{error}.\nSet AWS_PROFILE to a profile that exists.")
    if isinstance(error, EndpointConnectionError):
        return CommandError(
            f"{call} on {resource}: nothing answers at the endpoint ({error}).\n"
            "If AWS_ENDPOINT_URL points to the local AWS, start it: signpost local up."
        )
    return CommandError(f"{call} on {resource} got no answer: {harmless(str(error))}\nTry again.")


def _refused(error: ClientError, call: str, resource: str, missing: str | None) -> CommandError:
    code, said = code_of(error), harmless(message_of(error) or str(error))
    if missing and (_MISSING.search(code) or "does not exist" in said):
        step = missing
    elif code in ("AccessDenied", "AccessDeniedException"):
        step = "Use credentials that may make this call."
    elif "Token" in code or code in ("SignatureDoesNotMatch", "UnrecognizedClientException"):
        step = "Renew your credentials."
    else:
        step = "Try again, or look at the resource in the console."
    return CommandError(f"{call} on {resource} failed: {code}: {said}\n{step}")
