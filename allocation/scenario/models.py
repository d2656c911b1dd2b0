"""The scenario as frozen, typed settings; every key of the file is a field here.

Attribute names follow the keys of the file; tables that are repeated by kind or by
name carry the plural (``[reserve.stall]`` is ``scenario.reserves["stall"]``,
``[[stage]]`` is ``scenario.stages``).  A scenario is made by
:func:`allocation.scenario.load_scenario`, which fills what depends on other keys
(exclusive groups, spacing groups, planned numbers), so that fields without ``None``
in their type always hold a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from allocation.messages.problems import Problem
from allocation.policy import Parameter
from allocation.scenario.canonical import canonical_form, canonical_hash
from allocation.scenario.values import (
    AgeLimit,
    Amount,
    AnyCrs,
    ApplicantSelector,
    ColumnName,
    Count,
    Day,
    Degrees,
    Flag,
    KindId,
    Metres,
    Name,
    OneLine,
    PlaceSelector,
    Positive,
    Seconds,
    Share,
    Text,
    ZoneCrs,
)
from allocation.scenario.vocabulary import (
    CITY_KINDS,
    DEFAULT_LEVELS,
    LOTTERY_LEVELS,
    SEEDED_METHODS,
    DrawMethod,
    EmploymentStatus,
    Fact,
    Group,
    Level,
    Mechanism,
    OpenPreference,
    PlanBy,
    PoolCriterion,
    Premises,
    ReserveBase,
    ReserveMode,
    Rounding,
    Scope,
    SevereRule,
)


@dataclass(frozen=True, slots=True)
class KeyedBy:
    """Mark on a field: a table of tables, keyed by a kind of place, a name or a pair.

    A pair is an application, ``applicant_id/place_id``.
    """

    word: Literal["kind", "kind_or_name", "new_kind", "name", "pair"]


class Settings(BaseModel):
    """Base of all tables of a scenario: frozen, unknown keys forbidden."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class KindName(Settings):
    """Chinese and English name of a kind of place."""

    zh: OneLine
    en: OneLine


class ColumnRule(Settings):
    """A column that the scenario adds to a table, for selectors to name."""

    name: ColumnName
    """In selectors, and the English header."""
    table: Literal["applicants", "places"]
    type: Literal["text", "integer", "boolean"] = "text"
    zh: OneLine
    """Chinese header; default the name."""
    en: OneLine
    """English title, a further header; default the name."""


class DataCrs(Settings):
    """Coordinate system of the input tables, where a file does not say its own."""

    default: AnyCrs = "EPSG:4490"
    applicants: AnyCrs | None = None
    places: AnyCrs | None = None
    existing_outlets: AnyCrs | None = None
    protected_sites: AnyCrs | None = None
    venues: AnyCrs | None = None
    townships: AnyCrs | None = None
    districts: AnyCrs | None = None

    def of(self, table: str) -> str:
        """Return the coordinate system of a table."""
        return str(getattr(self, table, None) or self.default)


class DataSource(Settings):
    """Where the input tables are: a folder or one workbook, never both.

    One workbook is accepted wherever a folder is: ``folder`` may name a workbook too,
    and what stands at the path decides.  ``workbook`` says the same in so many words.
    """

    folder: Path | None = None
    workbook: Path | None = None
    crs: DataCrs = DataCrs()


class Space(Settings):
    """How distances are measured."""

    crs: ZoneCrs = "EPSG:4549"
    method: Literal["projected", "geodesic"] = "projected"
    bounds: tuple[Degrees, Degrees, Degrees, Degrees] | None = None
    """West, south, east, north in degrees of EPSG:4490; None for no check."""


class StageRule(Settings):
    """One mechanism over some kinds of place."""

    name: OneLine
    kinds: Annotated[tuple[KindId, ...], Field(min_length=1)]
    mechanism: Mechanism = "optimal"
    levels: tuple[Level, ...] = DEFAULT_LEVELS
    """Levels of ``optimal`` in order; empty for the other mechanisms."""
    premises: Premises = "offered"
    """``brought`` where applicants bring their premises (``stable`` only): then people
    choose in one common order among what the spacing still allows."""
    plan_by: PlanBy = "places"
    """What is planned beforehand by: which sites ``stable`` opens, which places keep units
    of a reserve that ``stable`` or ``egalitarian`` splits over them."""
    within_tiers: Flag = True
    """``egalitarian`` only: every list of the lottery serves as many as possible of tier 1,
    then of tier 2, and so on; otherwise tiers count for nothing but the order of choice."""


