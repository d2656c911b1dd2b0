"""Classes of reasons: all that a list for many readers says of a refusal.

One table has every code that a refusal can bear.  A mechanism that brings a reason of its
own adds the code here as it adds the text; a test fails where one of them is missing.
"""

from __future__ import annotations

from enum import StrEnum


class About(StrEnum):
    """What a reason lies in.

    Attributes
    ----------
    PERSON
        The applicant or the own list; says nothing about the place.
    PLACE
        Where a site stands.
    ROUND
        What this round has given out; leaves a site as possible as before.
    """

    PERSON = "person"
    PLACE = "place"
    ROUND = "round"


# Of the place in the order in which rules look at it.
_TABLE: tuple[tuple[str, About, tuple[str, ...]], ...] = (
    ("class_location", About.PLACE, ("location_missing",)),
    ("class_school", About.PLACE, ("school_buffer",)),
    ("class_spacing", About.PLACE, ("spacing_outlet", "spacing")),
    ("class_number", About.PLACE, ("density", "area_number", "cell_number")),
    ("class_not_opened", About.ROUND, ("openings_max", "not_opened", "site_not_planned")),
    ("class_outranked", About.ROUND, ("outranked", "place_taken", "taken_in_turn")),
    ("class_not_drawn", About.ROUND, ("not_drawn", "no_chance")),
    ("class_draw_pending", About.ROUND, ("draw_pending", "stage_waits")),
    ("class_reserve", About.ROUND, ("hard_reserve", "hard_quota", "site_for_disabled")),
    ("class_gave_way", About.ROUND, ("gave_way",)),
    ("class_not_settled", About.ROUND, ("not_settled",)),
    ("class_infeasible", About.ROUND, ("stage_infeasible",)),
    ("class_not_allocated", About.ROUND, ("kind_not_allocated",)),
    ("class_holds_award", About.PERSON, ("held_award", "earlier_stage")),
    ("class_ranked_higher", About.PERSON, ("ranked_higher", "already_granted")),
    ("class_household", About.PERSON, ("household",)),
    ("class_twice", About.PERSON, ("double_registration", "duplicate_application")),
    (
        "class_conditions",
        About.PERSON,
        (
            "group_not_admitted",
            "place_disabled_only",
            "certificate_missing",
            "certificate_mismatch",
            "certificate_not_valid",
            "certificate_expired",
            "disability_not_served",
            "age_below",
            "age_above",
            "residence",
            "employment_excluded",
            "terms_used",
            "licence_held",
            "not_suitable",
        ),
    ),
)

REASON_CLASSES = {code: name for name, _, codes in _TABLE for code in codes}
"""Reason code -> code of the class's words."""


def reasons_about(subject: About) -> tuple[str, ...]:
    """Return the codes of the reasons that lie in one thing, in the order of the rules."""
    return tuple(code for _, about, codes in _TABLE if about is subject for code in codes)


def reason_class(code: str) -> str:
    """Return the class of a reason, a message code.

    A run of a newer version may bring a reason this one does not know: then it is of no
    class, rather than a condition the applicant would have failed.
    """
    return REASON_CLASSES.get(code, "class_other")
