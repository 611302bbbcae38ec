"""Calls of Elastic Load Balancing, made to the emulator's code as its server makes them."""

from local_aws.emulated.inside import call

__all__ = ["call"]
