/* SPDX-License-Identifier: MIT */
/* An estimator learns from any rows and then tells them: it says numbers, shares where it
 * tells classes, or a sentence.
 *
 * First line: its name, a blank and its parameters, if there are. Second line: `bits`,
 * `one_hot` or `numbers`, what the target is. Then a line a row, a character a number,
 * the last one of the target; the first row says how many there are. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <nnpipe/data.h>
#include "base/arena.h"
#include "conformance/probe.h"
#include "language/params.h"
#include "plugin/registry.h"
#include "text/source.h"
#include "text/tree.h"

enum { MOST_ROWS = 24, MOST_COLUMNS = 6, MOST_CLASSES = 4, MOST_PASSES = 3000 };

struct rows {
    const char *kind;
    size_t      n, d, k; /* rows, columns of x, of the target */
    char        at[MOST_ROWS][MOST_COLUMNS + 1];
};

static double number(char c)
{
    static const char   names[] = "HhTtMmnizZ";
    static const double values[] = { 1e30,
                                     -1e30,
                                     1e-30,
                                     -1e-30,
                                     (double)FLT_MAX,
                                     -(double)FLT_MAX,
                                     (double)NAN,
                                     (double)INFINITY,
                                     0.5,
                                     -0.0 };
    const char         *at = c ? strchr(names, c) : NULL;

    if (at)
        return values[at - names];
    return c >= '0' && c <= '9' ? c - '0' : (unsigned char)c / 16.0 - 8;
}

/* Long numbers are long work, but right: rounds, passes, sizes. */
static int is_long(const char *line)
{
    for (size_t digits = 0; *line; line++) {
        digits = *line >= '0' && *line <= '9' ? digits + 1 : 0;
        if (digits > 2 || (digits && line[1] && strchr("eE_", line[1])))
            return 1;
    }
    return 0;
}

static int read_rows(struct rows *r, char *text)
{
    char *end = strchr(text, '\n'), *line;

    if (!end)
        return -1;
    *end = 0;
    r->kind = text;
    for (line = end + 1; *line && r->n < MOST_ROWS; line = *end ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        size_t have = (size_t)(end - line);
        if (!r->n)
            r->d = have < 2 ? 0 : have - 1;
        if (r->d < 1 || r->d > MOST_COLUMNS)
            return -1;
        memset(r->at[r->n], '0', r->d + 1);
        memcpy(r->at[r->n++], line, have < r->d + 1 ? have : r->d + 1);
    }
    r->k = strcmp(r->kind, "one_hot") == 0 ? MOST_CLASSES - 1 : 1;
    return r->n ? 0 : -1;
}

static const struct component *find(const char *name)
{
    static struct arena     kept;
    static struct registry *registry;
    struct registry_options o = { .path = getenv("NNPIPE_PLUGIN_PATH"), .trust = true };
    struct arena            a = { 0 };
    struct diag             d;

    diag_init(&d, &kept);
    if (!registry)
        registry = registry_open(&kept, &o, &d);
    fuzz_expect(registry != NULL, "NNPIPE_PLUGIN_PATH has plugins");
    diag_init(&d, &a);
    const struct component *found = registry_find(registry, "estimator", name, NULL, &d);
    arena_close(&a);
    return found;
}

static void put(struct probe *p, const struct rows *r)
{
    uint32_t    sets;
    nnp_tensor *in = probe_tensors(p, PROBE_IN, &sets);

    for (size_t i = 0; i < r->n; i++) {
        char last = r->at[i][r->d];
        for (size_t j = 0; j < r->d; j++)
            probe_store(&in[0], i * r->d + j, number(r->at[i][j]));
        for (size_t j = 0; sets > 1 && j < r->k; j++)
            probe_store(&in[1], i * r->k + j,
                        r->k == 1 ? number(last) : last == '0' + (char)j);
    }
}

