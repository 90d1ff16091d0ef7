"""Types that several layers share."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal


class Missing(Enum):
    """Say "no value": ``None`` is a legitimate result of a step."""

    MISSING = "missing"


MISSING: Final[Literal[Missing.MISSING]] = Missing.MISSING
