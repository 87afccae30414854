/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/json_read.h"

#include <string.h>

#include "base/number.h"
#include "base/utf8.h"

static int fail(struct json_read *r, const char *wrong)
{
    if (!r->wrong)
        r->wrong = wrong;
    return -1;
}

void json_read_open(struct json_read *r, struct arena *a, const char *text, size_t n)
{
    *r = (struct json_read){ .arena = a, .start = text, .p = text, .end = text + n };
}

char json_read_next(struct json_read *r)
{
    while (r->p < r->end &&
           (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
    return r->p < r->end && !r->wrong ? *r->p : 0;
}

static bool take(struct json_read *r, char c)
{
    if (json_read_next(r) != c)
        return false;
    r->p++;
    return true;
}

/* ---- maps and lists ---- */

static int enter(struct json_read *r, char bracket, const char *wrong)
{
    if (!take(r, bracket))
        return fail(r, wrong);
    if (r->depth == JSON_READ_DEPTH)
        return fail(r, "nested too deep");
    r->begun[r->depth++] = false;
    return 0;
}

int json_read_map(struct json_read *r)
{
    return enter(r, '{', "'{' is missing here");
}

int json_read_list(struct json_read *r)
{
    return enter(r, '[', "'[' is missing here");
}

static int member(struct json_read *r, char closing, const char *wrong)
{
    bool *begun = &r->begun[r->depth - 1];

    if (take(r, closing)) {
        r->depth--;
        return 0;
    }
    if (*begun && !take(r, ','))
        return fail(r, wrong);
    *begun = true;
    return 1;
}

int json_read_item(struct json_read *r)
{
    return member(r, ']', "',' or ']' is missing here");
}

int json_read_key(struct json_read *r, const char **key)
{
    int rc = member(r, '}', "',' or '}' is missing here");

    if (rc <= 0)
        return rc;
    if (json_read_next(r) != '"')
        return fail(r, "a name in quotes is needed here");
    if (json_read_text(r, key))
        return -1;
    return take(r, ':') ? 1 : fail(r, "':' is missing here");
}

/* ---- texts ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int hex4(struct json_read *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        int v = r->p < r->end ? hex_digit(*r->p) : -1;

        if (v < 0)
            return fail(r, "\\u needs four digits from 0 to f");
        *out = *out << 4 | (uint32_t)v;
    }
    return 0;
}

/* \uD83D\uDE00: letters beyond the first 65536 are written as two halves. */
static int letter(struct json_read *r, uint32_t *code)
{
    uint32_t low;

    if (hex4(r, code))
        return -1;
    if (*code < 0xd800 || *code > 0xdfff)
        return *code ? 0 : fail(r, "a text with \\u0000 in it");
    if (*code > 0xdbff || r->end - r->p < 2 || r->p[0] != '\\' || r->p[1] != 'u')
        return fail(r, "half of a letter");
    r->p += 2;
    if (hex4(r, &low))
        return -1;
    if (low < 0xdc00 || low > 0xdfff)
        return fail(r, "half of a letter");
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    return 0;
}

static int escape(struct json_read *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char              c = r->p < r->end ? *r->p : 0;
    const char       *hit = c ? strchr(from, c) : NULL;
    uint32_t          code;

    if (!hit && c != 'u')
        return fail(r, "there is no such escape");
    r->p++;
    if (!hit && letter(r, &code))
        return -1;
    if (hit)
        out[(*n)++] = to[hit - from];
    else
        *n += utf8_put(out + *n, code);
    return 0;
}

/* Where the text ends that begins at p; end: it does not. */
static const char *closing(const char *p, const char *end)
{
    while (p < end && *p != '"')
        p += *p == '\\' && end - p > 1 ? 2 : 1;
    return p;
}

/* An escape is never shorter than what it stands for, so the room of the source is
 * enough. */
int json_read_text(struct json_read *r, const char **out)
{
    if (!take(r, '"'))
        return fail(r, "a text in quotes is needed here");
    const char *close = closing(r->p, r->end);
    char       *text = arena_alloc(r->arena, (size_t)(close - r->p) + 1);
    size_t      n = 0;

    while (r->p < close) {
        size_t length = utf8_length(r->p, (size_t)(close - r->p));

        if (*r->p == '\\') {
            r->p++;
            if (escape(r, text, &n))
                return -1;
            continue;
        }
        if (!length || (unsigned char)*r->p < 0x20)
            return fail(r, length ? "a control character in a text" : "no UTF-8");
        memcpy(text + n, r->p, length);
        n += length;
        r->p += length;
    }
    if (close == r->end)
        return fail(r, "a text does not end");
    r->p++;
    *out = text;
    return 0;
}

/* ---- numbers and words ---- */

static const char *digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* Behind the number at p: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?; NULL: none. */
static const char *behind_number(const char *p, const char *end, bool *whole)
{
    const char *from = p += p < end && *p == '-';

    *whole = true;
    p = digits(p, end);
    if (p == from || (*from == '0' && p - from > 1))
        return NULL;
    if (p < end && *p == '.') {
        from = p + 1;
        p = digits(from, end);
        *whole = false;
        if (p == from)
            return NULL;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        from = p + 1 + (end - p > 1 && (p[1] == '+' || p[1] == '-'));
        p = digits(from, end);
        *whole = false;
        if (p == from)
            return NULL;
    }
    return p;
}

static const char *number(struct json_read *r, bool *whole)
{
    json_read_next(r);
    return r->wrong ? NULL : behind_number(r->p, r->end, whole);
}

/* strtod wants a 0 behind the number, which the text need not have. */
int json_read_number(struct json_read *r, double *out)
{
    char        small[48];
    bool        whole;
    const char *behind = number(r, &whole);

    if (!behind)
        return fail(r, "a number is needed here");
    size_t n = (size_t)(behind - r->p);
    if (n < sizeof small) {
        memcpy(small, r->p, n);
        small[n] = 0;
    }
    *out = number_read(n < sizeof small ? small : arena_strndup(r->arena, r->p, n), NULL);
    r->p = behind;
    return 0;
}

int json_read_digits(struct json_read *r, const char **out)
{
    bool        whole;
    const char *behind = number(r, &whole);

    if (!behind)
        return fail(r, "a number is needed here");
    *out = arena_strndup(r->arena, r->p, (size_t)(behind - r->p));
    r->p = behind;
    return 0;
}

int json_read_whole(struct json_read *r, int64_t *out)
{
    bool        whole;
    const char *behind = number(r, &whole), *p;
    bool        minus = behind && *r->p == '-';
    int64_t     v = 0;

    if (!behind || !whole)
        return fail(r, "a whole number is needed here");
    for (p = r->p + minus; p < behind; p++)
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, *p - '0', &v)) /* negative: there is one more */
            return fail(r, "a number is too large");
    if (!minus && v == INT64_MIN)
        return fail(r, "a number is too large");
    *out = minus ? v : -v;
    r->p = behind;
    return 0;
}

