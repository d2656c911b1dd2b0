"""The demonstration city: same seed, same bytes; nobody real; as messy as announced."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial import cKDTree

from allocation.build import build_instance
from allocation.demo import DEFAULT_SEED, make_demo_city
from allocation.demo.chance import apportion, count_within, stream, top_columns
from allocation.demo.ids import PREFIX, check_digits, identity_numbers, receipt_numbers
from allocation.demo.outlets import SPACING_M, keep_apart
from allocation.demo.sizes import FULL_CITY, city_sizes
from allocation.demo.territory import ISLANDS, make_territory, read_districts, to_metres
from allocation.read import read_tables
from allocation.scenario import load_scenario
from allocation.tables import table_of

COMMITTED = Path(__file__).parents[1] / "data" / "rizhao"
TABLES = (
    "applicants", "places", "applications", "existing_outlets", "protected_sites", "venues",
    "townships", "measured_distances", "held_awards", "employers",
)  # fmt: skip
DECISION_DATE = "2023-12-01"


@cache
def read(folder: Path, table: str) -> pd.DataFrame:
    """Read one file with canonical names and values, everything as text."""
    schema = table_of(table)
    names = {column.zh: column.name for column in schema.columns}
    frame = pd.read_csv(folder / f"{table}.csv", dtype="str", encoding="utf-8-sig")
    assert set(frame.columns) <= set(names), "every header is the table's own"
    frame = frame.rename(columns=names)
    for name in frame.columns:
        words = {label: value for value, label in schema.by_name[name].labels.items()}
        if words:
            assert set(frame[name].dropna()) <= set(words), name
            frame[name] = frame[name].map(words)
    return frame


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "city"
    make_demo_city(folder, applicants=1000, seed=7)
    return folder


@pytest.fixture(scope="module", params=["made", "committed"])
def city(request: pytest.FixtureRequest, village: Path) -> Path:
    return village if request.param == "made" else COMMITTED


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".md"}


def test_same_seed_gives_same_bytes(village: Path, tmp_path: Path) -> None:
    make_demo_city(tmp_path / "again", applicants=1000, seed=7)
    assert contents(tmp_path / "again") == contents(village)


def test_another_seed_gives_another_city(village: Path, tmp_path: Path) -> None:
    make_demo_city(tmp_path / "other", applicants=1000, seed=8)
    for table in ("applicants", "places", "applications"):
        name = f"{table}.csv"
        assert (tmp_path / "other" / name).read_bytes() != (village / name).read_bytes()


def test_committed_city_is_what_the_generator_makes(tmp_path: Path) -> None:
    make_demo_city(tmp_path)
    made, committed = contents(tmp_path), contents(COMMITTED)
    assert made.keys() == committed.keys()
    changed = [name for name in made if made[name] != committed[name]]
    assert changed == []


def test_committed_city_is_small() -> None:
    assert sum(len(content) for content in contents(COMMITTED).values()) < 9 * 2**20


@pytest.mark.parametrize("applicants", [50, 200])
def test_small_cities_work(tmp_path: Path, applicants: int) -> None:
    make_demo_city(tmp_path, applicants=applicants, seed=1)
    people = read(tmp_path, "applicants")
    first = people.drop_duplicates("identity_no")
    assert (first["group"] == "disabled").sum() == applicants
    assert set(read(tmp_path, "places")["kind"]) == set(read(COMMITTED, "places")["kind"]), (
        "every kind is there"
    )


def test_too_small_a_city_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 50"):
        make_demo_city(tmp_path / "none", applicants=49)
    assert not (tmp_path / "none").exists()


def test_sizes_are_in_proportion() -> None:
    full, half = city_sizes(FULL_CITY), city_sizes(FULL_CITY // 2)
    assert (full.posts, full.vacancies, full.stalls) == (1000, 3200, 6000)
    assert (half.posts, half.vacancies, half.stalls) == (500, 1600, 3000)


def test_files_are_as_an_office_sends_them(city: Path) -> None:
    for table in TABLES:
        raw = (city / f"{table}.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in raw


def test_nobody_is_real(city: Path) -> None:
    people = read(city, "applicants")
    identity = people["identity_no"]
    assert identity.str.fullmatch(PREFIX + r"\d{11}[\dX]").all()
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    for number in identity.iloc[:200]:
        total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
        assert number[17] == "10X98765432"[total % 11]
    birth = pd.to_datetime(identity.str[6:14], format="%Y%m%d")
    assert (birth.dt.strftime("%Y-%m-%d") == people["birth_date"]).all()
    assert ((identity.str[16].astype(int) % 2 == 1) == (people["sex"] == "male")).all()


def test_certificates_agree_with_the_person(city: Path) -> None:
    people = read(city, "applicants")
    own = people[people["certificate_no"].notna()]
    types = ["visual", "hearing", "speech", "physical", "intellectual", "mental", "multiple"]
    digit = own["disability_type"].map({name: str(n + 1) for n, name in enumerate(types)})
    assert (own["certificate_no"] == own["identity_no"] + digit + own["disability_level"]).all()
    assert people.loc[people["group"] != "disabled", "certificate_no"].isna().all()


def test_ids_are_unique_and_give_nothing_away(city: Path) -> None:
    keys = {"applicants": "applicant_id", "places": "place_id", "venues": "venue_id"}
    for table, key in keys.items():
        assert read(city, table)[key].is_unique
    people = read(city, "applicants")
    assert people["receipt_no"].is_unique
    assert people["receipt_no"].str.fullmatch(r"H\d{12}").all()
    official = re.compile(r"\d{17}[\dXx]|(^|\D)1[3-9]\d{9}($|\D)")
    for table, key in {**keys, "applicants": "receipt_no"}.items():
        assert not read(city, table)[key].map(lambda text: bool(official.search(text))).any()


def test_everybody_lives_in_a_real_township(city: Path) -> None:
    towns = read(city, "townships")
    known = set(towns["district"] + towns["name"])
    for table in ("applicants", "places", "existing_outlets", "protected_sites", "venues"):
        frame = read(city, table)
        assert set(frame["district"] + frame["township"]) <= known
    assert ISLANDS not in set(read(city, "applicants")["township"])
    assert ISLANDS not in set(read(city, "places")["township"])
    assert towns["population"].astype(int).sum() == 2_968_365
    assert (towns["coord_source"] == "synthetic").sum() == 47


def test_wishes_refer_to_what_there_is(city: Path) -> None:
    wishes = read(city, "applications")
    assert set(wishes["applicant_id"]) <= set(read(city, "applicants")["applicant_id"])
    assert set(wishes["place_id"]) <= set(read(city, "places")["place_id"])
    ranks = wishes.drop_duplicates()
    assert not ranks.duplicated(["applicant_id", "preference_rank"]).any()
    rank = ranks["preference_rank"].astype(int)
    assert rank.between(1, 10).all()
    assert (rank.groupby(ranks["applicant_id"]).max() == ranks.groupby("applicant_id").size()).all()


def test_what_offices_really_send_is_there(city: Path) -> None:
    wishes, people = read(city, "applications"), read(city, "applicants")
    assert wishes.duplicated().any(), "exact repeats"
    once = wishes.drop_duplicates()
    assert once.duplicated(["applicant_id", "place_id"]).any(), "one place twice"
    assert people["identity_no"].duplicated().any(), "one person twice"
    assert people["lon"].isna().any(), "homes without a point"
    disabled = people[people["group"] == "disabled"]
    assert (disabled["certificate_valid_to"] < DECISION_DATE).any()
    assert disabled["min_livelihood"].isna().any(), "facts nobody knows"
    assert (disabled["birth_date"] > "2007-12-01").any(), "too young"
    assert (disabled["birth_date"] < "1958-12-01").any(), "too old"


def test_acceptance_is_to_the_second_and_settled(city: Path) -> None:
    wishes = read(city, "applications")
    places = read(city, "places").set_index("place_id")["kind"]
    queue = wishes["place_id"].map(places) == "tobacco"
    assert wishes.loc[queue, "accepted_at"].notna().all()
    assert wishes.loc[~queue, "accepted_at"].isna().all()
    filed = wishes[queue].drop_duplicates()
    assert filed["accepted_at"].str.fullmatch(r"2023-\d\d-\d\d \d\d:\d\d:\d\d").all()
    assert filed["accepted_seq"].is_unique


class TestFullCity:
    """What the committed city promises."""

    def test_people(self) -> None:
        people = read(COMMITTED, "applicants").drop_duplicates("identity_no")
        disabled = people[people["group"] == "disabled"]
        assert len(disabled) == 12_000
        assert len(people) == 24_000
        share = disabled["disability_type"].value_counts(normalize=True)
        assert share["physical"] == pytest.approx(0.58, abs=0.02)
        assert share["intellectual"] == pytest.approx(0.09, abs=0.01)
        level = disabled["disability_level"].value_counts(normalize=True)
        assert [level[str(n)] for n in (1, 2, 3, 4)] == pytest.approx(
            [0.15, 0.27, 0.27, 0.31], abs=0.025
        )
        assert people.groupby(["district", "township"]).ngroups == 55

    def test_places(self) -> None:
        places = read(COMMITTED, "places")
        count = places["kind"].value_counts()
        assert count["public_welfare_post"] == 1000
        assert count["stall"] == 6000
        assert count["kiosk"] == 120
        assert count["rukang_seat"] == 60
        assert count["welfare_lottery"] + count["sports_lottery"] == 400
        posts = places[places["kind"] == "public_welfare_post"]
        assert posts["capacity"].astype(int).sum() == 3200
        assert posts["post_kind"].nunique() == 8
        for kind in ("public_welfare_post", "rukang_seat"):
            own = places[places["kind"] == kind]
            assert own.groupby(["district", "township"]).ngroups == 55
        assert places.loc[places["kind"] == "stall", "venue_id"].nunique() == 45
        assert len(read(COMMITTED, "employers")) == 600
        assert len(read(COMMITTED, "protected_sites")) == 450

    def test_wishes(self) -> None:
        wishes = read(COMMITTED, "applications").drop_duplicates()
        assert len(wishes) == pytest.approx(130_000, rel=0.03)
        kind = wishes["place_id"].map(read(COMMITTED, "places").set_index("place_id")["kind"])
        group = wishes["applicant_id"].map(
            read(COMMITTED, "applicants").set_index("applicant_id")["group"]
        )
        assert (kind == "tobacco").sum() == 300
        trade = ~kind.isin(["public_welfare_post", "rukang_seat"])
        traders = wishes.loc[trade & (group == "disabled"), "applicant_id"].nunique()
        assert traders == pytest.approx(1500, abs=40)

    def test_nearer_places_are_wanted_more(self) -> None:
        people = read(COMMITTED, "applicants").set_index("applicant_id")
        places = read(COMMITTED, "places").set_index("place_id")
        wishes = read(COMMITTED, "applications")
        wishes = wishes[wishes["place_id"].str.startswith("P")]
        ends = [
            np.column_stack(
                to_metres(*table.loc[wishes[key], ["lon", "lat"]].to_numpy(dtype=float).T)
            )
            for table, key in ((people, "applicant_id"), (places, "place_id"))
        ]
        away = np.hypot(*(ends[0] - ends[1]).T)
        away = away[np.isfinite(away)]
        assert np.median(away) < 5_000.0
        assert np.quantile(away, 0.99) < 25_000.0

    def test_spacing_matters(self) -> None:
        """Outlets block a third of the sites for general holders, few for disabled ones."""
        places, outlets = read(COMMITTED, "places"), read(COMMITTED, "existing_outlets")
        general = disabled = pairs = 0
        for kind in ("welfare_lottery", "sports_lottery"):
            sites = places[(places["kind"] == kind) & places["lon"].notna()]
            own = outlets[outlets["kind"] == kind]
            here, there = _points(sites), _points(own)
            required = sites["zone"].map(SPACING_M).to_numpy(dtype=float)
            gap = cKDTree(there).query(here)[0]
            general += int((gap < required).sum())
            disabled += int((gap < required / 2).sum())
            near = cKDTree(here).query_pairs(500.0, output_type="ndarray")
            length = np.hypot(*(here[near[:, 0]] - here[near[:, 1]]).T)
            pairs += int((length < np.maximum(*required[near.T])).sum())
        assert 100 <= general <= 170
        assert disabled <= 40
        assert pairs >= 125

    def test_it_is_good_input_and_the_posts_can_be_filled(self) -> None:
        scenario = load_scenario(COMMITTED.parents[1] / "scenarios" / "rizhao-2023-18.toml")
        tables = read_tables(scenario)
        assert [(notice.code, notice.params["n"]) for notice in tables.notices] == [
            ("rows_merged", 120)
        ]
        instance = build_instance(tables, scenario)
        wishes, places = instance.applications, instance.places
        usable = wishes.eligible & (places.kind[wishes.place] == "public_welfare_post")
        free = ~np.asarray(instance.applicants.holds.any(axis=1), dtype=np.bool_)
        usable &= free[wishes.applicant]
        assert _most_filled(wishes.applicant[usable], wishes.place[usable], places.capacity) >= 3050

    def test_half_of_the_cells_are_short(self) -> None:
        places = read(COMMITTED, "places").set_index("place_id")
        wishes = read(COMMITTED, "applications")
        filed = wishes["place_id"].map(places.loc[places["kind"] == "tobacco", "venue_id"])
        cells = read(COMMITTED, "venues").set_index("venue_id")["remaining_number"].dropna()
        short = filed.value_counts().reindex(cells.index).fillna(0) > cells.astype(int)
        assert len(cells) == 60
        assert 20 <= short.sum() <= 40


def _most_filled(person: np.ndarray, place: np.ndarray, capacity: np.ndarray) -> int:
    """Return the size of a maximum matching of people to units of places."""
    first = np.concatenate([[0], np.cumsum(capacity)])
    times = capacity[place]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    unit = np.repeat(first[place], times) + within
    ones = np.ones(len(unit), dtype=np.int8)
    graph = csr_array((ones, (np.repeat(person, times), unit)), shape=(person.max() + 1, first[-1]))
    return int((maximum_bipartite_matching(graph, perm_type="row") >= 0).sum())


def _points(frame: pd.DataFrame) -> np.ndarray:
    lon, lat = (frame[axis].to_numpy(dtype=np.float64) for axis in ("lon", "lat"))
    return np.column_stack(to_metres(lon, lat))


def test_townships_lie_in_their_district_and_apart() -> None:
    territory = make_territory(DEFAULT_SEED)
    towns = territory.townships
    outline = read_districts().to_crs("EPSG:4549").set_index("name")["geometry"]
    host = towns["district"].replace("日照经济技术开发区", "东港区")
    for name, own in towns.groupby(host):
        inside = np.atleast_1d(shapely.contains_xy(outline[name], own["x"], own["y"]))
        made_up = (own["coord_source"] == "synthetic").to_numpy()
        assert inside[made_up].all()
    points = towns[["x", "y"]].to_numpy()
    gaps = cKDTree(points).query(points, k=2)[0][:, 1]
    made_up = (towns["coord_source"] == "synthetic").to_numpy()
    assert gaps[made_up].min() > 2_000.0


def test_districts_file_keeps_its_coordinate_system(village: Path) -> None:
    frame = gpd.read_file(village / "districts.geojson")
    assert frame.crs is not None
    assert frame.crs.to_epsg() == 4490
    assert set(frame["名称"]) == {"东港区", "岚山区", "五莲县", "莒县"}


def test_apportion_sums_exactly() -> None:
    parts = apportion(10, np.array([1.0, 1.0, 1.0, 0.0]), least=1)
    assert parts.tolist() == [4, 3, 3, 0]
    assert apportion(2, np.array([1.0, 1.0, 1.0]), least=1).sum() == 2


def test_top_columns_never_takes_what_is_ruled_out() -> None:
    keys = np.array([[1.0, 3.0, 2.0], [-np.inf, -np.inf, 0.0]])
    rows, columns = top_columns(keys, np.array([2, 3]))
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 2)]


def test_count_within_numbers_each_group() -> None:
    assert count_within(np.array([0, 0, 1, 3, 3, 3])).tolist() == [0, 1, 0, 0, 1, 2]


def test_keep_apart_keeps_no_two_too_near() -> None:
    points = stream(1, "points").uniform(0.0, 1000.0, size=(200, 2))
    reach = np.where(np.arange(200) % 2 == 0, 120.0, 40.0)
    chosen = keep_apart(points, reach, 200)
    gaps = np.hypot(*(points[chosen][:, None] - points[chosen][None]).transpose(2, 0, 1))
    required = np.maximum(reach[chosen][:, None], reach[chosen][None])
    np.fill_diagonal(gaps, np.inf)
    assert (gaps >= required).all()


def test_check_digit_of_a_published_example() -> None:
    # The example of GB 11643-1999.
    assert check_digits(np.array(["11010519491231002"], dtype=object))[0] == "X"


def test_people_of_one_day_get_numbers_of_their_own() -> None:
    births = pd.Series(np.full(400, np.datetime64("1980-02-29", "ns")))
    male = np.arange(400) % 2 == 0
    numbers = identity_numbers(stream(3, "ids"), births, male)
    assert len(set(numbers)) == 400
    assert len(set(receipt_numbers(stream(3, "receipts"), 5000))) == 5000
