"""Statistics as scipy, and mpmath with 20 digits, compute them, for ../recorded.test.ts.

    pip install -r requirements.txt
    python statistics.py       # writes statistics.json

Whoever reads the file needs neither Python nor these libraries.
"""
import itertools
import json
import math
import os
from fractions import Fraction

import mpmath
import numpy as np
from scipy import optimize, stats

mpmath.mp.dps = 20


def noncentral_cdf(t, df, nc):
    """P(T <= t), averaged over the density of u = sqrt(chi2 / df)."""
    t, df, nc = mpmath.mpf(t), mpmath.mpf(df), mpmath.mpf(nc)
    scale = 2 * (df / 2) ** (df / 2) / mpmath.gamma(df / 2)

    def density(u):
        return scale * u ** (df - 1) * mpmath.exp(-df * u * u / 2)

    width = 1 / mpmath.sqrt(2 * df)
    points = {mpmath.mpf(0), mpmath.mpf(1), 1 + 30 * width}
    for k in (-12, -4, 4, 12):
        points.add(1 + k * width)
        if t != 0:
            points.add((nc + k) / t)
    if t != 0:
        points.add(nc / t)
    inside = sorted(p for p in points if 0 <= p <= 1 + 30 * width)
    return mpmath.quad(lambda u: mpmath.ncdf(t * u - nc) * density(u), inside)


NODES, WEIGHTS = np.polynomial.legendre.leggauss(120)


def rough_cdf(t, df, nc):
    """The same in float64: where to begin."""
    width = 1 / math.sqrt(2 * df)
    points = [0, 1, 1 + 12 * width, 1 - 12 * width] + ([(nc + k) / t for k in (-12, 0, 12)] if t != 0 else [])
    points = sorted(min(max(p, 0, 1 - 12 * width), 1 + 12 * width) for p in points)
    scale = math.log(2) + df / 2 * math.log(df / 2) - math.lgamma(df / 2)
    total = 0.0
    for low, high in zip(points, points[1:]):
        u = (high + low) / 2 + (high - low) / 2 * NODES
        density = np.exp(scale + (df - 1) * np.log(np.maximum(u, 1e-300)) - df * u * u / 2)
        total += (high - low) / 2 * float(np.dot(WEIGHTS, stats.norm.cdf(t * u - nc) * density))
    return total


def refined(f, start):
    """One step of the secant method with mpmath from a root that is right to some ten digits."""
    step = 1e-4 * max(1, abs(start))
    value = f(start)
    return start - value * step / (f(start + step) - value)


def noncentrality_for(t, df, p):
    reach = 10 + abs(t)
    start = optimize.brentq(lambda nc: rough_cdf(t, df, nc) - p, t - reach, t + reach, xtol=1e-12)
    return refined(lambda nc: noncentral_cdf(t, df, nc) - p, start)


def correction(df):
    if df < 2:
        return None
    return mpmath.gamma(mpmath.mpf(df) / 2) / (mpmath.sqrt(mpmath.mpf(df) / 2) * mpmath.gamma(mpmath.mpf(df - 1) / 2))


def detectable(df, root):
    critical = float(stats.t.ppf(0.975, df))

    def miss(cdf):
        return lambda d: 0.2 - cdf(critical, df, d * root) + cdf(-critical, df, d * root)

    def rough(t, df, nc):
        return rough_cdf(t, df, nc) if t >= 0 else 1 - rough_cdf(-t, df, -nc)

    start = optimize.brentq(miss(rough), 0.01, 60, xtol=1e-12)
    return float(refined(miss(noncentral_cdf), start))


def effect(t, root, df):
    d = t / root
    return {
        "d": d,
        "g": None if df < 2 else float(d * correction(df)),
        "low": float(noncentrality_for(t, df, 0.975) / root),
        "high": float(noncentrality_for(t, df, 0.025) / root),
    }


def score_limits(share, variance):
    """All p at most 1.96 standard errors from the share."""
    z = stats.norm.ppf(0.975)

    def limit(low, high):
        for _ in range(200):
            middle = (low + high) / 2
            if (middle - share) ** 2 > z * z * variance(middle):
                low = middle
            else:
                high = middle
        return (low + high) / 2

    return [0.0 if share == 0 else limit(0.0, share), 1.0 if share == 1 else limit(1.0, share)]


def splits(a, b):
    """
    Counted in fractions of the decimals as they are written. scipy.stats.permutation_test takes differences of means for different that only
    their rounding sets apart: it gives 4 of 252 for the first case below, where 6 are as far apart.
    """
    values = [Fraction(str(x)) for x in (*a, *b)]
    total = sum(values) * len(a)

    def distance(group):
        return abs(sum(group) * len(values) - total)

    sums = [distance(group) for group in itertools.combinations(values, len(a))]
    return sum(one >= distance(values[: len(a)]) for one in sums) / len(sums)


def signs(a, b):
    d = [Fraction(str(x)) - Fraction(str(y)) for x, y in zip(a, b)]
    sums = [abs(sum(s * x for s, x in zip(signed, d))) for signed in itertools.product((1, -1), repeat=len(d))]
    return sum(one >= abs(sum(d)) for one in sums) / len(sums)


