#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the coefficients of nnpipe/math.h: minimax polynomials by Remez' exchange
algorithm in 50 digits, rounded to float. Needs mpmath; not needed to build or test."""
import struct
import mpmath as mp

mp.mp.dps = 50


def remez(f, weight, degree, low, high):
    """Coefficients of P, lowest first, with max |weight (P - f)| least on [low, high]."""
    n = degree + 2
    mid, half = (low + high) / 2, (high - low) / 2
    points = [mid - half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / n) for i in range(n)]
    for _ in range(12):
        a, b = mp.matrix(n, n), mp.matrix(n, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                a[i, j] = x**j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        c = mp.lu_solve(a, b)
        coefficients = [c[j] for j in range(degree + 1)]

        def error(x):
            return weight(x) * (mp.polyval(coefficients[::-1], x) - f(x))

        points, worst = extrema(error, low, high, n)
    return coefficients, worst


def extrema(error, low, high, n):
    """One extremum of the error between any two changes of its sign."""
    grid = [low + (high - low) * (1 - mp.cos(mp.pi * i / 600)) / 2 for i in range(601)]
    values = [error(x) for x in grid]
    best = []
    for x, e in zip(grid, values):
        if best and (e > 0) == (best[-1][1] > 0):
            if abs(e) > abs(best[-1][1]):
                best[-1] = (x, e)
        else:
            best.append((x, e))
    while len(best) > n:
        best.pop(0 if abs(best[0][1]) < abs(best[-1][1]) else -1)
    assert len(best) == n, "the error has too few extrema"
    return [x for x, _ in best], max(abs(e) for _, e in best)


def single(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def show(name, what, fit):
    coefficients, worst = fit
    print(f"{name}: {what}; worst {mp.nstr(worst, 3)}")
    for i, c in enumerate(coefficients):
        print(f"    {i}: {single(c):.9g}f")


def ratio(f, g):
    """f / g where 0 / 0 does not occur on the grid by shifting 0 a little."""
    return lambda x: f(x if x else mp.mpf("1e-12")) / g(x if x else mp.mpf("1e-12"))


ln2 = mp.log(2)
show("exp", "Q in e^r = 1 + r + r^2 Q(r), |r| <= ln2 / 2, relative",
     remez(ratio(lambda r: mp.expm1(r) - r, lambda r: r * r),
           lambda r: r * r / mp.exp(r) if r else mp.mpf("1e-24"), 4,
           -ln2 * mp.mpf("0.501"), ln2 * mp.mpf("0.501")))
show("log1p", "R in 2 atanh s = 2 s + s z R(z), z = s^2 <= 1/9, relative",
     remez(ratio(lambda z: 2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2, lambda z: z),
           lambda z: z / 2 + mp.mpf("1e-12"), 3, mp.mpf(0), mp.mpf(1) / 9))
show("erf", "R in erf x = x + x R(x^2), |x| <= 1, relative",
     remez(ratio(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, lambda z: mp.mpf(1)),
           lambda z: mp.mpf(1), 6, mp.mpf(0), mp.mpf(1)))
show("erfc", "Q in 1 - erf x = e^-Q(x), 1 <= x <= 4, absolute",
     remez(lambda x: -mp.log(mp.erfc(x)), mp.erfc, 6, mp.mpf(1), mp.mpf(4)))
quarter = (mp.pi / 4) ** 2
show("sin", "P in sin x = x + x z P(z), z = x^2, |x| <= pi / 4, relative (base/rng.c)",
     remez(ratio(lambda z: mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1, lambda z: z),
           lambda z: z + mp.mpf("1e-9"), 2, mp.mpf("1e-9"), quarter))
show("cos", "P in cos x = 1 - z / 2 + z^2 P(z), z = x^2, |x| <= pi / 4, absolute (base/rng.c)",
     remez(ratio(lambda z: mp.cos(mp.sqrt(z)) - 1 + z / 2, lambda z: z * z),
           lambda z: z * z + mp.mpf("1e-9"), 2, mp.mpf("1e-9"), quarter))
hi = mp.mpf(int(ln2 * 2**15)) / 2**15
print(f"ln2: {float(hi).hex()}f + {single(ln2 - hi):.9g}f")
