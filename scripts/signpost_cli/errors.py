"""What the command tells its user instead of a traceback."""

from __future__ import annotations

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


class CommandError(Exception):
    """The command can't go on; the text says why and what to do. Exit code 1."""


@contextmanager
def asking(call: str, resource: str, missing: str | None = None) -> Iterator[None]:
    """Turn AWS's errors into a CommandError that names the call, the resource and the next step.

    `missing` is the next step where the resource does not exist.
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        said = error.response.get("Error", {}).get("Message", str(error))
        if missing and ("NotExist" in code or "NotFound" in code or "does not exist" in said):
            step = missing
        elif code in ("AccessDenied", "AccessDeniedException"):
            step = "Use credentials that may make this call."
        elif "Token" in code or code in ("SignatureDoesNotMatch", "UnrecognizedClientException"):
            step = "Renew your credentials."
        else:
            step = "Try again, or look at the resource in the console."
        raise CommandError(f"{call} on {resource} failed: {code}: {said}\n{step}") from error
    except NoCredentialsError as error:
        raise CommandError(
            f"{call} needs AWS credentials, and none were found.\n"
            "Set AWS_PROFILE, or run `aws sso login`. For the local AWS: signpost local up."
        ) from error
    except NoRegionError as error:
        raise CommandError(
            f"{call} needs a region, and none is set.\nSet AWS_REGION to the stack's region."
        ) from error
    except ProfileNotFound as error:
        raise CommandError(f"{error}.\nSet AWS_PROFILE to a profile that exists.") from error
    except EndpointConnectionError as error:
        raise CommandError(
            f"{call} on {resource}: nothing answers at the endpoint ({error}).\n"
            "If AWS_ENDPOINT_URL points to the local AWS, start it: signpost local up."
        ) from error
    except BotoCoreError as error:
        raise CommandError(f"{call} on {resource} got no answer: {error}\nTry again.") from error
