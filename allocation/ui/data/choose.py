"""Choosing what data to look at: what is here, or an upload."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from allocation import tables
from allocation.export.template import write_template
from allocation.messages import AllocationError, Lang
from allocation.scenario import load_scenario
from allocation.scenario.own_columns import input_tables
from allocation.ui import address
from allocation.ui.data import review, uploads
from allocation.ui.downloads import download_button
from allocation.ui.frame import listed, reason, say
from allocation.ui.markdown import plain
from allocation.ui.sources import scenario_labels, source_labels
from allocation.ui.workspace import Workspace

_FILES, _KEEP, _SOURCE, _SCENARIO = "data.files", "data.keep", "data.source", "data.scenario"
_SAID = "data.said"
MAX_UPLOAD_MB = 400


def choice_card(home: Workspace, source: Path | None, scenario_file: Path) -> None:
    """Draw the choice among the sources that are here, and the template."""
    with st.container(border=True, height="stretch"):
        st.subheader(say("app_data_choose"), anchor=False)
        if source is not None:
            _source_box(home, source)
        _scenario_box(home, scenario_file)
        with st.container(horizontal=True, vertical_alignment="center"):
            template_button(
                scenario_file, key="data.template", explained=say("app_data_template_help")
            )
            if source is not None and uploads.is_upload(home, source):
                _delete_button(home, source)


def template_button(
    scenario_file: Path, *, key: str, main: bool = False, explained: str | None = None
) -> None:
    """Draw the download of the template, with the columns the scenario asks for besides."""
    download_button(
        say("app_data_template"),
        f"{say('template_file')}.xlsx",
        partial(_write_template, scenario_file=scenario_file, lang=address.lang()),
        key=key,
        main=main,
        explained=explained,
    )


def _write_template(path: Path, *, scenario_file: Path, lang: Lang) -> None:
    write_template(path, lang, input_tables(load_scenario(scenario_file).columns))


def _source_box(home: Workspace, source: Path) -> None:
    # Made once, in the language of the page: a label must not change behind the widget.
    labels = source_labels(home, home.data_sources())
    st.session_state[_SOURCE] = home.key_of(source)

    def chosen() -> None:
        address.put_chosen(labels, data=st.session_state[_SOURCE])

    st.selectbox(
        say("app_data_source"),
        list(labels),
        key=_SOURCE,
        format_func=labels.__getitem__,
        on_change=chosen,
    )


def _scenario_box(home: Workspace, scenario_file: Path) -> None:
    labels = scenario_labels(home)
    st.session_state[_SCENARIO] = scenario_file.stem

    def chosen() -> None:
        address.put_chosen(labels, scenario=st.session_state[_SCENARIO])

    st.selectbox(
        say("app_data_scenario"),
        list(labels),
        key=_SCENARIO,
        format_func=labels.__getitem__,
        on_change=chosen,
        help=say("app_data_scenario_help"),
    )


def _delete_button(home: Workspace, source: Path) -> None:
    def delete() -> None:
        try:
            uploads.throw_away(home, source)
        except (AllocationError, OSError):
            st.session_state[_SAID] = [("error", say("app_data_not_stored"))]
            return
        review.forget()
        address.put(data=None)
        st.session_state[_SAID] = [("info", say("app_data_deleted"))]

    with st.popover(say("app_data_delete"), icon=":material/delete:", key="data.delete"):
        st.markdown(say("app_data_delete_sure"))
        st.button(
            say("app_data_delete_now"), key="data.delete.now", type="primary", on_click=delete
        )


def upload_card(home: Workspace, base: Path | None) -> None:
    """Draw the upload.

    Parameters
    ----------
    base
        Source whose other tables may be kept.
    """
    with st.container(border=True, height="stretch"):
        st.subheader(say("app_data_upload"), anchor=False)
        st.caption(say("app_data_upload_how"))
        with st.form("data.upload", border=False, clear_on_submit=True):
            st.file_uploader(
                say("app_data_upload_files"),
                type=list(uploads.UPLOAD_ENDINGS),
                accept_multiple_files=True,
                key=_FILES,
                max_upload_size=MAX_UPLOAD_MB,
                label_visibility="collapsed",
            )
            # After one upload the next one most likely corrects it.
            likely = base is not None and uploads.is_upload(home, base)
            keep = f"{_KEEP}.{likely}"
            if base is not None:
                st.checkbox(say("app_data_keep"), value=likely, key=keep)
            st.form_submit_button(
                say("app_data_submit"),
                key="data.submit",
                on_click=_submitted,
                args=(home, base, keep),
            )


def _submitted(home: Workspace, base: Path | None, keep: str) -> None:
    """Store what was uploaded and look at it."""
    given = st.session_state.get(_FILES) or []
    if not given:
        st.session_state[_SAID] = [("warning", say("app_data_no_file"))]
        return
    files = [uploads.UploadedFile(file.name, file.getvalue()) for file in given]
    try:
        taken = uploads.take_in(home, files, base if st.session_state.get(keep) else None)
    except AllocationError as error:
        st.session_state[_SAID] = [("error", reason(error))]
        return
    except OSError:
        st.session_state[_SAID] = [("error", say("app_data_not_stored"))]
        return
    st.session_state[_SAID] = _said(taken)
    if taken.path is not None:
        address.put(data=home.key_of(taken.path))


def _said(taken: uploads.Intake) -> list[tuple[str, str]]:
    """Say what became of the files of an upload, in one message each."""
    lang = address.lang()

    def word(table: str) -> str:
        return tables.table_of(table).zh if lang == "zh" else table

    said = []
    if taken.path is None:
        said.append(("error", say("app_data_no_table")))
    elif taken.unknown:
        said.append(
            ("warning", say("app_data_unknown_files", files=listed(map(plain, taken.unknown))))
        )
    said += [
        ("info", say("app_data_recognised", file=plain(file), table=word(table)))
        for file, table in taken.recognised
    ]
    if taken.kept:
        said.append(("info", say("app_data_kept", tables=listed(map(word, taken.kept)))))
    return said


def messages() -> None:
    """Draw once what the last action had to say."""
    draw = {"error": st.error, "warning": st.warning, "info": st.info}
    for tone, sentence in st.session_state.pop(_SAID, []):
        draw[tone](sentence)
