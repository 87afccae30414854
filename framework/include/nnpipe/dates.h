/* SPDX-License-Identifier: MIT */
/*
 * Dates as ISO 8601 has them, 2024-02-29 or 2024-02-29T23:59:30.5+01:00 (a blank may stand
 * for the T), as numbers: days since 1970-01-01 and parts such as the month. A part that
 * goes round (_cycle) is two numbers, sine and cosine of its way through the round, so that
 * December stands beside January.
 *
 *   if (nnp_date_read(text, n, &date) == 0)
 *       nnp_date_part(&date, k, v);        k of nnp_date_names, v has room for two
 *
 * The time zone of a text is taken off for `days` alone: the hour is the one that is
 * written. Header only, C99 and C++.
 */
#ifndef NNPIPE_DATES_H
#define NNPIPE_DATES_H
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct nnp_date {
    int    year, month, day; /* 1..12, 1..31 */
    double seconds;          /* of the day, as written */
    double zone;             /* seconds that the text is ahead of UTC */
} nnp_date;

enum {
    NNP_DATE_DAYS,
    NNP_DATE_YEAR,
    NNP_DATE_MONTH,
    NNP_DATE_DAY,
    NNP_DATE_WEEKDAY, /* 1: Monday */
    NNP_DATE_YEARDAY, /* 1..366 */
    NNP_DATE_HOUR,
    NNP_DATE_MINUTE,
    NNP_DATE_PLAIN, /* from here on two numbers each */
    NNP_DATE_MONTH_CYCLE = NNP_DATE_PLAIN,
    NNP_DATE_WEEKDAY_CYCLE,
    NNP_DATE_YEARDAY_CYCLE,
    NNP_DATE_HOUR_CYCLE,
    NNP_DATE_PARTS
};

static inline const char *nnp_date_name(int part)
{
    static const char *const names[NNP_DATE_PARTS] = {
        "days", "year",   "month",       "day",           "weekday",       "yearday",
        "hour", "minute", "month_cycle", "weekday_cycle", "yearday_cycle", "hour_cycle"
    };

    return names[part];
}

/* NNP_DATE_PARTS: it is none of the names. */
static inline int nnp_date_part_called(const char *name)
{
    int k = 0;

    while (k < NNP_DATE_PARTS && strcmp(nnp_date_name(k), name) != 0)
        k++;
    return k;
}

