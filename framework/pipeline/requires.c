/* SPDX-License-Identifier: MIT */
/* requires: which versions of plugins a file needs. */
#include <config.h>
#include "pipeline/read.h"

#include <stdlib.h>
#include <string.h>

/* "1.10" is after "1.9": numbers between dots; a missing one counts as 0. */
static int compare_versions(const char *a, const char *b)
{
    while (*a || *b) {
        char              *end_a = (char *)a, *end_b = (char *)b;
        unsigned long long va = *a ? strtoull(a, &end_a, 10) : 0;
        unsigned long long vb = *b ? strtoull(b, &end_b, 10) : 0;

        if (va != vb)
            return va < vb ? -1 : 1;
        a = end_a + (*end_a == '.');
        b = end_b + (*end_b == '.');
        if ((*a && (*a < '0' || *a > '9')) || (*b && (*b < '0' || *b > '9')))
            return strcmp(a, b); /* 1.0-beta: as text */
    }
    return 0;
}

static const char *const operators[] = { ">=", "<=", "==", "!=", ">", "<", NULL };

static bool holds(const char *op, int c)
{
    if (op[0] == '>')
        return c > 0 || (op[1] && c == 0);
    if (op[0] == '<')
        return c < 0 || (op[1] && c == 0);
    return (c == 0) == (op[0] == '=');
}

/* One of ">=1.2", "1.2" (the same as ==), up to a comma. -1: malformed, else does it
 * hold? */
static int test(struct arena *a, const char **text, const char *version)
{
    const char *op = "==", *start;
    size_t      n;

    *text += strspn(*text, " ");
    for (size_t i = 0; operators[i]; i++)
        if (strncmp(*text, operators[i], strlen(operators[i])) == 0) {
            op = operators[i];
            *text += strlen(op);
            break;
        }
    *text += strspn(*text, " ");
    start = *text;
    n = strcspn(start, ", ");
    if (!n || *start < '0' || *start > '9')
        return -1;
    *text += n;
    *text += strspn(*text, " ");
    if (**text == ',')
        ++*text;
    else if (**text)
        return -1;
    return holds(op, compare_versions(version, arena_strndup(a, start, n)));
}

static void check_one(struct read *r, const struct node *key, const struct node *n)
{
    const char             *kind = names_plugin(r->names, key->text);
    const struct component *c;
    double                  number;
    int                     rc = 1;

    if (n->kind != NODE_SCALAR || (!n->quoted && tree_real(n, &number, NULL) == 0)) {
        diag_code(r->d, &n->at, "wrong-type",
                  "requires.%s: a version in quotes is needed, such as \">=1.2\"",
                  key->text);
        return;
    }
    if (!kind) {
        diag_code(r->d, &key->at, "unknown-plugin",
                  "no plugin that is installed offers '%s'", key->text);
        return;
    }
    c = registry_find(r->registry, kind, key->text, &key->at, r->d);
    if (!c)
        return;
    for (const char *t = n->text; rc > 0 && (*t || t == n->text);)
        rc = test(r->a, &t, c->version);
    if (rc < 0)
        diag_code(r->d, &n->at, "wrong-type",
                  "requires.%s: '%s' is no version; \">=1.2\" or \">=1.2, <2\" is",
                  key->text, n->text);
    else if (!rc)
        diag_code(r->d, &n->at, "version", "%s %s is needed; installed is %s", key->text,
                  n->text, c->version);
}

void requires_check(struct read *r, const struct node *n)
{
    if (!n || n->kind == NODE_NULL || grammar_expect(n, NODE_MAP, "requires", r->d))
        return;
    for (size_t i = 0; i < n->n; i++)
        check_one(r, n->keys[i], n->values[i]);
}
