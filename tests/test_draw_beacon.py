"""drand: published signatures and their refusals, and the networks that are known."""

from __future__ import annotations

import builtins
import struct
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import pytest

from allocation.draw.beacon import CHAINS, Chain, Scheme, chain_of, is_signed, randomness
from allocation.messages import DrawError

CHAINED: Scheme = "pedersen-bls-chained"
UNCHAINED: Scheme = "pedersen-bls-unchained"
SHORT: Scheme = "bls-unchained-g1-rfc9380"


class Vector(NamedTuple):
    """A signed round somebody else published as a test."""

    scheme: Scheme
    public_key: str
    round_no: int
    signature: str
    previous: str = ""


# README of https://github.com/mcdcam/python-drand-verify, with its randomness below.
QUICKNET = Vector(
    SHORT,
    CHAINS["quicknet"].public_key,
    657413,
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be"
    "41076862b98fad56e91a6b85b89cd97b",
)
QUICKNET_RANDOMNESS = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"

# "signatures on G1 with DST" in test/beacon-verification.test.ts of
# https://github.com/drand/drand-client.
WALKTHROUGH = Vector(
    SHORT,
    "81d320f220ee9c79e60e19dedc838c31e3ab919b15481e9feb52f643628c4f6a13fdc52129493875a818109d7672"
    "72ca0541cbcdcea9335f2870d781b39b845ba8cbd44fdfe4967781cf72ca5917fc9398bcf97ca0548ed5a709016c"
    "4b1ff0f3",
    38,
    "95c93585c513ebbcb4777ff15599b3140e5ec0295faa0e483f3deadd88fa6d43"
    "f0d3703e3a4ce106e8fd6c6987f32126",
)
WALKTHROUGH_RANDOMNESS = "b2fc21325a24904a6a9e81a6c63f65f6cec3f0b2400df3f4a56b214770e9ccca"

# "verify_works" in src/verify.rs of https://github.com/noislabs/drand-verify.
MAINNET = Vector(
    CHAINED,
    CHAINS["default"].public_key,
    72785,
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe0"
    "47b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa"
    "6f181e42",
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2d"
    "e88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df"
    "0b031747",
)
MAINNET_ROUND_1 = (
    "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3"
    "b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2"
    "352b4655"
)
"""A point of the curve, and the signature of another round."""

# TestVerifyBeacon in crypto/schemes_test.go of https://github.com/drand/drand.
UNCHAINED_TESTNET = Vector(
    UNCHAINED,
    "8200fc249deb0148eb918d6e213980c5d01acd7fc251900d9260136da3b54836ce125172399ddc69c4e3e11429b6"
    "2c11",
    7601003,
    "af7eac5897b72401c0f248a26b612c5ef68e0ff830b4d78927988c89b5db3e997bfcdb7c24cb19f549830cd02cb8"
    "54a1143fd53a1d4e0713ded471260869439060d170a77187eb6371742840e43eccfa225657c4cc2d9619f7c3d680"
    "470c9743",
)


class TestSignatures:
    """Every scheme, by what others published."""

    @pytest.mark.parametrize(
        "vector", [QUICKNET, WALKTHROUGH, MAINNET, UNCHAINED_TESTNET], ids=lambda v: v.scheme
    )
    def test_published_rounds_are_signed(self, vector: Vector) -> None:
        assert is_signed(*vector)

    @pytest.mark.parametrize(
        "vector",
        [
            QUICKNET._replace(round_no=657414),
            QUICKNET._replace(public_key=WALKTHROUGH.public_key),
            MAINNET._replace(round_no=321),
            MAINNET._replace(previous=f"6a{MAINNET.previous[2:]}"),
            MAINNET._replace(signature=MAINNET_ROUND_1),
            MAINNET._replace(scheme=UNCHAINED),
        ],
    )
    def test_anything_else_is_not(self, vector: Vector) -> None:
        assert not is_signed(*vector)

    @pytest.mark.parametrize(
        "signature",
        [
            QUICKNET.signature[:-2],
            MAINNET.signature,
            f"00{QUICKNET.signature[2:]}",
            f"{QUICKNET.signature[:-1]}a",
            "c0" + "00" * 47,
        ],
        ids=["short", "of another group", "not compressed", "not on the curve", "infinity"],
    )
    def test_bytes_that_are_no_signature_are_refused(self, signature: str) -> None:
        assert not is_signed(*QUICKNET._replace(signature=signature))

    @pytest.mark.parametrize(
        ("vector", "expected"),
        [(QUICKNET, QUICKNET_RANDOMNESS), (WALKTHROUGH, WALKTHROUGH_RANDOMNESS)],
    )
    def test_randomness(self, vector: Vector, expected: str) -> None:
        assert randomness(vector.signature) == expected

    def test_without_the_library_it_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = builtins.__import__

        def missing(name: str, *args: Any, **kwargs: Any) -> Any:
            if name.startswith("py_ecc"):
                raise ImportError(name)
            return real(name, *args, **kwargs)

        monkeypatch.setattr(builtins, "__import__", missing)
        with pytest.raises(DrawError) as error:
            is_signed(*QUICKNET)
        assert error.value.code == "draw_needs_library"


class TestChains:
    """The networks of the League of Entropy."""

    @pytest.mark.parametrize("chain", CHAINS.values(), ids=lambda chain: chain.name)
    def test_the_chain_hash_covers_key_and_times(self, chain: Chain) -> None:
        """``Info.Hash`` of drand: a typing error in any of them would show."""
        text = struct.pack(">Iq", chain.period_s, chain.genesis_time)
        text += bytes.fromhex(chain.public_key) + bytes.fromhex(chain.group_hash)
        text += b"" if chain.name == "default" else chain.name.encode()
        assert sha256(text).hexdigest() == chain.hash

    def test_a_chain_is_found_by_name_and_by_hash(self) -> None:
        quicknet = CHAINS["quicknet"]
        assert chain_of(" Quicknet ") is quicknet
        assert chain_of(quicknet.hash.upper()) is quicknet
        with pytest.raises(DrawError) as error:
            chain_of("fastnet")
        assert error.value.code == "draw_chain_unknown"

    @pytest.mark.parametrize("chain", CHAINS.values(), ids=lambda chain: chain.name)
    def test_rounds_and_times(self, chain: Chain) -> None:
        genesis = datetime.fromtimestamp(chain.genesis_time, UTC)
        period = timedelta(seconds=chain.period_s)
        assert chain.time_of(1) == genesis
        assert chain.time_of(1001) == genesis + 1000 * period
        for moment, expected in (
            (genesis - period, 1),
            (genesis, 1),
            (genesis + timedelta(milliseconds=1), 2),
            (genesis + period, 2),
            (genesis + period + timedelta(seconds=1), 3),
        ):
            found = chain.first_round_from(moment)
            assert found == expected
            assert chain.time_of(found) >= moment