def comparison(a, b):
    a, b = np.array(a), np.array(b)
    na, nb = len(a), len(b)
    welch = stats.ttest_ind(a, b, equal_var=False)
    pooled = stats.ttest_ind(a, b)
    share = float(np.mean([(x > y) + (x == y) / 2 for x in a for y in b]))
    middle = (na + nb) / 2 - 1
    case = {
        "a": a.tolist(),
        "b": b.tolist(),
        "welch": [float(welch.statistic), float(welch.df), float(welch.pvalue), *map(float, welch.confidence_interval())],
        "splits": splits(a, b),
        "effect": effect(float(pooled.statistic), math.sqrt(na * nb / (na + nb)), na + nb - 2),
        "improvement": [
            share,
            *score_limits(share, lambda p: p * (1 - p) / (na * nb) * (1 + middle * ((1 - p) / (2 - p) + p / (1 + p)))),
        ],
    }
    if na == nb:
        d = a - b
        paired = stats.ttest_rel(a, b)
        up = float(np.mean((d > 0) + (d == 0) / 2))
        case["paired"] = [float(paired.statistic), float(paired.df), float(paired.pvalue), *map(float, paired.confidence_interval())]
        case["signs"] = signs(a, b)
        case["pairedEffect"] = effect(float(paired.statistic), math.sqrt(na), na - 1)
        case["pairedImprovement"] = [up, *score_limits(up, lambda p: p * (1 - p) / na)]
    return case


random = np.random.default_rng(2019)


def drawn(n, mean, sd):
    return np.round(random.normal(mean, sd, n), 4).tolist()


def iqm(values):
    """Every value stands for a piece of [0, 1]; those within the middle half, weighted."""
    values = sorted(values)
    n = len(values)
    weights = [max(0.0, min(i + 1, 0.75 * n) - max(i, 0.25 * n)) for i in range(n)]
    return float(np.dot(weights, values) / sum(weights))


def summary(values):
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    return {
        "values": values,
        "mean": float(np.mean(values)),
        "sd": float(np.std(values, ddof=1)),
        "median": float(np.median(values)),
        "iqm": iqm(values),
        "interval": [float(low), float(high)],
    }


def bca(values):
    found = stats.bootstrap((values,), np.mean, n_resamples=200_000, batch=10_000, method="BCa", random_state=random)
    return {"values": values, "interval": [float(found.confidence_interval.low), float(found.confidence_interval.high)]}


def mcnemar(only_a, only_b):
    n = only_a + only_b
    p = stats.binomtest(only_a, n).pvalue
    return {"onlyA": only_a, "onlyB": only_b, "p": float(p), "midP": float(p - stats.binom.pmf(min(only_a, only_b), n, 0.5)) if only_a != only_b else 1.0}


recorded = {
    "student": [
        [t, df, float(stats.t.cdf(t, df))]
        for t, df in itertools.product([-30, -4.5, -1, 0, 0.3, 2.1, 12], [1, 2, 3.7, 8, 29.2, 400])
    ],
    "studentQuantiles": [
        [p, df, float(stats.t.ppf(p, df))]
        for p, df in itertools.product([0.0005, 0.025, 0.2, 0.5, 0.9, 0.975, 0.9995], [1, 2, 3.7, 8, 29.2, 400])
    ],
    "noncentral": [
        [t, df, nc, float(noncentral_cdf(t, df, nc))]
        for t, df, nc in [
            (2.776, 4, 3.76), (2.776, 4, -1), (-2.776, 4, 3.76), (0, 4, 0.7), (1, 1, 0), (12.7, 1, 9), (4.303, 2, 7 * 3**0.5),
            (4.303, 2, 5.65), (2.1, 18, 2.9), (1.98, 98, 2.83), (1.96, 998, 50), (60, 8, 55), (1000, 4, 900), (3.2, 29, 40),
            (-5, 9, -6), (0.01, 5, 0.02), (1.645, 100000, 1.6), (45, 2, 40),
        ]
    ],
    "detectable": [
        [n, detectable(2 * n - 2, math.sqrt(n / 2)), detectable(n - 1, math.sqrt(n))]
        for n in [2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50]
    ],
    "correction": [[df, float(correction(df))] for df in [2, 3, 4, 8, 18, 58, 500]],
    "comparisons": [
        comparison([0.912, 0.915, 0.909, 0.921, 0.913], [0.905, 0.911, 0.902, 0.909, 0.907]),
        comparison([0.9, 0.91, 0.92], [0.8, 0.82, 0.81]),
        comparison(drawn(4, 1, 0.3), drawn(7, 0, 1)),
        comparison(drawn(8, 0.1, 1), drawn(8, 0, 1)),
        comparison(drawn(10, 5, 0.001), drawn(10, 0, 0.001)),
        comparison([0.5, 0.6, 0.6, 0.7, 0.8, 0.6], [0.5, 0.5, 0.6, 0.5, 0.7, 0.6]),
        comparison([1e-5, 3e-5], [2e-5, 7e-5]),
    ],
    "summaries": [
        summary(drawn(n, 0.6, 0.1)) for n in [2, 3, 4, 5, 6, 7, 10, 23]
    ],
    "bca": [bca(drawn(20, 0, 1)), bca(np.round(random.beta(20, 1, 20), 4).tolist()), bca(np.round(random.exponential(1, 40), 4).tolist())],
    "mcnemar": [mcnemar(*pair) for pair in [(0, 5), (1, 9), (10, 25), (7, 7), (120, 180), (3000, 3100)]],
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "statistics.json")
with open(path, "w") as file:
    lines = [f'\t"{name}": [\n' + ",\n".join("\t\t" + json.dumps(case) for case in cases) + "\n\t]" for name, cases in recorded.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
