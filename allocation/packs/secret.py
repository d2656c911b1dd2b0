"""The secret of a run: what receipts' codes and an auditor's ids are derived from.

One random value a run, made when the first pack is written and kept in the run folder
(0600), so that the same run gives the same packs and the same codes for ever.  Whoever
has it has the run folder and with it everything; it never stands in a pack.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING

from allocation import canonical
from allocation.export.files import whole_file
from allocation.messages import RunError
from allocation.processes import alone

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

OFFICE = ".packs"
"""What the office keeps about packs, in the folder of runs: register and lock."""
WAIT_S = 10.0

FILE = "pack-secret.json"
FORMAT = "allocation-pack-secret-1"

_SECRET_BYTES = 32
_CODE_BYTES = 15
"""120 bits: 24 letters of base 32, six groups of four."""
_GROUP = 4


def run_secret(folder: Path) -> bytes:
    """Return the secret of a run folder; make it where there is none.

    Raises
    ------
    RunError
        ``pack_secret_damaged``, or ``export_failed`` where nothing can be written.
    """
    path = folder / FILE
    try:
        # One at a time, so that two exports at once agree on one secret.
        with alone(folder.parent / OFFICE, WAIT_S):
            if not path.exists():
                _make(path)
    except OSError as error:
        raise RunError("export_failed", file=str(path)) from error
    try:
        found = bytes.fromhex(canonical.read_json(path)["secret"])
    except (OSError, ValueError, KeyError, TypeError):
        found = b""
    if len(found) != _SECRET_BYTES:
        raise RunError("pack_secret_damaged", file=FILE)
    return found


def _make(path: Path) -> None:
    record = {"format": FORMAT, "secret": secrets.token_hex(_SECRET_BYTES)}
    with whole_file(path) as fresh:
        fresh.touch(mode=0o600)
        canonical.write_json(fresh, record)


def derive(secret: bytes, purpose: str, name: str) -> bytes:
    """Derive 32 bytes: HMAC-SHA256 of the secret over purpose LF name.

    What is derived for one purpose says nothing about what is derived for another.
    """
    return hmac.new(secret, f"{purpose}\n{name}".encode(), sha256).digest()


def code_of(secret: bytes, receipt_no: str) -> str:
    """Return the code that opens the line of a receipt number, in groups of four."""
    letters = base64.b32encode(derive(secret, "code", receipt_no)[:_CODE_BYTES]).decode("ascii")
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def commitment(code: str, line: str) -> str:
    """Commit to an applicant's line: HMAC-SHA256 keyed with the code, hexadecimal."""
    key = code.replace("-", "").encode("ascii")
    return hmac.new(key, f"allocation-line-1\n{line}".encode(), sha256).hexdigest()


def own_ids(secret: bytes, purpose: str, names: Collection[str], prefix: str) -> dict[str, str]:
    """Give names ids that tell nothing: a prefix and a place in a secret order.

    Returns
    -------
    dict[str, str]
        Name -> id, in the order of the ids.
    """
    order = sorted(names, key=lambda name: derive(secret, purpose, name))
    width = len(str(len(order)))
    return {name: f"{prefix}{number:0{width}}" for number, name in enumerate(order, start=1)}
