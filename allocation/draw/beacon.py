"""drand: a public beacon whose every value carries a signature anybody can check.

A drand network signs the number of each round at a time fixed for ever beforehand, so
that a commitment can name the round that will be the seed.  The signature is BLS on
the curve BLS12-381; the randomness of a round is the SHA-256 of its signature.

Schemes and digests are those of the drand project (``crypto/schemes.go`` of
https://github.com/drand/drand and ``lib/beacon-verification.ts`` of
https://github.com/drand/drand-client); the pairing is ``py_ecc``'s, which comes with
the extra ``drand`` of this package and is imported only where a signature is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Literal

from allocation.messages import DrawError

Scheme = Literal["pedersen-bls-chained", "pedersen-bls-unchained", "bls-unchained-g1-rfc9380"]

_DOMAIN_G1 = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_DOMAIN_G2 = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
_ROUND_BYTES = 8
_HALF_G2 = 48
"""Bytes of a coordinate; a point of G2 has two."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A drand network.

    Attributes
    ----------
    name
        What drand calls it (``beaconID``).
    hash
        Chain hash: SHA-256 of all that follows here.
    public_key
        Hexadecimal, compressed.
    genesis_time
        Seconds since the epoch of round 1.
    group_hash
        Hash of the founding group, hexadecimal.
    """

    name: str
    hash: str
    scheme: Scheme
    public_key: str
    period_s: int
    genesis_time: int
    group_hash: str

    def time_of(self, round_no: int) -> datetime:
        """Return when a round is due."""
        seconds = self.genesis_time + (round_no - 1) * self.period_s
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)

    def first_round_from(self, moment: datetime) -> int:
        """Return the first round due at a moment or after it."""
        elapsed = ceil(moment.timestamp()) - self.genesis_time
        return max(1, -(-elapsed // self.period_s) + 1)


CHAINS: Mapping[str, Chain] = {
    chain.name: chain
    for chain in (
        Chain(
            name="quicknet",
            hash="52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
            scheme="bls-unchained-g1-rfc9380",
            public_key=(
                "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
                "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
                "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
            ),
            period_s=3,
            genesis_time=1692803367,
            group_hash="f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e",
        ),
        Chain(
            name="default",
            hash="8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
            scheme="pedersen-bls-chained",
            public_key=(
                "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a5699"
                "37c529eeda66c7293784a9402801af31"
            ),
            period_s=30,
            genesis_time=1595431050,
            group_hash="176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
        ),
    )
}
"""Networks of the League of Entropy, by name."""


def chain_of(name: str) -> Chain:
    """Find a network by its name or its chain hash.

    Raises
    ------
    DrawError
        ``draw_chain_unknown``.
    """
    word = name.strip().lower()
    for chain in CHAINS.values():
        if word in (chain.name, chain.hash):
            return chain
    raise DrawError("draw_chain_unknown", chains=" / ".join(CHAINS))


def randomness(signature: str) -> str:
    """Derive the randomness of a round from its signature, both hexadecimal."""
    return sha256(bytes.fromhex(signature)).hexdigest()


def is_signed(
    scheme: Scheme, public_key: str, round_no: int, signature: str, previous: str = ""
) -> bool:
    """Check the signature of a round.

    Parameters
    ----------
    public_key, signature
        Hexadecimal, compressed points.
    previous
        Signature of the round before, hexadecimal; only a chained scheme signs it.

    Returns
    -------
    bool
        False also for bytes that are no point of the right group.

    Raises
    ------
    DrawError
        ``draw_needs_library`` where ``py_ecc`` is not installed.
    """
    try:
        from py_ecc.bls.g2_primitives import subgroup_check
        from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
        from py_ecc.bls.point_compression import decompress_G1, decompress_G2
        from py_ecc.optimized_bls12_381 import FQ12, G1, G2, final_exponentiate, neg, pairing
    except ImportError:
        raise DrawError("draw_needs_library") from None

    chained = scheme == "pedersen-bls-chained"
    before = bytes.fromhex(previous) if chained else b""
    message = sha256(before + round_no.to_bytes(_ROUND_BYTES, "big")).digest()
    on_g1 = scheme == "bls-unchained-g1-rfc9380"
    key_bytes, signature_bytes = bytes.fromhex(public_key), bytes.fromhex(signature)
    sizes = (2 * _HALF_G2, _HALF_G2) if on_g1 else (_HALF_G2, 2 * _HALF_G2)
    if (len(key_bytes), len(signature_bytes)) != sizes:
        return False
    try:
        g1 = decompress_G1(int.from_bytes(signature_bytes if on_g1 else key_bytes, "big"))
        g2 = decompress_G2(_halves(key_bytes if on_g1 else signature_bytes))
    except ValueError:
        return False
    if not (subgroup_check(g1) and subgroup_check(g2)):
        return False
    # e(key, H(message)) = e(generator, signature), as one product that must be 1.
    if on_g1:
        key_side = pairing(g2, neg(hash_to_G1(message, _DOMAIN_G1, sha256)), False)
        signature_side = pairing(G2, g1, False)
    else:
        key_side = pairing(hash_to_G2(message, _DOMAIN_G2, sha256), neg(g1), False)
        signature_side = pairing(g2, G1, False)
    return bool(final_exponentiate(key_side * signature_side) == FQ12.one())


def _halves(point: bytes) -> tuple[int, int]:
    return int.from_bytes(point[:_HALF_G2], "big"), int.from_bytes(point[_HALF_G2:], "big")