class Exclusive(Settings):
    """Groups of kinds of which an applicant may hold one award in all."""

    groups: tuple[tuple[KindId, ...], ...]


class Household(Settings):
    """Limit per household."""

    max_awards: Count = 0
    """Most awards in one household per exclusive group; 0 switches the limit off."""


class ReserveRule(Settings):
    """Units of one kind kept for beneficiaries."""

    kind: KindId
    beneficiaries: ApplicantSelector
    share: Share | None = None
    count: Count | None = None
    """Exactly one of ``share`` and ``count``."""
    base: ReserveBase = "all"
    planned: Count | None = None
    """Planned number for base ``new``; None means the total capacity of the kind."""
    rounding: Rounding = "ceil"
    scope: Scope = "city"
    split_to: Scope | None = None
    mode: ReserveMode = "minimum_guarantee"


class QuotaRule(Settings):
    """Bounds on awards of an applicant selector and a place selector."""

    name: OneLine
    applicant: ApplicantSelector
    place: PlaceSelector
    scope: Scope = "city"
    min: Count | None = None
    max: Count | None = None
    min_share: Share | None = None
    max_share: Share | None = None
    denominator: Literal["capacity", "awarded"] | None = None
    """Required where a share is given."""
    hard: Flag = False


class PoolLists(Settings):
    """Criteria, in order, by which reserved and open units are given."""

    reserved: Annotated[tuple[PoolCriterion, ...], Field(min_length=1)] | None = None
    open: Annotated[tuple[PoolCriterion, ...], Field(min_length=1)] | None = None


class Priority(Settings):
    """Tiers and priority lists."""

    tiers: tuple[tuple[Fact, ...], ...] = ((),)
    """From the first tier; the last one is empty and holds everybody else."""
    severe_rule: SevereRule = "level_2"
    near_retirement_years: Positive = 5
    multi_disabled_members: Positive = 2
    hard_to_employ_age_male: Positive = 50
    hard_to_employ_age_female: Positive = 40
    pool: Annotated[Mapping[str, PoolLists], KeyedBy("kind")] = {}
    open_preference: Annotated[Mapping[str, OpenPreference], KeyedBy("kind")] = {}


class SpacingRule(Settings):
    """Least distance between two places of one spacing group; 0 for none."""

    urban_m: Metres = Field(default=0, validate_default=True)
    town_m: Metres = Field(default=0, validate_default=True)
    rural_m: Metres = Field(default=0, validate_default=True)
    disabled_factor: Share = Field(default=1, validate_default=True)
    disabled_first_factor: Share
    """For a disabled person's first application; default ``disabled_factor``."""
    disabled_first_number_exempt: Literal[False] = False
    """Whether that application is also free of the cell's number: not available."""
    school_buffer_m: Metres = Field(default=0, validate_default=True)
    combine: Literal["max", "min"] = "max"
    group: OneLine
    """Kinds that share a group keep their distance from each other; default the kind."""


class DensityRule(Settings):
    """Most sites around a site and per area; None for no limit."""

    window_m: Metres | None = None
    window_max: Positive | None = None
    area: Literal["district", "township"] | None = None
    area_max: Count | None = None
    extra_number_disabled: Count = 0


class OpeningsRule(Settings):
    """Most candidate sites of a kind that may open."""

    max: Count


class OpeningsJoint(Settings):
    """Most candidate sites of several kinds together that may open."""

    name: OneLine
    kinds: Annotated[tuple[KindId, ...], Field(min_length=1)]
    max: Count


