/* SPDX-License-Identifier: MIT */
/* Check 4: memory of the file itself that runs write to. Several instances share it, and
 * so do threads. What the first run fills in once and for all (a table, a library that
 * sets itself up) stays as it is afterwards and is nobody's harm. */
#include <config.h>
#include "conformance/check_kind.h"

#include <string.h>

#include "plugin/dso.h"
#include "plugin/range.h"

struct writable { /* of the writable memory, and how it was */
    const char *now, *then;
    size_t      n;
};

struct writables {
    struct check   *k;
    struct writable v[16];
    size_t          n;
};

/* Byte by byte, so that a sanitizer, whose marks lie between the variables, does not see
 * it. */
static __attribute__((no_sanitize("address"))) char byte_at(const volatile char *p)
{
    return *p;
}

static void keep(void *arg, const char *begin, size_t n)
{
    struct writables *p = arg;

    if (p->n == sizeof p->v / sizeof *p->v)
        return;
    char *copy = arena_alloc(&p->k->arena, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = byte_at(begin + i);
    p->v[p->n++] = (struct writable){ begin, copy, n };
}

/* The compiler's own (counters of coverage) are no variables of the plugin. */
static bool is_own(const char *name)
{
    return !name || strncmp(name, "__", 2) != 0;
}

static bool compare(struct writables *p, const char *after)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t b = 0; b < p->v[i].n; b++) {
            if (byte_at(p->v[i].now + b) == p->v[i].then[b])
                continue;
            const char *name = check_file_symbol(p->k, p->v[i].now + b);
            if (!is_own(name))
                continue;
            check_fail(p->k,
                       "a static variable%s%s changes in %s: instances and threads share "
                       "it, so what changes belongs into a tensor, or into self",
                       name ? ", " : " (the file has no names of them)",
                       name ? arena_printf(&p->k->arena, "%s,", name) : "", after);
            return false;
        }
    return true;
}

static void run_with(struct check *k, const struct trial_options *o)
{
    struct trial t;

    if (trial_open(k, &t, o) == 0)
        trial_run_quiet(&t);
    trial_close(&t);
}

/* A run with another value of a parameter, for those who keep what self has. */
static bool run_with_other(struct writables *p, const nnp_param *param)
{
    static const char *const tries[] = { "0.75", "0.25", "2", "5", "true", "false" };
    struct check            *k = p->k;
    struct range             r = { .words = NULL };
    const char *const       *words = tries;
    size_t                   n = sizeof tries / sizeof *tries;

    if ((param->type & 255) > NNP_REAL && (param->type & 255) != NNP_ENUM)
        return true;
    if ((param->type & 255) == NNP_ENUM) {
        if (range_parse(&k->arena, param->range, &r) || !r.words)
            return true;
        for (words = r.words, n = 0; words[n];)
            n++;
    }
    const char *where = arena_printf(&k->arena, "a run with another `%s`", param->name);
    check_at(k, "%s", where);
    for (size_t i = 0; i < n; i++)
        run_with(k, &(struct trial_options){ .param = param->name, .text = words[i] });
    return compare(p, where);
}

void check_statics(struct check *k)
{
    struct writables     p = { .k = k };
    const nnp_component *d = k->c->type->desc;

    check_at(k, "a run");
    run_with(k, &(struct trial_options){ 0 });
    dso_writable(k->c->type->file, keep, &p);
    check_at(k, "another run");
    run_with(k, &(struct trial_options){ .values = 7, .rows = 3 });
    run_with(k, &(struct trial_options){ .values = 8 });
    if (!compare(&p, "a run"))
        return;
    for (uint32_t i = 0; i < d->n_params; i++)
        if (!run_with_other(&p, &d->params[i]))
            return;
}
