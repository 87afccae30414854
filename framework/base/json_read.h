/* SPDX-License-Identifier: MIT */
/*
 * Reads JSON (RFC 8259) piece by piece, in the order of the text, in one pass and without a
 * tree. Strict: nothing but what the standard allows, and letters must be UTF-8.
 *
 *     json_read_open(&r, arena, text, n);
 *     if (json_read_map(&r))
 *         return -1;
 *     while ((rc = json_read_key(&r, &key)) > 0)
 *         if (strcmp(key, "file") == 0 ? json_read_text(&r, &file) : json_read_skip(&r))
 *             return -1;
 *     return rc || json_read_end(&r);
 *
 * Every function returns -1 when the text is not what it asks for; `wrong` then says what
 * is, and `p` stands where. Nothing may be read after that.
 */
#ifndef NNP_BASE_JSON_READ_H
#define NNP_BASE_JSON_READ_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"

enum { JSON_READ_DEPTH = 64 };

struct json_read {
    struct arena *arena;            /* for texts; the caller's */
    const char   *start, *p, *end;  /* the text, which must stay; no 0 needed behind it */
    const char   *wrong;            /* constant; NULL: all is well */
    int           depth;
    bool          begun[JSON_READ_DEPTH]; /* has the map or list a member already? */
};

void json_read_open(struct json_read *r, struct arena *a, const char *text, size_t n);
/* The next character that is not blank, by which a value is told: '{' '[' '"' 't' 'f' 'n',
 * a digit or '-'. 0: the text is over. */
char json_read_next(struct json_read *r);
int  json_read_map(struct json_read *r);  /* '{' */
int  json_read_list(struct json_read *r); /* '[' */
/* 1: there is a member, whose value comes next. 0: the map or list is closed. */
int json_read_key(struct json_read *r, const char **key);
int json_read_item(struct json_read *r);
/* A text in the arena. One with \u0000 in it is refused: C has no way to hold it. */
int json_read_text(struct json_read *r, const char **out);
int json_read_number(struct json_read *r, double *out); /* what is too large is inf */
int json_read_whole(struct json_read *r, int64_t *out);
/* The letters of a number as they stand there; it is checked, not converted. */
int json_read_digits(struct json_read *r, const char **out);
int json_read_bool(struct json_read *r, bool *out);
int json_read_null(struct json_read *r);
int json_read_skip(struct json_read *r); /* any value */
int json_read_end(struct json_read *r);  /* nothing more but blanks */
#endif
