"""The arithmetic that check digits share: weighted sums and ISO 7064 modulo 97."""

from __future__ import annotations

from collections.abc import Sequence


def value_of(character: str) -> int:
    """0 to 9 for digits, 10 to 35 for A to Z (ISO 7064, ISO 13616, ISO 17442)."""
    return int(character, 36)


def mod97(text: str) -> int:
    """Remainder by 97 of the number that stands when each letter is written as its two digits; 1 means valid."""
    left = 0
    for character in text:
        value = value_of(character)
        left = (left * (100 if value > 9 else 10) + value) % 97
    return left


def weighted(digits: str, weights: Sequence[int]) -> int:
    """Sum of digits, each times its weight; as many weights as digits, or ValueError."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def doubled(digits: str) -> int:
    """Sum with every second digit from the left, beginning with the first, doubled and its digits added (Luhn)."""
    return sum(
        digit if at % 2 else digit * 2 - 9 * (digit > 4) for at, digit in enumerate(int(digit) for digit in digits)
    )
