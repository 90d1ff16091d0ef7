"""Encoders of exact numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from memo.dethash.node import Node
from memo.dethash.registry import encoder


@encoder(Decimal, subclasses=True)
def encode_decimal(value: Decimal) -> Node:
    """Encode sign, digits and exponent as they are shown: ``1.0`` differs from ``1.00``."""
    sign, digits, exponent = value.as_tuple()
    return Node(("Decimal",), (sign, "".join(map(str, digits)), exponent))


@encoder(Fraction, subclasses=True)
def encode_fraction(value: Fraction) -> Node:
    """Encode numerator and denominator, which have no common divisor."""
    return Node(("Fraction",), (value.numerator, value.denominator))
