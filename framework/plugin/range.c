/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/range.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static const char *skip(const char *s)
{
    return s + strspn(s, " ");
}

static const char *digits(const char *s)
{
    return s + strspn(s, "0123456789");
}

/* ---- numbers ---- */

int range_read_bool(const char *text, bool *out)
{
    static const char *const words[] = {
        "true", "True", "TRUE", "false", "False", "FALSE"
    };

    for (int i = 0; i < 6; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i < 3;
            return 0;
        }
    return -1;
}

/* strtoll would take blanks and a leading 0 as octal; the core schema does not. */
int range_read_int(const char *text, int64_t *out)
{
    const char *s = text + (*text == '-' || *text == '+');
    int         base = 10;
    char       *end;

    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'o') && s == text) {
        base = s[1] == 'x' ? 16 : 8;
        s += 2;
        if (*s == '-' || *s == '+' || *s == ' ')
            return -1;
    } else if (s[0] < '0' || s[0] > '9' || (s[0] == '0' && s[1])) {
        return -1;
    }
    errno = 0;
    long long v = strtoll(base == 10 ? text : s, &end, base);
    if (end == s || *end || errno)
        return -1;
    *out = v;
    return 0;
}

static int read_named(const char *text, double *out)
{
    static const char *const infinite[] = { ".inf", ".Inf", ".INF" };
    static const char *const none[] = { ".nan", ".NaN", ".NAN" };
    const char              *s = text + (*text == '-' || *text == '+');

    for (int i = 0; i < 3; i++) {
        if (strcmp(s, infinite[i]) == 0) {
            *out = *text == '-' ? -INFINITY : INFINITY;
            return 0;
        }
        if (strcmp(text, none[i]) == 0) {
            *out = NAN;
            return 0;
        }
    }
    return -1;
}

/* [-+]? ( .D+ | D+ (.D*)? ) ([eE][-+]?D+)? and nothing behind. */
static bool is_real(const char *s)
{
    s += *s == '-' || *s == '+';
    const char *whole = digits(s), *t = whole;
    if (*t == '.')
        t = digits(t + 1);
    if (t == s || (whole == s && t == s + 1))
        return false;
    if (*t == 'e' || *t == 'E') {
        t += 1 + (t[1] == '-' || t[1] == '+');
        if (digits(t) == t)
            return false;
        t = digits(t);
    }
    return *t == 0;
}

int range_read_real(const char *text, double *out)
{
    int64_t whole;

    if (read_named(text, out) == 0)
        return 0;
    if (is_real(text)) {
        *out = number_read(text, NULL);
        return 0;
    }
    if (range_read_int(text, &whole))
        return -1;
    *out = (double)whole;
    return 0;
}

/* ---- lists ---- */

/* One member, up to a comma or the bracket; returns what follows, NULL when malformed. */
static const char *read_member(struct arena *a, const char *s, const char **out)
{
    if (*s == '"' || *s == '\'') {
        const char *end = strchr(s + 1, *s);
        if (!end)
            return NULL;
        *out = arena_strndup(a, s + 1, (size_t)(end - s - 1));
        return skip(end + 1);
    }
    size_t n = strcspn(s, ",[]{}");
    size_t kept = n;
    while (kept && s[kept - 1] == ' ')
        kept--;
    if (!kept)
        return NULL;
    *out = arena_strndup(a, s, kept);
    return s + n;
}

const char *const *range_read_list(struct arena *a, const char *text, size_t *n)
{
    const char  *s = skip(text);
    const char **list = arena_array(a, strlen(text) / 2 + 2, sizeof *list);
    size_t       count = 0;

    if (*s && *s != '[') {
        list[count++] = arena_strdup(a, text);
    } else if (*s) {
        s = skip(s + 1);
        while (*s != ']') {
            s = read_member(a, s, &list[count++]);
            if (!s || (*s != ',' && *s != ']'))
                return NULL;
            s = *s == ',' ? skip(s + 1) : s;
        }
        if (*skip(s + 1))
            return NULL;
    }
    *n = count;
    return list;
}

/* ---- ranges ---- */

/* A bound of an interval: a number, inf or -inf. Returns what follows, or NULL. */
static const char *read_bound(const char *s, double *out)
{
    const char *sign = s + (*s == '-' || *s == '+');
    char        text[48];

    if (strncmp(sign, "inf", 3) == 0) {
        *out = *s == '-' ? -INFINITY : INFINITY;
        return skip(sign + 3);
    }
    size_t n = strcspn(s, " ,])");
    if (n == 0 || n >= sizeof text)
        return NULL;
    memcpy(text, s, n);
    text[n] = 0;
    return range_read_real(text, out) || isnan(*out) ? NULL : skip(s + n);
}

static int parse_interval(const char *s, struct range *out)
{
    struct range r = { .low_open = *s == '(' };

    s = read_bound(skip(s + 1), &r.low);
    if (!s || *s != ',')
        return -1;
    s = read_bound(skip(s + 1), &r.high);
    if (!s || (*s != ']' && *s != ')') || *skip(s + 1))
        return -1;
    r.high_open = *s == ')';
    if (!(r.low < r.high) && (r.low > r.high || r.low_open || r.high_open))
        return -1;
    *out = r;
    return 0;
}

static int parse_words(struct arena *a, const char *s, struct range *out)
{
    const char **words = arena_array(a, strlen(s) / 2 + 3, sizeof *words);
    struct range r = { .low = -INFINITY, .high = INFINITY, .words = words };
    size_t       n = 0;

    for (;; s++) {
        size_t len = strcspn(s, "|");
        if (len == 0 || strcspn(s, " \t\n,[](){}\"'") < len)
            return -1;
        const char *word = arena_strndup(a, s, len);
        if (range_word(&r, word) >= 0)
            return -1;
        words[n++] = word;
        s += len;
        if (!*s)
            break;
    }
    *out = r;
    return 0;
}

int range_parse(struct arena *a, const char *text, struct range *out)
{
    if (!text) {
        *out = (struct range){ .low = -INFINITY, .high = INFINITY };
        return 0;
    }
    text = skip(text);
    return *text == '[' || *text == '(' ? parse_interval(text, out)
                                        : parse_words(a, text, out);
}

bool range_holds(const struct range *r, double v)
{
    bool above = r->low_open ? v > r->low : v >= r->low;
    bool below = r->high_open ? v < r->high : v <= r->high;

    return above && below;
}

int range_word(const struct range *r, const char *word)
{
    for (int i = 0; r->words && r->words[i]; i++)
        if (strcmp(r->words[i], word) == 0)
            return i;
    return -1;
}