/* As a run does: passes until the estimator has enough. */
static int learn(struct probe *p)
{
    uint32_t    n;
    nnp_tensor *state = probe_tensors(p, PROBE_STATE, &n);
    int         rc = NNP_AGAIN;

    for (uint64_t pass = 0; rc == NNP_AGAIN && pass < MOST_PASSES; pass++) {
        for (uint32_t k = 0; k < n; k++)
            if (instance_decl(&p->inst, NNP_STATE, k)->flags & NNP_SUM)
                probe_fill(&state[k], 0);
        p->inst.ctx.step = pass;
        rc = probe_call(p, PROBE_FIT);
        rc = rc < 0 ? rc : probe_call(p, PROBE_FINISH);
    }
    p->inst.ctx.step = 0;
    fuzz_expect(rc != PROBE_BROKEN, "the contract is kept");
    fuzz_expect(rc != NNP_AGAIN, "learning ends");
    fuzz_expect(rc >= 0 || *p->inst.reason, "a refusal has its sentence");
    return rc;
}

static void check_answers(struct probe *p, const struct rows *r)
{
    uint32_t    n;
    nnp_tensor *out = probe_tensors(p, PROBE_OUT, &n);
    int         classes = strcmp(instance_decl(&p->inst, NNP_OUT, 0)->name, "share") == 0;

    for (size_t i = 0; i < r->n; i++) {
        double sum = 0;
        size_t k = nnp_row(&out[0]);
        for (size_t j = 0; j < k; j++) {
            double v = nnp_number(&out[0], i * k + j);
            fuzz_expect(isfinite(v), "what is told is finite");
            fuzz_expect(!classes || (v >= 0 && v <= 1), "shares are in [0,1]");
            sum += v;
        }
        fuzz_expect(!classes || k == 1 || fabs(sum - 1) < 1e-4, "shares add up to 1");
    }
}

static void try_rows(struct probe *p, const struct rows *r)
{
    const nnp_component *desc = p->inst.type->desc;
    int64_t              x[] = { (int64_t)r->n, (int64_t)r->d };
    int64_t              y[] = { (int64_t)r->n, (int64_t)r->k };
    bool                 targets = desc->min_in == 2;

    probe_in(p, NNP_F32, 2, x);
    if (targets)
        probe_in(p, NNP_F32, 2, y);
    if (probe_setup(p))
        return;
    put(p, r);
    if (learn(p) < 0)
        return;
    int rc = probe_call(p, PROBE_FORWARD);
    fuzz_expect(rc != PROBE_BROKEN, "the contract is kept in forward");
    fuzz_expect(rc >= 0 || *p->inst.reason, "a refusal has its sentence");
    if (rc >= 0)
        check_answers(p, r);
}

static void try_line(struct arena *a, char *line, const struct rows *r, struct diag *d)
{
    char *yaml = strchr(line, ' ');

    if (yaml)
        *yaml++ = 0;
    const struct component *type = find(line);
    if (!type || !*line)
        return;
    const struct source *s =
        source_text(a, "t.yaml", yaml ? yaml : "{}", yaml ? strlen(yaml) : 2, d);
    struct node         *tree = s ? tree_parse(a, s, d) : NULL;
    struct probe_options o = { .seed = 1 };
    struct probe         p;
    void                *self = arena_alloc(a, type->desc->self_size);

    if (!tree ||
        params_apply(&(struct params_of){ a, type->desc, type->name, &tree->at, NULL },
                     tree, self, d))
        return;
    if (!probe_open(&p, a, type, self, &o, d))
        try_rows(&p, r);
    probe_close(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = { 0 };
    struct diag  d;
    struct rows  r = { 0 };
    char        *text = arena_printf(&a, "%.*s", (int)size, (const char *)data);
    char        *end = strchr(text, '\n');

    diag_init(&d, &a);
    if (end) {
        *end = 0;
        if (!is_long(text) && !strchr(text, '/') && !read_rows(&r, end + 1))
            try_line(&a, text, &r, &d);
    }
    fuzz_check_diag(&d);
    arena_close(&a);
    return 0;
}
