"""Hand out: the replication packs, one for the public, one behind a typed confirmation."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.messages import RunError, describe, text
from allocation.packs import Handing, register_of
from allocation.packs.audit import audit_contents
from allocation.packs.public import public_contents, written_digest
from allocation.packs.register import entries
from allocation.ui import address, frame
from allocation.ui.downloads import download_button
from allocation.ui.handout.apart import export_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from allocation.runs import Run


def public_pack(run: Run) -> None:
    """Draw what the public pack holds, and its download."""
    with st.container(border=True):
        st.markdown(f"**{frame.say('app_handout_pack')}**")
        st.caption(frame.say("app_handout_pack_is"))
        with st.expander(frame.say("app_handout_pack_files")):
            _files(public_contents(run))
        download_button(
            frame.say("app_handout_pack_get"),
            _file_name(run, "pack_public_file"),
            partial(_write_public, run.path),
            key="handout.public.pack",
        )
        st.caption(frame.say("app_handout_pack_codes"))
        if digest := written_digest(run):
            st.caption(frame.say("app_handout_pack_digest"))
            st.code(digest, language=None, wrap_lines=True)


def audit_section(run: Run) -> None:
    """Draw what the audit pack holds, and its download once it is accounted for."""
    st.warning(frame.say("app_handout_audit_warn"))
    left, right = st.columns([7, 6], gap="medium")
    with left:
        st.markdown(f"**{frame.say('app_handout_audit_holds')}**")
        _files(audit_contents(run))
        for code in ("app_handout_audit_in", "app_handout_audit_out"):
            st.caption(frame.say(code))
    with right:
        with st.container(border=True):
            _audit_download(run)
        _register(run)


def _audit_download(run: Run) -> None:
    name = run.scenario.name
    st.markdown(frame.say("app_handout_audit_confirm_is", name=name))
    typed = {
        field: (
            st.text_input(
                frame.say(f"app_handout_audit_{field}"),
                key=f"handout.audit.{field}.{run.run_id}",
                autocomplete="off",
                live=True,
            )
            or ""
        )
        for field in ("confirm", "by", "reason")
    }
    handing = Handing(typed["confirm"], typed["by"], typed["reason"])
    if typed["confirm"] and typed["confirm"].strip() != name:
        st.caption(frame.say("app_handout_confirm_wrong"))
    if handing.holds_personal_data:
        st.caption(frame.say("pack_text_personal"))
    download_button(
        frame.say("app_handout_audit_get"),
        _file_name(run, "pack_audit_file"),
        partial(_write_audit, run.path, handing),
        key="handout.audit.pack",
        main=True,
        disabled=not handing.is_right(name),
    )
    st.caption(frame.say("app_handout_audit_entered"))


def _register(run: Run) -> None:
    """List the packs of the run that were handed out before."""
    try:
        register = entries(run.path.parent)
    except RunError as error:
        st.error(describe(error, address.lang()))
        return
    handed = [entry for entry in register if entry["run_id"] == run.run_id]
    st.markdown(f"**{frame.say('app_handout_register', n=len(handed))}**")
    if not handed:
        return
    heads = [frame.say(f"app_handout_register_{key}") for key in ("at", "by", "reason")]
    rows = [(entry["at"], entry["by"], entry["reason"]) for entry in reversed(handed)]
    st.dataframe(
        pd.DataFrame(rows, columns=heads),
        hide_index=True,
        height="content",
        alt=frame.say("app_handout_register_alt", file=register_of(run).name),
    )


def _files(files: Sequence[tuple[str, int | None]]) -> None:
    """Draw the files of a pack: name, rows, what is in it."""
    heads = [frame.say(f"app_handout_{code}") for code in ("pack_file", "n_rows", "holds")]
    words = [frame.say(f"app_handout_pack_{name.split('.')[0].split('-')[0]}") for name, _ in files]
    table = pd.DataFrame(
        [(name, n, word) for (name, n), word in zip(files, words, strict=True)], columns=heads
    ).astype({heads[1]: "Int64"})
    st.table(
        table.style.format({heads[1]: "{:,}"}, na_rep=""),
        hide_index=True,
        border="horizontal",
        alt=frame.say("app_handout_pack_alt"),
    )


def _file_name(run: Run, code: str) -> str:
    """Name a pack; a trial's says that it is one."""
    lang = address.lang()
    parts = [text(code, lang), run.run_id]
    if not run.result["official"]:
        parts.insert(1, text("public_file_trial", lang))
    return f"{'_'.join(parts)}.zip"


def _write_public(run_path: Path, path: Path) -> None:
    export_apart(run_path, path, "public-pack")


def _write_audit(run_path: Path, handing: Handing, path: Path) -> None:
    export_apart(
        run_path,
        path,
        "audit-pack",
        f"--confirm={handing.confirmed}",
        f"--by={handing.by}",
        f"--reason={handing.reason}",
    )