class EligibilityRule(Settings):
    """Who may hold a place of a kind; a setting left out is a rule not run."""

    groups: tuple[Group, ...] | None = None
    age_min: Count | None = None
    age_max: AgeLimit = None
    """Years, ``statutory_retirement``, ``statutory_retirement-N`` or None."""
    age_max_rural: AgeLimit = None
    """For places of zone ``rural`` instead of ``age_max``; None for no difference."""
    hukou_or_residence: Flag = False
    residence_months_min: Count = 0
    certificate_required: Flag = False
    """A disabled applicant needs a certificate valid on the decision date."""
    excluded_employment: tuple[EmploymentStatus, ...] = ()
    max_total_months: Positive | None = None
    max_placements: Positive | None = None
    repeat_groups: tuple[Fact, ...] = ()
    """Facts of people whom ``max_total_months`` does not stop, up to ``max_placements``."""
    term_months: Positive | None = None
    suitability: Flag = False
    civil_capacity: Flag = False
    disability: tuple[ApplicantSelector, ...] = ()
    """Any of these selectors; empty for no rule."""
    exclude_licence_holders: Flag = False
    one_first_application: Flag = False
    """At most one application of a person counts as the first one."""


class OverrulingRule(Settings):
    """A finding "not suitable" about one application, overruled by a named person.

    The finding is that of the functional assessment (日政办字〔2023〕18号 第3、26条); full
    civil capacity is a matter of law and stays with the courts.
    """

    applicant_id: OneLine
    place_id: OneLine
    by: OneLine
    """Who overruled it, with the office, as the record is to say."""
    reason: OneLine
    decided_on: Day
    name: str = Field(default="", exclude=True)
    """The pair; no key of the file."""


class Draw(Settings):
    """The public draw; :mod:`allocation.draw.methods` says what each method is for."""

    method: DrawMethod = "seed"
    seed: OneLine | None = None
    """For trials; an official run takes the seed that was revealed for its commitment."""
    round: OneLine = "1"
    source: Text = ""


class Solver(Settings):
    """Limit of a solve, in seconds; None for no limit."""

    time_limit_s: Seconds | None = None


class Publicity(Settings):
    """Periods of publication and objection, for notices."""

    days: Positive | None = None
    day_type: Literal["working", "calendar"] = "working"
    objection_reply_days: Positive | None = None
    reconsideration_days: Positive | None = None


class Targets(Settings):
    """Targets a report measures the plan against; no award depends on them."""

    employment_rate: Share | None = None
    net_new_jobs: Count | None = None
    post_disabled_share: Share | None = None
    rukang_homes_per_township: Count | None = None


class Employers(Settings):
    """Numbers of the employment quota of units, for reports."""

    quota_ratio: Share | None = None
    threshold_organ: Positive | None = None
    threshold_institution: Positive | None = None
    double_weight: Amount | None = None
    double_weight_certificate_levels: tuple[Positive, ...] = ()
    double_weight_veteran_levels: tuple[Positive, ...] = ()
    levy_factor_below_one_percent: Share | None = None
    levy_factor_from_one_percent: Share | None = None
    levy_exempt_staff_max: Count | None = None


