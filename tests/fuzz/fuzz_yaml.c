/* SPDX-License-Identifier: MIT */
/* Any bytes as a pipeline file: refused with a message, or a tree that prints as YAML
 * which reads as the same tree and prints the same again. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdbool.h>
#include <string.h>
#include "base/arena.h"
#include "base/strbuf.h"
#include "text/source.h"
#include "text/tree.h"

static struct node *read(struct arena *a, const char *text, size_t n, struct diag *d)
{
    diag_init(d, a);
    const struct source *s = source_text(a, "t.yaml", text, n, d);
    struct node         *tree = s ? tree_parse(a, s, d) : NULL;

    fuzz_expect((tree == NULL) == (d->errors > 0), "no tree means a message, and back");
    diag_sort(d);
    fuzz_check_diag(d);
    return tree;
}

/* Does a reader take both for the same number, truth value or text? */
static bool same_scalar(const struct node *a, const struct node *b)
{
    bool        x, y;
    double      v, w;
    const char *why;

    if (strcmp(a->text, b->text) != 0)
        return false;
    return tree_bool(a, &x, &why) == tree_bool(b, &y, &why) &&
           tree_real(a, &v, &why) == tree_real(b, &w, &why);
}

static bool same(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || a->n != b->n)
        return false;
    if (a->kind == NODE_SCALAR)
        return same_scalar(a, b);
    for (size_t i = 0; i < a->n; i++) {
        if (!same(a->values[i], b->values[i]))
            return false;
        if (a->kind == NODE_MAP && strcmp(a->keys[i]->text, b->keys[i]->text) != 0)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena  a = { 0 };
    struct diag   d;
    struct strbuf once = { 0 }, twice = { 0 }, json = { 0 };
    struct node  *tree = read(&a, (const char *)data, size, &d);

    if (tree) {
        tree_print(tree, &once);
        tree_print_json(tree, &json);
        /* Indents can make the print longer than a file may be. */
        if (once.n <= SOURCE_MAX) {
            struct node *again = read(&a, strbuf_text(&once), once.n, &d);
            fuzz_expect(again != NULL, "what is printed can be read");
            fuzz_expect(same(tree, again), "what is printed reads as the same tree");
            fuzz_expect(same(tree, tree_copy(&a, again)), "a copy is the same tree");
            tree_print(again, &twice);
            fuzz_expect(!strcmp(strbuf_text(&once), strbuf_text(&twice)),
                        "canonical text prints as itself");
        }
    }
    strbuf_close(&once);
    strbuf_close(&twice);
    strbuf_close(&json);
    arena_close(&a);
    return 0;
}
