"""Public values: what is announced beforehand, and the seed a value gives.

============  ================================================  ============================
source        what is drawn                                     seed
============  ================================================  ============================
``digits``    digits drawn in public, as many as announced      the digits
``numbers``   public numbers, such as a state lottery's          key of RFC 3797, section 4
``drand``     a round of a drand network, fixed beforehand       randomness, hexadecimal
``public``    any agreed public value                            the text itself
============  ================================================  ============================
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from allocation.canonical import dump_json
from allocation.draw import beacon
from allocation.draw.moments import as_text, moment
from allocation.draw.rfc3797 import key_string
from allocation.messages import DrawError

SourceKind = Literal["digits", "numbers", "drand", "public"]
SOURCES: tuple[SourceKind, ...] = get_args(SourceKind)

LEAST_DIGITS = 6
MOST_DIGITS = 64
LONGEST_VALUE = 200

_HEX = re.compile(r"(?:[0-9a-f]{2})+")


@dataclass(frozen=True, slots=True)
class Announcement:
    """Which public value will be the seed, said before anybody can know it.

    Attributes
    ----------
    at
        The value comes no earlier than this.
    about
        Where and how, in the words of the notice.
    digits
        How many digits are drawn; 0 for other sources.
    chain, round_no
        Chain hash and round of drand; empty and 0 for other sources.
    """

    source: SourceKind
    at: datetime
    about: str = ""
    digits: int = 0
    chain: str = ""
    round_no: int = 0

    def record(self) -> dict[str, Any]:
        """Return what a commitment holds of it."""
        found: dict[str, Any] = {"source": self.source, "at": as_text(self.at)}
        own = {"about": self.about, "digits": self.digits, "chain": self.chain}
        own["round"] = self.round_no
        return found | {key: value for key, value in own.items() if value}


def announcement_of(record: Mapping[str, Any]) -> Announcement:
    """Read what a commitment holds.

    Raises
    ------
    ValueError, KeyError, TypeError
        For anything else; the reader of the file says which file.
    """
    source = record["source"]
    if source not in SOURCES:
        raise ValueError(source)
    return Announcement(
        source=source,
        at=moment(record["at"]),
        about=str(record.get("about", "")),
        digits=int(record.get("digits", 0)),
        chain=str(record.get("chain", "")),
        round_no=int(record.get("round", 0)),
    )


def announce(
    source: SourceKind,
    at: datetime | None,
    about: str = "",
    digits: int = LEAST_DIGITS,
    chain: str = "quicknet",
    round_no: int | None = None,
) -> Announcement:
    """Announce a value; what belongs to other sources is left out.

    Parameters
    ----------
    at
        When the value comes.  For drand it chooses the round, unless the round is given;
        the announcement then holds the time of the round.

    Raises
    ------
    DrawError
        ``draw_at_missing``, ``draw_digits_few``, ``draw_about_missing`` or
        ``draw_chain_unknown``.
    """
    if source == "drand":
        network = beacon.chain_of(chain)
        if round_no is None:
            if at is None:
                raise DrawError("draw_at_missing")
            round_no = network.first_round_from(at)
        due = network.time_of(round_no)
        return Announcement(source, due, about, chain=network.hash, round_no=round_no)
    if at is None:
        raise DrawError("draw_at_missing")
    if source != "digits" and not about:
        # "A public value" says nothing; which one must be beyond doubt.
        raise DrawError("draw_about_missing", source=source)
    if source == "digits" and not LEAST_DIGITS <= digits <= MOST_DIGITS:
        raise DrawError("draw_digits_few", least=LEAST_DIGITS, most=MOST_DIGITS)
    return Announcement(source, at, about, digits=digits if source == "digits" else 0)


def canonical_value(announced: Announcement, value: str) -> str:
    """Check the form of a value and write it in one way.

    Raises
    ------
    DrawError
        ``draw_value_digits``, ``draw_value_numbers``, ``draw_value_public`` or one of the
        beacon: ``draw_beacon_form``, ``draw_beacon_round``, ``draw_beacon_randomness``.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if announced.source == "digits":
        plain = unicodedata.normalize("NFKC", text).replace(" ", "")
        if not re.fullmatch(rf"[0-9]{{{announced.digits}}}", plain):
            raise DrawError("draw_value_digits", digits=announced.digits)
        return plain
    if announced.source == "numbers":
        return key_string(text)
    if announced.source == "drand":
        return dump_json(_beacon(announced, text))
    if not text or len(text) > LONGEST_VALUE or not text.isprintable():
        raise DrawError("draw_value_public", most=LONGEST_VALUE)
    return text


def seed_of(announced: Announcement, value: str) -> str:
    """Derive the seed from a value in its one form.

    Raises
    ------
    DrawError
        As :func:`canonical_value`, and ``draw_beacon_signature`` for a round the network
        did not sign.
    """
    value = canonical_value(announced, value)
    if announced.source != "drand":
        return value
    found = _beacon(announced, value)
    network = beacon.chain_of(announced.chain)
    signature, previous = found["signature"], found.get("previous_signature", "")
    if not beacon.is_signed(
        network.scheme, network.public_key, announced.round_no, signature, previous
    ):
        raise DrawError("draw_beacon_signature", round=announced.round_no, chain=network.name)
    return beacon.randomness(signature)


def _beacon(announced: Announcement, text: str) -> dict[str, Any]:
    """Read what a drand network answers, or a bare signature; keep what is signed."""
    network = beacon.chain_of(announced.chain)
    answer = _json_object(text) if text.startswith("{") else {"signature": text}
    round_no = answer.get("round", announced.round_no)
    if round_no != announced.round_no:
        raise DrawError("draw_beacon_round", round=announced.round_no)
    chained = network.scheme == "pedersen-bls-chained"
    names = ("signature", "previous_signature") if chained else ("signature",)
    signed = {name: str(answer.get(name, "")).strip().lower() for name in names}
    if not all(map(_HEX.fullmatch, signed.values())):
        raise DrawError("draw_beacon_form", fields=", ".join(("round", *names)))
    derived = beacon.randomness(signed["signature"])
    if str(answer.get("randomness", derived)).lower() != derived:
        raise DrawError("draw_beacon_randomness")
    return {"round": round_no, **signed}


def _json_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise DrawError("draw_beacon_form", fields="round, signature")
    return found
