/* SPDX-License-Identifier: MIT */
/* Plain scalars as values: YAML 1.2 core schema, less what other readers read otherwise
 * (leading zeros, underscores). */
#include <config.h>
#include "text/tree.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

static const char *const quotes = "leave the quotes out";
static const char *const underscore = "write the digits without '_'";
static const char *const leading_zero = "leave the leading 0 out, or write 0o for octal";
static const char *const too_large = "too large for a 64-bit number";

static int no_value(const char **why, const char *hint)
{
    if (why)
        *why = hint;
    return -1;
}

static bool among(const char *text, const char *const *words)
{
    while (*words && strcmp(text, *words) != 0)
        words++;
    return *words != NULL;
}

int tree_bool(const struct node *n, bool *out, const char **why)
{
    static const char *const yes[] = { "true", "True", "TRUE", NULL };
    static const char *const no[] = { "false", "False", "FALSE", NULL };
    static const char *const like_yes[] = { "yes", "Yes", "YES", "on", "On",
                                            "ON",  "y",   "Y",   "1",  NULL };
    static const char *const like_no[] = { "no",  "No", "NO", "off", "Off",
                                           "OFF", "n",  "N",  "0",   NULL };

    no_value(why, NULL);
    if (n->kind != NODE_SCALAR)
        return -1;
    bool is_yes = among(n->text, yes), is_no = among(n->text, no);
    if (n->quoted)
        return no_value(why, is_yes || is_no ? quotes : NULL);
    if (is_yes || is_no) {
        *out = is_yes;
        return 0;
    }
    if (among(n->text, like_yes))
        return no_value(why, "write true");
    return no_value(why, among(n->text, like_no) ? "write false" : NULL);
}

static size_t digits(const char *p)
{
    return strspn(p, "0123456789");
}

/* Why something that starts like a number is none, or NULL. */
static const char *look_alike(const char *text)
{
    const char *p = text + (*text == '-' || *text == '+');
    size_t      n = strspn(p, "0123456789_");

    if (digits(p) && memchr(p, '_', n) && strspn(p, "0123456789_.eE+-") == strlen(p))
        return underscore;
    if (p[0] == '0' && digits(p) > 1 && strspn(p, "0123456789.eE+-") == strlen(p))
        return leading_zero;
    return NULL;
}

/* 0o17, 0x1f (no sign, as the schema has it) and decimal. */
static int parse_int(const char *text, int64_t *out, const char **why)
{
    const char *p = text + (*text == '-' || *text == '+');
    int         base = 10;
    size_t      n = digits(p);

    if (text[0] == '0' && (text[1] == 'o' || text[1] == 'x')) {
        base = text[1] == 'o' ? 8 : 16;
        p = text += 2;
        n = strspn(p, base == 8 ? "01234567" : "0123456789abcdefABCDEF");
    } else if (p[0] == '0' && n > 1) {
        return no_value(why, look_alike(text));
    }
    if (!n || p[n])
        return no_value(why, look_alike(text));
    errno = 0;
    long long v = strtoll(text, NULL, base);
    if (errno == ERANGE)
        return no_value(why, too_large);
    *out = v;
    return 0;
}

int tree_int(const struct node *n, int64_t *out, const char **why)
{
    no_value(why, NULL);
    if (n->kind != NODE_SCALAR)
        return -1;
    if (n->quoted) {
        int64_t ignored;
        return no_value(why, parse_int(n->text, &ignored, NULL) ? NULL : quotes);
    }
    return parse_int(n->text, out, why);
}

static bool is_real(const char *p)
{
    p += *p == '-' || *p == '+';
    size_t whole = digits(p), part = 0;

    if (whole > 1 && p[0] == '0')
        return false;
    p += whole;
    if (*p == '.') {
        part = digits(p + 1);
        p += 1 + part;
    }
    if (!whole && !part)
        return false;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        size_t n = digits(p);
        if (!n)
            return false;
        p += n;
    }
    return !*p;
}

static int parse_real(const char *text, double *out, const char **why)
{
    static const char *const infs[] = { ".inf", ".Inf", ".INF", NULL };
    static const char *const nans[] = { ".nan", ".NaN", ".NAN", NULL };
    int64_t                  whole;

    if (among(text + (*text == '-' || *text == '+'), infs)) {
        *out = *text == '-' ? -(double)INFINITY : (double)INFINITY;
        return 0;
    }
    if (among(text, nans)) {
        *out = (double)NAN;
        return 0;
    }
    if (is_real(text)) {
        double v = number_read(text, NULL);
        if (!isfinite(v))
            return no_value(why, too_large);
        *out = v;
        return 0;
    }
    if (parse_int(text, &whole, why))
        return -1;
    *out = (double)whole;
    return 0;
}

int tree_real(const struct node *n, double *out, const char **why)
{
    no_value(why, NULL);
    if (n->kind != NODE_SCALAR)
        return -1;
    if (n->quoted) {
        double ignored;
        return no_value(why, parse_real(n->text, &ignored, NULL) ? NULL : quotes);
    }
    return parse_real(n->text, out, why);
}
