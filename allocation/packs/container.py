"""The zip of a pack: fixed order, fixed times, and a list of hashes over all of it.

``pack.json`` lists the SHA-256 of every other file, and its own under ``self``; the
SHA-256 of ``pack.json`` as a file is the digest of the pack, which is printed when the
pack is written and is to be published beside it.  The digest does not depend on how
the zip was compressed.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from allocation import canonical
from allocation.export.files import whole_file

HEAD = "pack.json"
VERIFIER = "verify.py"
README = "README.txt"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack in memory: its files by name, ``pack.json`` among them."""

    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """SHA-256 of ``pack.json``, which covers every file."""
        return sha256(self.files[HEAD]).hexdigest()

    def write(self, path: Path, mode: int = 0o644) -> None:
        """Write the zip, whole or not at all, ``pack.json`` and the verifier first."""
        first = [HEAD, VERIFIER, README]
        names = first + sorted(name for name in self.files if name not in first)
        with whole_file(path) as fresh:
            fresh.touch(mode=mode)
            self._write_zip(fresh, names)

    def _write_zip(self, path: Path, names: Sequence[str]) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                member = zipfile.ZipInfo(name, _EPOCH)
                member.create_system = _UNIX
                member.external_attr = _MODE
                archive.writestr(member, self.files[name], zipfile.ZIP_DEFLATED, 9)


def sealed_pack(head: Mapping[str, Any], files: Mapping[str, bytes]) -> Pack:
    """Seal files into a pack: hash each, and hash the list."""
    hashes = {name: sha256(data).hexdigest() for name, data in sorted(files.items())}
    content = {**head, "files": hashes}
    content["self"] = sha256(json_bytes(content)).hexdigest()
    return Pack({**files, HEAD: json_bytes(content)})


def json_bytes(content: object) -> bytes:
    """Write JSON in the one way a verifier can write again."""
    return (canonical.dump_json(content, indent=2) + "\n").encode()


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Write a table: UTF-8, LF, None as an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def verifier_source(name: str) -> bytes:
    """Read a stand-alone verifier of this package, byte for byte."""
    return Path(__file__).with_name(f"{name}.py").read_bytes()
