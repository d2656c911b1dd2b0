"""Put the demonstration city together and write its input folder."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from allocation.demo.chance import Ints, Strings, kept, stream
from allocation.demo.demand import Demand, make_demand
from allocation.demo.employers import make_employers
from allocation.demo.households import make_households
from allocation.demo.ids import receipt_numbers, serial_ids
from allocation.demo.markets import make_markets, make_stalls
from allocation.demo.measured import make_measured
from allocation.demo.mess import copy_wishes, make_held, register_twice, repeat_rows, wish_twice
from allocation.demo.outlets import (
    make_candidates,
    make_kiosks,
    make_outlets,
    make_rukang,
    make_schools,
)
from allocation.demo.people import make_people
from allocation.demo.posts import make_posts
from allocation.demo.profiles import REQUIREMENTS
from allocation.demo.sizes import FULL_CITY, Sizes, city_sizes
from allocation.demo.territory import Territory, make_territory, to_degrees
from allocation.demo.tobacco import Tobacco, make_tobacco
from allocation.demo.write import write_districts, write_table

DEFAULT_SEED = 20230408
"""The day the city's action plan was issued."""


def make_demo_city(out_dir: Path, applicants: int = FULL_CITY, seed: int = DEFAULT_SEED) -> None:
    """Write the input folder of a synthetic Rizhao.

    The same number and seed give the same bytes.

    Parameters
    ----------
    out_dir
        Folder to write into; it is made if it is missing.
    applicants
        Disabled applicants; there are about as many others, and everything else is
        in proportion (12,000 is the full city).
    seed
        Any integer from 0.

    Raises
    ------
    ValueError
        If ``applicants`` is below 50.
    """
    sizes = city_sizes(applicants)
    territory = make_territory(seed)
    households = make_households(seed, sizes, territory)
    people = make_people(seed, sizes, territory, households)
    schools = make_schools(seed, sizes, territory)
    markets = make_markets(seed, sizes, territory)
    lottery = make_outlets(seed, sizes, territory)
    tobacco = make_tobacco(seed, sizes, territory, schools)
    disabled_here = np.bincount(
        people["township_row"].to_numpy()[: sizes.disabled], minlength=len(territory.townships)
    )
    places = _gather(
        [
            make_posts(seed, sizes, territory, disabled_here.astype(np.int64)),
            make_stalls(seed, sizes, markets),
            make_kiosks(seed, sizes, territory),
            make_candidates(seed, sizes, territory, lottery, schools),
            tobacco.premises,
            make_rukang(seed, sizes, territory),
        ]
    )
    demand = make_demand(seed, sizes, people, places, markets, tobacco)
    people = people.assign(
        holds_licence=demand.holds_licence, first_tobacco_application=demand.first_licence
    )
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    ids = _write_people(out, seed, sizes, people, demand, places)
    held = make_held(seed, sizes, people, demand.wishes)
    held["applicant_id"] = ids[held["person"]]
    write_table(out, "held_awards", held.sort_values(["applicant_id", "place_id"]))
    write_table(out, "places", places)
    _write_ground(out, territory, schools, markets, lottery, tobacco, places)
    outlets = pd.concat([lottery, tobacco.outlets], ignore_index=True)
    write_table(out, "existing_outlets", _with_degrees(outlets))
    write_table(out, "measured_distances", make_measured(seed, sizes, places, lottery, schools))
    write_table(out, "employers", make_employers(seed, sizes, territory))


def _gather(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put all places into one frame, with degrees; rows are what wishes refer to."""
    places = pd.concat(parts, ignore_index=True)
    for name in (*REQUIREMENTS, "is_candidate", "disabled_only"):
        places[name] = places[name].astype("boolean").fillna(False).astype(bool)
    for name in ("monthly_pay", "daily_hours", "fee", "fee_after_reduction", "term_months"):
        places[name] = places[name].astype("Int64")
    return _with_degrees(places)


def _with_degrees(frame: pd.DataFrame) -> pd.DataFrame:
    lon, lat = to_degrees(frame["x"].to_numpy(), frame["y"].to_numpy())
    lon = np.where(np.isfinite(lon), lon, np.nan)
    lat = np.where(np.isfinite(lat), lat, np.nan)
    return frame.assign(lon=np.round(lon, 6), lat=np.round(lat, 6))


def _write_people(
    out: Path,
    seed: int,
    sizes: Sizes,
    people: pd.DataFrame,
    demand: Demand,
    places: pd.DataFrame,
) -> Strings:
    """Write applicants and applications; return the id of every row of ``people``."""
    twice = register_twice(seed, sizes, people)
    wishes = copy_wishes(seed, demand.wishes, twice, len(people))
    wishes = wish_twice(seed, sizes, wishes)
    everybody = pd.concat([people, people.iloc[twice]], ignore_index=True)
    rng = stream(seed, "numbers")
    ids = _mixed_ids(rng, len(everybody))
    everybody["applicant_id"] = ids
    everybody["receipt_no"] = receipt_numbers(rng, len(everybody))
    shared = everybody["household"].duplicated(keep=False) | (everybody["group"] == "disabled")
    numbers = _household_ids(rng, everybody["household"].to_numpy())
    everybody["household_id"] = kept(shared.to_numpy(), numbers)
    write_table(out, "applicants", everybody.sort_values("applicant_id"))
    table = wishes.assign(
        applicant_id=ids[wishes["person"].to_numpy()],
        place_id=places["place_id"].to_numpy(dtype=object)[wishes["place"].to_numpy()],
    ).sort_values(["applicant_id", "preference_rank", "place_id"])
    write_table(out, "applications", repeat_rows(seed, sizes, table))
    return ids


def _mixed_ids(rng: np.random.Generator, count: int) -> Strings:
    """Return applicant numbers in mixed order: a number says nothing of the group."""
    return serial_ids("A", count, 6)[rng.permutation(count)]


def _household_ids(rng: np.random.Generator, household: Ints) -> Strings:
    count = int(household.max()) + 1
    return serial_ids("F", count, 5 if count < 100_000 else 6)[rng.permutation(count)][household]


def _write_ground(
    out: Path,
    territory: Territory,
    schools: pd.DataFrame,
    markets: pd.DataFrame,
    lottery: pd.DataFrame,
    tobacco: Tobacco,
    places: pd.DataFrame,
) -> None:
    """Write what lies in the city: outlines, townships, schools and venues."""
    source = files("allocation.demo").joinpath("geography/districts.geojson")
    write_districts(out, source.read_text(encoding="utf-8"))
    write_table(out, "townships", _with_degrees(territory.townships))
    write_table(out, "protected_sites", _with_degrees(schools))
    homes = places[places["kind"] == "rukang_seat"].assign(venue_type="rukang_home")
    venues = pd.concat([markets, tobacco.cells, homes], ignore_index=True)
    venues["remaining_number"] = venues["remaining_number"].astype("Int64")
    write_table(out, "venues", _with_degrees(venues))
