"""The address of a page: what it says, what it forgets and what is put back."""

from __future__ import annotations

from tests.ui.conftest import OpenPage


def test_another_page_keeps_what_the_session_knew(open_page: OpenPage) -> None:
    page = open_page("awards", applicant="A01", lang="en")
    page.query_params.clear()  # as a link to another page does
    page.switch_page("views/map.py").run()
    # What the page put there itself is no list.
    assert {name: page.query_params[name] for name in ("lang", "applicant")} == {
        "lang": "en",
        "applicant": "A01",
    }


def test_going_back_leaves_what_the_address_no_longer_names(open_page: OpenPage) -> None:
    page = open_page("awards", applicant="A01", lang="en")
    run = page.query_params["run"]
    del page.query_params["applicant"], page.query_params["lang"]
    page.run()
    assert page.query_params == {"run": run}
    assert not page.exception
    assert [button for button in page.button if button.key == "why.back"] == []
    assert page.title[0].value == "名单"


def test_a_label_of_the_other_language_names_no_run(open_page: OpenPage) -> None:
    """Back amid a change of language: the window answers with a label drawn before."""
    page = open_page("awards", lang="en")
    run = page.query_params["run"]
    picker = page.selectbox(key="frame.run")
    picker.options.append("11-28 14:54　town　试算")
    picker.set_value(picker.options[-1]).run()
    assert page.query_params["run"] == run
    assert not page.error
