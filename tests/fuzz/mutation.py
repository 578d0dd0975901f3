"""Bytes from bytes: what a bad cable, a bad firmware or a bad mind would make of them."""

from __future__ import annotations

import random
from collections.abc import Sequence

EDGES = (0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, 0xF1, 0xF6)
LONGEST = 600


def mutated(draw: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One of them, changed one to six times."""
    data = bytearray(draw.choice(corpus))
    for _ in range(draw.randint(1, 6)):
        at = draw.randint(0, len(data))
        how = draw.randrange(7)
        if how == 0 and data:
            data[at % len(data)] ^= 1 << draw.randrange(8)
        elif how == 1 and data:
            data[at % len(data)] = draw.choice(EDGES)
        elif how == 2:
            data[at:at] = draw.randbytes(draw.randint(1, 4))
        elif how == 3:
            del data[at : at + draw.randint(1, 4)]
        elif how == 4:
            other = draw.choice(corpus)
            data[at:] = other[draw.randint(0, len(other)) :]
        elif how == 5:
            data[at:at] = data[at : at + draw.randint(1, 8)] * draw.randint(1, 4)
        else:
            data += draw.choice(corpus)
    return bytes(data[:LONGEST])