class Scenario(Settings):
    """All settings of a run, resolved."""

    name: Name
    title: Text = ""
    title_en: Text = ""
    decision_date: Day | None = None
    profile: Path | None = None
    kind_names: Annotated[Mapping[str, KindName], KeyedBy("new_kind")] = Field(
        default={}, alias="kind"
    )
    data: DataSource
    columns: Annotated[tuple[ColumnRule, ...], KeyedBy("name")] = Field(default=(), alias="column")
    space: Space = Space()
    stages: Annotated[tuple[StageRule, ...], Field(min_length=1), KeyedBy("name")] = Field(
        alias="stage"
    )
    exclusive: Exclusive
    household: Household = Household()
    reserves: Annotated[Mapping[str, ReserveRule], KeyedBy("kind_or_name")] = Field(
        default={}, alias="reserve"
    )
    quotas: Annotated[tuple[QuotaRule, ...], KeyedBy("name")] = Field(default=(), alias="quota")
    priority: Priority | None = None
    spacing: Annotated[Mapping[str, SpacingRule], KeyedBy("kind")] = {}
    density: Annotated[Mapping[str, DensityRule], KeyedBy("kind")] = {}
    openings: Annotated[Mapping[str, OpeningsRule], KeyedBy("kind")] = {}
    openings_joint: Annotated[tuple[OpeningsJoint, ...], KeyedBy("name")] = ()
    eligibility: Annotated[Mapping[str, EligibilityRule], KeyedBy("kind")] = {}
    overrulings: Annotated[tuple[OverrulingRule, ...], KeyedBy("pair")] = Field(
        default=(), alias="overruling"
    )
    draw: Draw | None = None
    solver: Solver = Solver()
    publicity: Publicity = Publicity()
    targets: Targets = Targets()
    employers: Employers = Employers()
    sources: Mapping[str, Parameter] = Field(default={}, exclude=True)
    """Dotted key -> where its value comes from and on what basis; no key of the file."""
    base_dir: Path | None = Field(default=None, exclude=True)
    """Folder of the scenario file; no key of the file."""

    @property
    def kinds(self) -> Mapping[str, KindName]:
        """Every kind the scenario knows, the city's first, with its names."""
        city = {kind: KindName(zh=zh, en=en) for kind, (zh, en) in CITY_KINDS.items()}
        staged = {
            kind: KindName(zh=kind, en=kind)
            for stage in self.stages
            for kind in stage.kinds
            if kind not in city
        }
        return {**city, **staged, **self.kind_names}

    def stage_of(self, kind: str) -> StageRule | None:
        """Return the stage that gives out a kind, None where no stage does."""
        return next((stage for stage in self.stages if kind in stage.kinds), None)

    def is_match(self, kind: str) -> bool:
        """Tell whether ``stable`` matches people to places of a kind by choice rules."""
        stage = self.stage_of(kind)
        return stage is not None and stage.mechanism == "stable" and stage.premises == "offered"

    def groups_of(self, stage: StageRule) -> tuple[tuple[KindId, ...], ...]:
        """Return the exclusive groups a stage gives out kinds of; with one, nobody gets two."""
        kinds = set(stage.kinds)
        return tuple(group for group in self.exclusive.groups if kinds & set(group))

    def is_planned_by_demand(self, kind: str) -> bool:
        """Tell whether numbers of applications help to say where units of a kind stand."""
        stage = self.stage_of(kind)
        return stage is not None and stage.plan_by == "demand"

    def levels_of(self, stage: StageRule) -> tuple[Level, ...]:
        """Return the levels a stage optimises: its own, or those above its lottery."""
        if stage.mechanism != "egalitarian":
            return stage.levels
        return LOTTERY_LEVELS if stage.within_tiers else LOTTERY_LEVELS[:-1]

    @property
    def seed(self) -> str | None:
        """Seed of the draw; None where there is none yet."""
        return self.draw.seed if self.draw is not None else None

    @property
    def placeholders(self) -> tuple[Parameter, ...]:
        """Values in use that are examples only, by key."""
        rows = (self.sources[key] for key in sorted(self.sources))
        return tuple(row for row in rows if row.status == "placeholder")

    def canonical(self) -> dict[str, Any]:
        """Return the settings ready for JSON, with everything resolved and sorted."""
        return canonical_form(self)

    @property
    def scenario_hash(self) -> str:
        """SHA-256 of the canonical settings."""
        return canonical_hash(self.canonical())

    def official_problems(self) -> tuple[Problem, ...]:
        """List why an official run refuses this scenario; empty when it may be one."""
        problems = [
            Problem("official_preference", {"key": f"stage.{stage.name}.levels"})
            for stage in self.stages
            if "preference" in stage.levels
        ]
        problems += self._official_draw_problems()
        if self.decision_date is None:
            problems.append(Problem("official_decision_date"))
        return tuple(problems)

    def _official_draw_problems(self) -> list[Problem]:
        """Say where an order may not decide officially that is no public draw of lots.

        Order of acceptance is the law's where every stage goes by it anyway (行政许可法
        第57条).
        """
        if self.draw is None:
            return [Problem("official_draw")]
        queues_only = all(stage.mechanism == "queue" for stage in self.stages)
        if self.draw.method in SEEDED_METHODS or (self.draw.method == "acceptance" and queues_only):
            return []
        return [Problem("official_draw_method", {"method": self.draw.method})]
