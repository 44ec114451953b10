"""What do nine of the checks cost beside pandas and polars, written plainly, over the same numbers?"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas
import polars

from benchmarks.fleet_days import BATCH, base_days, batch_of, timed
from osos.mdm.rules import BY_ID, DayFacts, Severity, judge, packaged
from osos.mdm.rules.facts import NO
from osos.simulator.city.faults_fleet import SLOTS

BOTH_DO = (
    *("MISSING", "DUPLICATE", "SPIKE", "HIGH_LOW", "MAX_POWER"),
    *("NEGATIVE", "ZERO_CONSUMPTION", "EXPORT", "REACTIVE_RATIO"),
)


def peers() -> Iterator[dict[str, object]]:
    base = base_days()
    spent: defaultdict[str, list[float]] = defaultdict(list)
    same = True
    points = 2 * BATCH
    for seed in range(4):
        ours_day, peers_day = batch_of(points, seed, base), batch_of(points, seed, base)
        rows, past = _columns(peers_day)
        time_ours, ours = timed(lambda day=ours_day: _ours(day))
        time_pandas, theirs = timed(lambda r=rows, p=past: _pandas(r, p))
        time_polars, others = timed(lambda r=rows, p=past: _polars(r, p))
        for name, took in (("ours", time_ours), ("pandas", time_pandas), ("polars", time_polars)):
            spent[name].append(took)
        same &= ours == theirs == others
        if not same:
            for rule in BOTH_DO:
                if not ours[rule] == theirs[rule] == others[rule]:
                    print(f"  {rule}: {len(ours[rule])} {len(theirs[rule])} {len(others[rule])}")
    median = {name: float(np.median(each)) for name, each in spent.items()}
    yield {
        "figure": "nine checks beside pandas and polars, CPU",
        "points": points,
        "findings_of_all_three_equal": same,
        "ours_ms": round(median["ours"] * 1000),
        "pandas_ms": round(median["pandas"] * 1000),
        "polars_ms": round(median["polars"] * 1000),
        "pandas_ratio": round(median["pandas"] / median["ours"], 1),
        "polars_ratio": round(median["polars"] / median["ours"], 1),
        "met": same,
    }


def _ours(day: DayFacts) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {rule: set() for rule in BOTH_DO}
    for one in judge(day, packaged(), rules=tuple(BY_ID[rule] for rule in BOTH_DO)):
        if one.severity > Severity.NOTE:
            found[one.rule].add(one.point_id)
    return found


def _columns(day: DayFacts) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Long columns, one row an edge, as such data usually lie in a frame; and what is known of each point."""
    points = day.rows
    names = ("a", "am", "q1", "q4")
    told = day.times_said.ravel() > 0
    rows = {"point": np.repeat(day.points, SLOTS + 1)[told], "edge": np.tile(np.arange(97), points)[told]}
    rows |= {name: day.registers[place].ravel()[told] for place, name in enumerate(names)}
    past = {
        "point": day.points,
        "may_export": day.terms.may_export,
        "twice": (day.times_said > 1).any(axis=1),
    }
    past |= {
        name: getattr(day.past, name)
        for name in ("peak_wh", "greatest_day_wh", "least_day_wh", "weekday_mean_wh", "zero_days")
    }
    return rows, past


