"""Hand out: the manifest in readable form, and whether its files are as they were sealed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from allocation.export.manifest import overrulings_left_out, write_manifest
from allocation.summary import scenario_title
from allocation.tables import INPUT_TABLES
from allocation.ui import address, frame
from allocation.ui.downloads import download_button
from allocation.ui.markdown import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from allocation.runs import Run


def manifest_section(run: Run) -> None:
    """Draw facts, checks and download on the left, checksums and inputs on the right."""
    left, right = st.columns([5, 8], gap="medium")
    with left:
        st.caption(frame.say("app_handout_manifest_is"))
        _table(_facts(run), "app_handout_item", "app_handout_value", "app_handout_facts_alt")
        download_button(
            frame.say("app_handout_json"),
            f"{run.run_id}.manifest.json",
            partial(write_manifest, run),
            key="handout.manifest",
            width="stretch",
            main=True,
        )
        if n := overrulings_left_out(run):
            st.caption(frame.say("app_handout_overrulings", n=n))
        _verify(run)
    with right:
        _checksums(run)
        _inputs(run)
        with st.expander(frame.say("app_handout_versions")):
            _table(
                run.manifest["versions"],
                "app_handout_package",
                "app_handout_version",
                "app_handout_versions_alt",
            )


def _facts(run: Run) -> dict[str, str]:
    manifest, none = run.manifest, frame.say("app_handout_none")
    draw = manifest["draw"]
    mode = "mode_official" if manifest["official"] else "mode_trial"
    reproducible = "no" if manifest["not_reproducible"] else "yes"
    facts = {
        "run_id": manifest["run_id"],
        "scenario": scenario_title(run.scenario, address.lang()),
        "scenario_file": manifest["scenario_file"],
        "mode": frame.say(mode),
        "reproducible": frame.say(f"app_handout_reproducible_{reproducible}"),
        "finished": manifest["finished_at"].replace("T", " "),
        "overrides": frame.listed(_settings(manifest)) or none,
        "round": draw["round"] or none,
        "seed": draw["seed"] or none,
        "draw_n": frame.count(draw["n"]),
        "program": f"allocation {manifest['versions']['allocation']}",
        "platform": manifest["platform"],
    }
    if approval := manifest.get("approval"):
        facts["approver"] = approval["approver"]
        facts["approval_reason"] = approval["reason"]
    return {frame.say(f"app_handout_{code}"): value for code, value in facts.items()}


def _settings(manifest: Mapping[str, list[str]]) -> list[str]:
    return [str(given) for given in manifest["overrides"]]


def _checksums(run: Run) -> None:
    manifest = run.manifest
    st.markdown(f"**{frame.say('app_handout_hashes')}**")
    digests = {
        "awards_hash": manifest["awards_sha256"],
        "list_hash": manifest["draw"]["list_sha256"],
        "scenario_hash": manifest["scenario_sha256"],
    }
    if commitment := manifest["draw"].get("commitment"):
        digests["commitment_hash"] = commitment["commitment"]
    for code, digest in digests.items():
        # A block of code can be copied with one click; a cell of a table cannot.
        with st.container(gap="xxsmall"):
            st.caption(frame.say(f"app_handout_{code}"))
            st.code(digest, language=None)


def _inputs(run: Run) -> None:
    inputs = run.manifest["inputs"]
    lang = address.lang()
    rows = [
        (
            INPUT_TABLES[row["table"]].zh if lang == "zh" else row["table"],
            " / ".join(part for part in (row["file"], row["sheet"]) if part),
            row["rows"],
            row["sha256"],
        )
        for row in inputs
    ]
    heads = [frame.say(f"app_handout_{code}") for code in ("table", "file", "n_rows", "hash")]
    st.markdown(f"**{frame.say('app_handout_inputs', n=len(inputs))}**")
    st.dataframe(
        pd.DataFrame(rows, columns=heads),
        hide_index=True,
        height="content",
        column_config={heads[2]: st.column_config.NumberColumn(format="localized")},
        alt=frame.say("app_handout_inputs_alt"),
    )


def _verify(run: Run) -> None:
    if not st.button(frame.say("app_handout_verify"), key="handout.verify", width="stretch"):
        return
    altered = run.altered_files()
    if altered:
        files = frame.listed(map(plain, altered))
        st.error(frame.say("app_handout_altered", n=len(altered), files=files))
    else:
        n = frame.count(len(run.manifest["files"]))
        st.success(frame.say("app_handout_intact", n=n))


def _table(rows: Mapping[str, str], key: str, value: str, alt: str) -> None:
    cells = [(plain(name), plain(said)) for name, said in rows.items()]
    st.table(
        pd.DataFrame(cells, columns=[frame.say(key), frame.say(value)]),
        hide_index=True,
        border="horizontal",
        alt=frame.say(alt),
    )
