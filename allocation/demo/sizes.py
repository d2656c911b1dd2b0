"""How large everything is for a number of disabled applicants."""

from __future__ import annotations

from dataclasses import dataclass

FULL_CITY = 12_000
"""Disabled applicants of the full city; everything else is in proportion to them."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Counts of the demonstration city.

    Attributes
    ----------
    disabled, general
        Applicants with a certificate; general applicants and household members.
    traders
        Disabled applicants who list a stall, kiosk or outlet.
    posts, vacancies
        Public-welfare posts and the people they can take.
    """

    disabled: int
    general: int
    traders: int
    posts: int
    vacancies: int
    markets: int
    stalls: int
    kiosks: int
    lottery_outlets: int
    candidates: int
    schools: int
    tobacco_outlets: int
    tobacco_applications: int
    cells: int
    rukang_homes: int
    employers: int
    measured: int
    held: int


def city_sizes(applicants: int) -> Sizes:
    """Return the counts of a city with ``applicants`` disabled applicants."""
    if applicants < 50:
        message = "a demonstration city needs at least 50 applicants"
        raise ValueError(message)

    def scaled(full: int, least: int = 1) -> int:
        return max(least, round(full * applicants / FULL_CITY))

    posts = scaled(1000, 8)
    markets = scaled(45, 3)
    return Sizes(
        disabled=applicants,
        general=scaled(12_000),
        traders=scaled(1500, 6),
        posts=posts,
        vacancies=max(posts, scaled(3200)),
        markets=markets,
        stalls=max(8 * markets, scaled(6000)),
        kiosks=scaled(120, 2),
        lottery_outlets=scaled(900, 4),
        candidates=scaled(400, 6),
        schools=scaled(450, 4),
        tobacco_outlets=scaled(1500, 8),
        tobacco_applications=scaled(300, 6),
        cells=scaled(60, 2),
        rukang_homes=scaled(60, 2),
        employers=scaled(600, 4),
        measured=scaled(40, 2),
        held=scaled(150, 2),
    )
