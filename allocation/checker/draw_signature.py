"""The signature of a drand round, checked by the equation as it is written (V9).

BLS: a signature s of a message m under the key k = x·g holds when
e(k, H(m)) = e(g, s).  The pairing and the hash to the curve are those of ``py_ecc``; the
keys of the networks are the constants of :mod:`allocation.draw.beacon`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from allocation.messages import DrawError

if TYPE_CHECKING:
    from allocation.draw.beacon import Chain

_DST = "BLS_SIG_BLS12381{}_XMD:SHA-256_SSWU_RO_NUL_"


def holds(chain: Chain, round_no: int, signature: str, previous: str) -> bool:
    """Tell whether a network signed a round.

    Parameters
    ----------
    signature, previous
        Hexadecimal; the one before counts for a chained network only.

    Raises
    ------
    DrawError
        ``draw_needs_library`` where ``py_ecc`` is not installed.
    """
    try:
        from py_ecc import optimized_bls12_381 as curve
        from py_ecc.bls import hash_to_curve, point_compression
    except ImportError:
        raise DrawError("draw_needs_library") from None

    message = hashlib.sha256()
    if chain.scheme == "pedersen-bls-chained":
        message.update(bytes.fromhex(previous))
    message.update(round_no.to_bytes(8, "big"))
    digest = message.digest()
    try:
        if chain.scheme == "bls-unchained-g1-rfc9380":
            key = point_compression.decompress_G2(_pair(chain.public_key))
            signed = point_compression.decompress_G1(int(signature, 16))
            tag = _DST.format("G1").encode()
            hashed = hash_to_curve.hash_to_G1(digest, tag, hashlib.sha256)
            sides = curve.pairing(key, hashed), curve.pairing(curve.G2, signed)
        else:
            key = point_compression.decompress_G1(int(chain.public_key, 16))
            signed = point_compression.decompress_G2(_pair(signature))
            tag = _DST.format("G2").encode()
            hashed = hash_to_curve.hash_to_G2(digest, tag, hashlib.sha256)
            sides = curve.pairing(hashed, key), curve.pairing(signed, curve.G1)
    except ValueError:
        return False
    # Of the curve's points only those of the subgroup are signatures.
    in_group = curve.is_inf(curve.multiply(signed, curve.curve_order))
    return bool(in_group and sides[0] == sides[1])


def _pair(point: str) -> tuple[int, int]:
    half = len(point) // 2
    return int(point[:half], 16), int(point[half:], 16)
