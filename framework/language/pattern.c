/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "language/pattern.h"

#include <stdint.h>
#include <string.h>

struct piece { /* of a text */
    const char *text;
    size_t      n;
};

static bool is_group(const char *text)
{
    return strcmp(text, "weights") == 0 || strcmp(text, "biases") == 0 ||
           strcmp(text, "all") == 0;
}

bool pattern_is(const char *text)
{
    return is_group(text) || strpbrk(text, "*.");
}

/* Where the names differ the last star takes one letter more, so this never takes longer
 * than the one length times the other. */
static bool matches(struct piece pattern, struct piece name)
{
    size_t p = 0, k = 0, star = SIZE_MAX, from = 0;

    while (k < name.n) {
        if (p < pattern.n && pattern.text[p] == '*') {
            star = ++p;
            from = k;
        } else if (p < pattern.n && pattern.text[p] == name.text[k]) {
            p++;
            k++;
        } else if (star < SIZE_MAX) {
            p = star;
            k = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.text[p] == '*')
        p++;
    return p == pattern.n;
}

/* The item itself, or one of the blocks that it stands in: d1, d1/conv. */
static bool matches_item(struct piece pattern, const char *item)
{
    for (size_t n = 0; item[n]; n++)
        if ((!item[n + 1] || item[n + 1] == '/') &&
            matches(pattern, (struct piece){ item, n + 1 }))
            return true;
    return false;
}

bool pattern_names(const char *pattern, const char *item)
{
    return is_group(pattern) ||
           matches_item((struct piece){ pattern, strcspn(pattern, ".") }, item);
}

bool pattern_fits(const char *pattern, const char *item, const char *weight,
                  bool no_decay)
{
    const char *dot = strchr(pattern, '.');

    if (is_group(pattern))
        return pattern[0] == 'a' || (pattern[0] == 'b') == no_decay;
    return pattern_names(pattern, item) &&
           (!dot || matches((struct piece){ dot + 1, strlen(dot + 1) },
                            (struct piece){ weight, strlen(weight) }));
}
