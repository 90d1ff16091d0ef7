"""What is asked for: the origin of a step, the bound arguments of a call, and the call's key."""

from memo.key.binder import Binder
from memo.key.captured import captured_by, may_capture
from memo.key.given import GivenArgument
from memo.key.key import ArgumentRecord, CallKey, Keyer, StepIdentity, argument_digest, key_of, with_code
from memo.key.origin import Origin

__all__ = [
    "ArgumentRecord",
    "Binder",
    "CallKey",
    "GivenArgument",
    "Keyer",
    "Origin",
    "StepIdentity",
    "argument_digest",
    "captured_by",
    "key_of",
    "may_capture",
    "with_code",
]
