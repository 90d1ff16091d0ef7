"""Encoders of exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(Decimal, subclasses=True)
def encode_decimal(value: Decimal) -> Node:
    """Encode sign, digits and exponent as they are shown: ``1.0`` differs from ``1.00``."""
    sign, digits, exponent = Decimal.as_tuple(value)
    return Node(("Decimal",), (sign, "".join(map(str, digits)), exponent))


_NUMERATOR: Any = Fraction.numerator.__get__
_DENOMINATOR: Any = Fraction.denominator.__get__


@encoder(Fraction, subclasses=True)
def encode_fraction(value: Fraction) -> Node:
    """Encode numerator and denominator, which have no common divisor."""
    return Node(("Fraction",), (_NUMERATOR(value), _DENOMINATOR(value)))