static int word(struct json_read *r, const char *text, const char *wrong)
{
    size_t n = strlen(text);

    json_read_next(r);
    if (r->wrong || (size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
        return fail(r, wrong);
    r->p += n;
    return 0;
}

int json_read_bool(struct json_read *r, bool *out)
{
    *out = json_read_next(r) == 't';
    return word(r, *out ? "true" : "false", "true or false is needed here");
}

int json_read_null(struct json_read *r)
{
    return word(r, "null", "null is needed here");
}

/* ---- the rest ---- */

static int skip_one(struct json_read *r)
{
    const char *text;
    double      v;
    bool        truth;

    switch (json_read_next(r)) {
    case '{': return json_read_map(r);
    case '[': return json_read_list(r);
    case '"': return json_read_text(r, &text);
    case 't':
    case 'f': return json_read_bool(r, &truth);
    case 'n': return json_read_null(r);
    case '-':
    case '0' ... '9': return json_read_number(r, &v);
    default: return fail(r, "a value is needed here");
    }
}

/* Without recursion: the brackets that are open are on a list of their own. */
int json_read_skip(struct json_read *r)
{
    char        open[JSON_READ_DEPTH];
    const char *key;
    int         from = r->depth, rc;

    for (;;) {
        char c = json_read_next(r);
        int  before = r->depth;

        if (skip_one(r))
            return -1;
        if (r->depth > before)
            open[before] = c;
        do {
            if (r->depth == from)
                return 0;
            rc = open[r->depth - 1] == '{' ? json_read_key(r, &key) : json_read_item(r);
        } while (rc == 0);
        if (rc < 0)
            return -1;
    }
}

int json_read_end(struct json_read *r)
{
    return json_read_next(r) || r->wrong || r->p < r->end ? fail(r, "there is more here")
                                                          : 0;
}