def _pandas(rows: dict[str, np.ndarray], past: dict[str, np.ndarray]) -> dict[str, set[int]]:
    limit, known = _limits(), pandas.DataFrame(past).set_index("point")
    frame = pandas.DataFrame(rows)
    by_point = frame.groupby("point", sort=False)
    steps = by_point[["edge", "a", "am", "q1", "q4"]].diff()
    steps["point"] = frame["point"]
    steps = steps[steps["edge"].notna()]
    energy = ["a", "am", "q1", "q4"]
    back = steps.loc[(steps[energy] < 0).any(axis=1), "point"].unique()
    leapt = steps.loc[(steps["edge"] == 1) & (steps[energy] > 249_999).any(axis=1), "point"].unique()
    steps = steps[steps["edge"] == 1]
    fine = steps[energy].where((steps[energy] >= 0) & (steps[energy] <= 249_999), 0)
    fine["point"] = steps["point"]
    groups = fine.groupby("point", sort=False)
    sums, count = groups[energy].sum(), groups.size()
    whole = count == SLOTS
    spikes = []
    for name in ("a", "am"):
        ranked = fine.sort_values(name, ascending=False).groupby("point", sort=False)[name]
        first, third = ranked.nth(0), ranked.nth(2)
        first.index, third.index = fine.loc[first.index, "point"], fine.loc[third.index, "point"]
        third = third.reindex(sums.index).fillna(0)
        third = third.where(count >= 3, 0)
        first = first.reindex(sums.index)
        over = limit["SPIKE.over_third_pct"] if name == "a" else limit["SPIKE.over_third_alone_pct"]
        hit = (first > third * (100 + over) // 100) & (first * 4 > limit["SPIKE.least_w"])
        if name == "a":
            hit &= first * 100 > known["peak_wh"] * (100 + limit["SPIKE.over_peak_pct"])
        spikes.append(set(hit.index[hit]))
    total, mean = sums["a"], known["weekday_mean_wh"]
    high = (total * 100 > mean * 200) & (total * 100 > known["greatest_day_wh"] * 125)
    low = (total * 100 < mean * 50) & (total * 100 < known["least_day_wh"] * 75)
    large = np.maximum(total, mean) >= limit["HIGH_LOW.least_wh"]
    zero = (
        whole & (total == 0) & (sums["am"] == 0) & (known["zero_days"] + 1 >= limit["ZERO_CONSUMPTION.days"])
    )
    reactive, active = sums["q1"] + sums["q4"], total + sums["am"]
    least = limit["REACTIVE_RATIO.least_varh"]
    much = whole & (reactive > active * 10) & (reactive > least)
    idle = fine[(fine["a"] == 0) & (fine["am"] == 0)]
    alone = (idle["q1"] + idle["q4"]).groupby(idle["point"]).agg(["sum", lambda each: (each > 0).sum()])
    alone.columns = ["varh", "slots"]
    enough = (alone["varh"] > least) & (alone["slots"] >= limit["REACTIVE_RATIO.alone_slots"])
    export = (known["may_export"] == NO) & (sums["am"] > limit["EXPORT.most_wh"])
    return {
        "MISSING": set(known.index) - set(whole.index[whole]),
        "DUPLICATE": set(known.index[known["twice"]]),
        "SPIKE": set().union(*spikes),
        "HIGH_LOW": set(total.index[whole & large & (high | low)]),
        "MAX_POWER": set(leapt.tolist()),
        "NEGATIVE": set(back.tolist()),
        "ZERO_CONSUMPTION": set(zero.index[zero]),
        "EXPORT": set(export.index[export]),
        "REACTIVE_RATIO": set(much.index[much]) | set(alone.index[enough]),
    }


def _polars(rows: dict[str, np.ndarray], past: dict[str, np.ndarray]) -> dict[str, set[int]]:
    limit, col = _limits(), polars.col
    energy = ["a", "am", "q1", "q4"]
    steps = (
        polars.DataFrame(rows)
        .lazy()
        .with_columns(col("edge", *energy).diff().over("point"))
        .filter(col("edge").is_not_null())
    )
    odd = steps.group_by("point").agg(
        polars.any_horizontal(col(*energy) < 0).any().alias("back"),
        ((col("edge") == 1) & polars.any_horizontal(col(*energy) > 249_999)).any().alias("leapt"),
    )
    fine = steps.filter(col("edge") == 1).with_columns(
        polars.when(col(name).is_between(0, 249_999)).then(col(name)).otherwise(0).alias(name)
        for name in energy
    )
    idle = (col("a") == 0) & (col("am") == 0)
    reactive = col("q1") + col("q4")
    days = (
        fine.group_by("point")
        .agg(
            col(*energy).sum(),
            polars.len().alias("count"),
            *(col(name).top_k(3).sort(descending=True).alias(f"{name}3") for name in ("a", "am")),
            reactive.filter(idle).sum().alias("alone"),
            (reactive.filter(idle) > 0).sum().alias("alone_slots"),
        )
        .join(polars.DataFrame(past).lazy(), on="point", how="right")
        .join(odd, on="point", how="left")
        .collect()
    )
    whole = col("count").fill_null(0) == SLOTS

    def stands_out(name: str, over: int) -> polars.Expr:
        first, third = (
            col(f"{name}3").list.get(0, null_on_oob=True),
            col(f"{name}3").list.get(2, null_on_oob=True),
        )
        return (first > third * (100 + over) // 100) & (first * 4 > limit["SPIKE.least_w"])

    known_peak = col("a3").list.get(0, null_on_oob=True) * 100 > col("peak_wh") * (
        100 + limit["SPIKE.over_peak_pct"]
    )
    mean, total = col("weekday_mean_wh"), col("a")
    high = (total * 100 > mean * 200) & (total * 100 > col("greatest_day_wh") * 125)
    low = (total * 100 < mean * 50) & (total * 100 < col("least_day_wh") * 75)
    large = polars.max_horizontal(total, mean) >= limit["HIGH_LOW.least_wh"]
    least = limit["REACTIVE_RATIO.least_varh"]
    checks = {
        "MISSING": ~whole,
        "DUPLICATE": col("twice"),
        "SPIKE": (stands_out("a", limit["SPIKE.over_third_pct"]) & known_peak)
        | stands_out("am", limit["SPIKE.over_third_alone_pct"]),
        "HIGH_LOW": whole & large & (high | low),
        "MAX_POWER": col("leapt"),
        "NEGATIVE": col("back"),
        "ZERO_CONSUMPTION": whole
        & (total == 0)
        & (col("am") == 0)
        & (col("zero_days") + 1 >= limit["ZERO_CONSUMPTION.days"]),
        "EXPORT": (col("may_export") == NO) & (col("am") > limit["EXPORT.most_wh"]),
        "REACTIVE_RATIO": (whole & (reactive > (total + col("am")) * 10) & (reactive > least))
        | ((col("alone") > least) & (col("alone_slots") >= limit["REACTIVE_RATIO.alone_slots"])),
    }
    return {rule: set(days.filter(check)["point"].to_list()) for rule, check in checks.items()}


def _limits() -> dict[str, int]:
    book = packaged()
    return {f"{s.rule}.{s.threshold}": s.value for s in book.settings}