/* Days from 1970-01-01; the year begins in March, so that a leap day is the last one. */
static inline int64_t nnp_date_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static inline int nnp_date_month_length(int year, int month)
{
    static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Exactly so many digits at *p, which moves behind them; -1: others are there. */
static inline int nnp_date_digits(const char **p, const char *end, int n)
{
    int v = 0;

    for (; n; n--, ++*p) {
        if (*p >= end || **p < '0' || **p > '9')
            return -1;
        v = 10 * v + (**p - '0');
    }
    return v;
}

static inline int nnp_date_is(const char **p, const char *end, char letter)
{
    if (*p >= end || **p != letter)
        return 0;
    ++*p;
    return 1;
}

/* "23:59", then perhaps ":30", then perhaps ".5". */
static inline int nnp_date_clock(const char **p, const char *end, nnp_date *to)
{
    int    hour = nnp_date_digits(p, end, 2);
    int    minute = hour >= 0 && nnp_date_is(p, end, ':') ? nnp_date_digits(p, end, 2) : -1;
    int    second = 0;
    double unit = 1;

    if (minute < 0)
        return -1;
    if (nnp_date_is(p, end, ':'))
        second = nnp_date_digits(p, end, 2);
    if (hour > 23 || minute > 59 || second < 0 || second > 60)
        return -1;
    to->seconds = 3600.0 * hour + 60.0 * minute + second;
    if (nnp_date_is(p, end, '.'))
        for (; *p < end && **p >= '0' && **p <= '9'; ++*p)
            to->seconds += (unit /= 10) * (**p - '0');
    return 0;
}

/* "Z", "+01:00", "-0530", or nothing. */
static inline int nnp_date_zone(const char **p, const char *end, nnp_date *to)
{
    int sign = nnp_date_is(p, end, '+') ? 1 : nnp_date_is(p, end, '-') ? -1 : 0;
    int hour, minute = 0;

    if (!sign) {
        nnp_date_is(p, end, 'Z');
        return 0;
    }
    hour = nnp_date_digits(p, end, 2);
    if (hour >= 0 && (nnp_date_is(p, end, ':') || *p < end))
        minute = nnp_date_digits(p, end, 2);
    to->zone = sign * (3600.0 * hour + 60.0 * minute);
    return hour < 0 || hour > 14 || minute < 0 || minute > 59 ? -1 : 0;
}

/* -1: the text is no date. */
static inline int nnp_date_read(const char *text, size_t n, nnp_date *to)
{
    const char *p = text, *end = text + n;
    nnp_date    d = { 0, 0, 0, 0, 0 };

    d.year = nnp_date_digits(&p, end, 4);
    if (d.year < 0 || !nnp_date_is(&p, end, '-'))
        return -1;
    d.month = nnp_date_digits(&p, end, 2);
    if (d.month < 1 || d.month > 12 || !nnp_date_is(&p, end, '-'))
        return -1;
    d.day = nnp_date_digits(&p, end, 2);
    if (d.day < 1 || d.day > nnp_date_month_length(d.year, d.month))
        return -1;
    if ((nnp_date_is(&p, end, 'T') || nnp_date_is(&p, end, ' ')) &&
        (nnp_date_clock(&p, end, &d) || nnp_date_zone(&p, end, &d)))
        return -1;
    *to = d;
    return p == end ? 0 : -1;
}

/* How far through its round, 0 <= v < 1. */
static inline double nnp_date_way(const nnp_date *d, int part)
{
    double of_day = d->seconds / 86400;
    int    month = nnp_date_month_length(d->year, d->month);
    int    year = 337 + nnp_date_month_length(d->year, 2);
    int64_t days = nnp_date_days(d->year, d->month, d->day);

    switch (part) {
    case NNP_DATE_MONTH_CYCLE:
        return (d->month - 1 + (d->day - 1 + of_day) / month) / 12;
    case NNP_DATE_WEEKDAY_CYCLE: return ((double)((days % 7 + 10) % 7) + of_day) / 7;
    case NNP_DATE_YEARDAY_CYCLE:
        return ((double)(days - nnp_date_days(d->year, 1, 1)) + of_day) / year;
    default: return of_day;
    }
}

/* Writes the numbers of a part and returns how many there are. */
static inline size_t nnp_date_part(const nnp_date *d, int part, double *v)
{
    const double circle = 6.283185307179586;
    int64_t      days = nnp_date_days(d->year, d->month, d->day);

    if (part >= NNP_DATE_PLAIN) {
        v[0] = sin(circle * nnp_date_way(d, part));
        v[1] = cos(circle * nnp_date_way(d, part));
        return 2;
    }
    switch (part) {
    case NNP_DATE_DAYS: v[0] = (double)days + (d->seconds - d->zone) / 86400; break;
    case NNP_DATE_YEAR: v[0] = d->year; break;
    case NNP_DATE_MONTH: v[0] = d->month; break;
    case NNP_DATE_DAY: v[0] = d->day; break;
    case NNP_DATE_WEEKDAY: v[0] = (double)((days % 7 + 10) % 7) + 1; break;
    case NNP_DATE_YEARDAY: v[0] = (double)(days - nnp_date_days(d->year, 1, 1)) + 1; break;
    case NNP_DATE_HOUR: v[0] = floor(d->seconds / 3600); break;
    default: v[0] = floor(fmod(d->seconds, 3600) / 60); break;
    }
    return 1;
}
#endif
