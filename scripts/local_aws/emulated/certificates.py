"""The certificates of a listener beside its default one: MiniStack knows that one only.

Elastic Load Balancing API Reference, version 2015-12-01: AddListenerCertificates,
DescribeListenerCertificates, RemoveListenerCertificates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import botocore.session
from ministack.services import acm, alb

from local_aws.emulated.classic import to_xml
from local_aws.emulated.refusals import RefusedError

# Of an application load balancer, the default one not counted (Elastic Load Balancing User Guide:
# quotas for your Application Load Balancers).
MOST = 25

Params = Mapping[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Listener = dict[str, Any]
Act = Callable[[Listener, Sequence[str]], Any]

_model = botocore.session.get_session().get_service_model("elbv2")
_MORE = "MoreCertificates"


def install() -> None:
    """Let the emulator answer the three calls."""
    for name, act in _CALLS.items():
        alb._ACTION_MAP[name] = _call(name, act)


def _describe(listener: Listener, _: Sequence[str]) -> list[dict[str, Any]]:
    defaults = [{"CertificateArn": arn, "IsDefault": True} for arn in _default(listener)]
    return defaults + _told(listener.get(_MORE, []))


def _add(listener: Listener, arns: Sequence[str]) -> list[dict[str, Any]]:
    for arn in arns:
        # One of IAM is not looked for.
        if ":acm:" in arn and arn not in acm._certificates:
            raise RefusedError("CertificateNotFound", f"Certificate '{arn}' not found")
    kept = [*dict.fromkeys([*listener.get(_MORE, []), *arns])]
    if len(kept) > MOST:
        raise RefusedError(
            "TooManyCertificates", f"The listener can have {MOST} certificates beside its default."
        )
    listener[_MORE] = kept
    return _told(arns)


def _remove(listener: Listener, arns: Sequence[str]) -> None:
    if set(arns) & set(_default(listener)) - set(listener.get(_MORE, [])):
        raise RefusedError(
            "OperationNotPermitted", "Default certificate cannot be removed from the listener"
        )
    listener[_MORE] = [arn for arn in listener.get(_MORE, []) if arn not in arns]


_CALLS: dict[str, Act] = {
    "DescribeListenerCertificates": _describe,
    "AddListenerCertificates": _add,
    "RemoveListenerCertificates": _remove,
}


def _default(listener: Listener) -> list[str]:
    return list(listener.get("Certificates", []))


def _told(arns: Sequence[str]) -> list[dict[str, Any]]:
    return [{"CertificateArn": arn, "IsDefault": False} for arn in arns]


def _call(name: str, act: Act) -> Callable[[Params], Answer]:
    shape = _model.operation_model(name).output_shape

    def call(params: Params) -> Answer:
        arn = alb._p(params, "ListenerArn")
        listener = alb._listeners.get(arn)
        try:
            if listener is None:
                raise RefusedError("ListenerNotFound", f"Listener '{arn}' not found.")
            found = act(listener, alb._parse_certificate_arns(params))
        except RefusedError as error:
            return alb._error(*error.args)  # type: ignore[no-any-return]
        result = {} if found is None else {"Certificates": found}
        return alb._xml(200, name, to_xml(shape, result) if shape else "")  # type: ignore[no-any-return]

    return call
