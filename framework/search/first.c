/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "search/first.h"

#include <math.h>
#include <string.h>

#include "base/strbuf.h"
#include "language/set.h"

static bool is_equal(const struct node *a, const struct node *b)
{
    struct strbuf s = { 0 }, t = { 0 };

    tree_print_json(a, &s);
    tree_print_json(b, &t);
    bool equal = strcmp(strbuf_text(&s), strbuf_text(&t)) == 0;
    strbuf_close(&s);
    strbuf_close(&t);
    return equal;
}

/* "adam", adam: 1e-3 and {adam: {...}} are the same plugin. */
static const char *head_of(const struct node *n)
{
    if (n->kind == NODE_MAP && n->n == 1)
        return n->keys[0]->text;
    return n->kind == NODE_SCALAR ? n->text : NULL;
}

/* The choice that stands in the file: its very value, or the only one of its plugin. */
static double find_choice(const struct search_dim *dim, const struct node *n)
{
    const char *head = head_of(n);
    double      found = (double)NAN;
    size_t      many = 0;

    for (size_t i = 0; i < dim->n_choices; i++)
        if (is_equal(dim->choice[i], n))
            return (double)i;
    for (size_t i = 0; head && i < dim->n_choices; i++) {
        const char *own = head_of(dim->choice[i]);
        if (own && strcmp(own, head) == 0) {
            found = (double)i;
            many++;
        }
    }
    return many == 1 ? found : (double)NAN;
}

static double find_value(struct search *s, const struct spec *spec,
                         const struct search_dim *dim)
{
    const struct merging m = { s->loading->arena, s->loading->registry,
                               s->loading->diag };
    const struct node   *n = set_find(&m, spec->whole, dim->path);
    double               v;

    if (!n && spec->resolved)
        n = set_find(&m, spec->resolved, dim->path);
    if (dim->kind == DIM_CHOICE)
        return n ? find_choice(dim, n) : (double)NAN;
    return n && n->kind == NODE_SCALAR && !tree_real(n, &v, NULL) ? v : (double)NAN;
}

/* The file with this and `search=` set, as the one canonical text; NULL: it is refused.
 */
static char *canonical(struct search *s, const double *x)
{
    static const char *const alone[] = { "search=", NULL };
    struct loading           l = *s->loading;
    struct arena             scrap = { 0 };
    struct diag              quiet;
    struct loaded            p;
    struct strbuf            text = { 0 };

    diag_init(&quiet, &scrap);
    l.arena = &scrap;
    l.diag = &quiet;
    l.stage = NULL;
    l.set = x ? space_set(&s->space, &scrap, alone, x) : alone;
    if (!load_source(&l, s->source, PEEK_ALWAYS, &p))
        tree_print(p.spec->resolved, &text);
    load_close(&p);
    arena_close(&scrap);
    return text.text;
}

void first_find(struct search *s, const struct spec *spec)
{
    struct strbuf a = { 0 }, b = { 0 };
    double       *x = arena_array(s->loading->arena, s->space.n + 1, sizeof *x);

    for (size_t i = 0; i < s->space.n; i++) {
        const struct search_dim *dim = &s->space.spec->dim[i];
        double                   v = find_value(s, spec, dim);
        x[i] = v;
        /* Where it is turned off, anything does. */
        if (isnan(v) && dim->when)
            x[i] = dim->low;
    }
    if (!space_settle(&s->space, x) || !space_allows(&s->space, x))
        return;
    a.text = canonical(s, NULL);
    b.text = canonical(s, x);
    if (a.text && b.text && strcmp(a.text, b.text) == 0)
        s->first = x;
    strbuf_close(&a);
    strbuf_close(&b);
}
