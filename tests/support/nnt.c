/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "conformance/probe.h"
#include "kernels/cpu.h"
#include "plugin/registry.h"
#include "language/params.h"
#include "text/source.h"
#include "text/tree.h"

/* Everything lives until the test's process ends or nnt_close, whichever is first. */
struct room {
    struct nnt       t; /* first member: the test's pointer leads back here */
    struct arena     arena;
    struct diag      diag;
    struct registry *registry;
    struct probe     probe;
    uint32_t         given; /* values waiting for the memory that setup makes */
    struct {
        enum probe_set    set;
        uint32_t          k;
        struct nnt_values v; /* copied */
    } waiting[4 * PROBE_MAX_IN];
};

static struct room *room_of(const struct nnt *t)
{
    return (struct room *)t;
}

/* ---- failing ---- */

/* "test.yaml:1:9: slope: 7 is outside [0,1]" */
static const char *entry_text(struct arena *a, const struct diag_entry *e)
{
    if (!e->at.source)
        return e->text;
    return arena_printf(a, "%s:%u:%u: %s", e->at.source->name, e->at.line, e->at.column,
                        e->text);
}

static const char *first_error(struct room *r)
{
    diag_sort(&r->diag);
    for (size_t i = 0; i < r->diag.n; i++)
        if (r->diag.entries[i].severity == DIAG_ERROR)
            return entry_text(&r->arena, &r->diag.entries[i]);
    return "failed without a message";
}

static void fail_with_diag(struct room *r)
{
    ck_abort_msg("%s", first_error(r));
}

/* ---- opening ---- */

static struct room *new_room(void)
{
    struct room *r = calloc(1, sizeof *r);

    ck_assert_ptr_nonnull(r);
    diag_init(&r->diag, &r->arena);
    return r;
}

static struct node *parse(struct room *r, const char *yaml)
{
    const struct source *s;

    if (!yaml || !*yaml)
        return NULL;
    s = source_text(&r->arena, "test.yaml", yaml, strlen(yaml), &r->diag);
    return s ? tree_parse(&r->arena, s, &r->diag) : NULL;
}

static void refresh(struct room *r)
{
    const nnp_ctx *c = &r->probe.inst.ctx;
    struct nnt    *t = &r->t;

    t->in = c->in;
    t->din = c->din;
    t->out = c->out;
    t->dout = c->dout;
    t->weight = c->weight;
    t->dweight = c->dweight;
    t->state = c->state;
    t->saved = c->saved;
    t->scratch = c->scratch;
}

/* -1: refused, with the reason in r->diag. */
static int open_room(struct room *r, const char *kind, const char *name, const char *yaml,
                     uint64_t seed)
{
    struct registry_options none = { .path = getenv("NNPIPE_PLUGIN_PATH") };
    struct probe_options    o = { .seed = seed };
    struct node            *value = parse(r, yaml);

    if (r->diag.errors)
        return -1;
    r->registry = registry_open(&r->arena, &none, &r->diag);
    const struct component *type =
        r->registry ? registry_find(r->registry, kind, name, NULL, &r->diag) : NULL;
    if (!type)
        return -1;
    struct params_of of = { &r->arena, type->desc, name, value ? &value->at : NULL,
                            getenv("NNPIPE_DATA") };
    r->t.self = arena_alloc(&r->arena, type->desc->self_size + 1);
    if (params_apply(&of, value, r->t.self, &r->diag))
        return -1;
    int rc = probe_open(&r->probe, &r->arena, type, r->t.self, &o, &r->diag);
    r->t.probe = &r->probe;
    r->t.ctx = &r->probe.inst.ctx;
    params_get(type->desc, r->t.self, "lr", &r->t.ctx->lr);
    return rc;
}

static void free_room(struct room *r)
{
    if (r->t.probe)
        probe_close(&r->probe);
    if (r->registry)
        registry_close(r->registry);
    arena_close(&r->arena);
    free(r);
}

struct nnt *nnt_open_seed(const char *kind, const char *name, const char *yaml,
                          uint64_t seed)
{
    struct room *r = new_room();

    if (open_room(r, kind, name, yaml, seed))
        fail_with_diag(r);
    return &r->t;
}

struct nnt *nnt_open(const char *kind, const char *name, const char *yaml)
{
    return nnt_open_seed(kind, name, yaml, 1);
}

void nnt_close(struct nnt *t)
{
    free_room(room_of(t));
}

const char *nnt_refusal(const char *kind, const char *name, const char *yaml)
{
    static struct arena texts; /* as long as the test */
    struct room        *r = new_room();

    if (open_room(r, kind, name, yaml, 1) == 0)
        ck_abort_msg("%s %s accepts %s", kind, name, yaml ? yaml : "no parameters");
    const char *text = arena_strdup(&texts, first_error(r));
    free_room(r);
    return text;
}

/* ---- the frame ---- */

static void set_values(const nnp_tensor *t, struct nnt_values v)
{
    size_t n = nnp_count(t);

    ck_assert_msg(t->data != NULL, "the tensor has no memory: is nnt_setup missing?");
    if (!v.v) {
        probe_fill(t, 0);
        return;
    }
    ck_assert_msg(v.n == n, "%zu values for a tensor of %zu elements", v.n, n);
    for (size_t i = 0; i < n; i++) {
        probe_store(t, i, v.v[i]);
        ck_assert_msg(probe_is_float(t) || nnp_number(t, i) == v.v[i],
                      "%g does not fit the type", v.v[i]);
    }
}

static void keep_waiting(struct room *r, enum probe_set set, uint32_t k,
                         struct nnt_values v)
{
    double *copy = arena_array(&r->arena, v.n + 1, sizeof *copy);

    ck_assert_msg(r->given < COUNT(r->waiting), "too many tensors");
    if (v.n)
        memcpy(copy, v.v, v.n * sizeof *copy);
    r->waiting[r->given].set = set;
    r->waiting[r->given].k = k;
    r->waiting[r->given].v = (struct nnt_values){ v.n, v.v ? copy : NULL };
    r->given++;
}

void nnt_in(struct nnt *t, uint32_t dtype, struct nnt_shape shape, struct nnt_values v)
{
    struct room *r = room_of(t);
    int          k = probe_in(&r->probe, dtype, shape.n, shape.v);

    ck_assert_msg(k >= 0 && !r->probe.ready, "nnt_in comes before nnt_setup");
    keep_waiting(r, PROBE_IN, (uint32_t)k, v);
}

void nnt_in_absent(struct nnt *t, uint32_t dtype, struct nnt_shape shape)
{
    int k = probe_in(t->probe, dtype, shape.n, shape.v);

    ck_assert_msg(k >= 0 && !t->probe->ready, "nnt_in_absent comes before nnt_setup");
    t->probe->absent[k] = true;
}

void nnt_weight(struct nnt *t, struct nnt_shape shape, struct nnt_values v)
{
    struct room *r = room_of(t);
    int          k = probe_weight(&r->probe, shape.n, shape.v);

    ck_assert_msg(k >= 0 && !r->probe.ready, "nnt_weight comes before nnt_setup");
    keep_waiting(r, PROBE_WEIGHT, (uint32_t)k, v);
}

void nnt_out(struct nnt *t, struct nnt_shape shape)
{
    probe_out(t->probe, shape.n, shape.v);
}

static int try_setup(struct room *r)
{
    if (probe_setup(&r->probe))
        return -1;
    refresh(r);
    for (uint32_t i = 0; i < r->given; i++) {
        uint32_t    n;
        nnp_tensor *t = probe_tensors(&r->probe, r->waiting[i].set, &n);
        set_values(&t[r->waiting[i].k], r->waiting[i].v);
    }
    r->given = 0;
    return 0;
}

void nnt_setup(struct nnt *t)
{
    if (try_setup(room_of(t)))
        fail_with_diag(room_of(t));
}

void nnt_reshape(struct nnt *t, uint32_t input, struct nnt_shape shape,
                 struct nnt_values v)
{
    probe_reshape(t->probe, input, shape.n, shape.v);
    keep_waiting(room_of(t), PROBE_IN, input, v);
}

/* ---- values ---- */

void nnt_set(const nnp_tensor *t, struct nnt_values v)
{
    ck_assert_msg(t != NULL, "the tensor is not there yet: is nnt_setup missing?");
    set_values(t, v);
}

void nnt_fill(const nnp_tensor *t, double v)
{
    probe_fill(t, v);
}

void nnt_random(const nnp_tensor *t, double low, double high, uint64_t seed)
{
    probe_random(t, low, high, seed);
}

double nnt_get(const nnp_tensor *t, size_t i)
{
    ck_assert_msg(i < nnp_count(t), "element %zu of %zu", i, nnp_count(t));
    return nnp_number(t, i);
}

const nnp_tensor *nnt_tensor(struct nnt *t, uint32_t role, const char *name)
{
    static const enum probe_set sets[] = { [NNP_OUT] = PROBE_OUT,
                                           [NNP_WEIGHT] = PROBE_WEIGHT,
                                           [NNP_STATE] = PROBE_STATE,
                                           [NNP_SAVED] = PROBE_SAVED,
                                           [NNP_SCRATCH] = PROBE_SCRATCH };
    uint32_t                    n;
    nnp_tensor                 *all = probe_tensors(t->probe, sets[role], &n);

    for (uint32_t k = 0; k < n; k++) {
        const struct decl *d = instance_decl(&t->probe->inst, role, k);
        if (d && strcmp(d->name, name) == 0)
            return &all[k];
    }
    ck_abort_msg("no tensor of this role is called '%s'", name);
    return NULL;
}

/* ---- calls ---- */

static int call(struct nnt *t, enum probe_slot slot)
{
    struct room *r = room_of(t);

    if (!r->probe.ready)
        nnt_setup(t);
    int rc = probe_call(&r->probe, slot);
    if (rc < 0)
        fail_with_diag(r);
    return rc;
}

int nnt_forward(struct nnt *t)
{
    return call(t, PROBE_FORWARD);
}

int nnt_infer(struct nnt *t)
{
    uint32_t flags = t->ctx->flags;

    if (!t->probe->ready)
        nnt_setup(t);
    t->ctx->flags = flags & ~(uint32_t)NNP_TRAIN;
    int rc = call(t, PROBE_FORWARD);
    t->ctx->flags = flags;
    return rc;
}

int nnt_backward(struct nnt *t)
{
    return call(t, PROBE_BACKWARD);
}

int nnt_fit(struct nnt *t)
{
    return call(t, PROBE_FIT);
}

int nnt_finish(struct nnt *t)
{
    return call(t, PROBE_FINISH);
}

double nnt_report(struct nnt *t, const char *key)
{
    double v = NAN;

    ck_assert_msg(probe_fact(t->probe, key, &v), "nothing was reported as '%s'", key);
    return v;
}

bool nnt_reported(const struct nnt *t, const char *key)
{
    double v;

    return probe_fact(t->probe, key, &v);
}

const nnp_rows *nnt_rows(const struct nnt *t)
{
    return &t->probe->inst.rows;
}

void nnt_clear(struct nnt *t)
{
    probe_clear(t->probe);
}

void nnt_live(struct nnt *t, const char *param, double value)
{
    ck_assert_msg(params_set(t->probe->inst.type->desc, t->self, param, value) == 0,
                  "%s cannot be set to %g", param, value);
    if (strcmp(param, "lr") == 0)
        t->ctx->lr = value;
}

void nnt_extension(struct nnt *t, const char *id, const void *answer)
{
    probe_answer(t->probe, id, answer);
}

/* ---- comparing ---- */

static bool near(double got, double want, double tol)
{
    if (isnan(want) || isinf(want) || isinf(got))
        return isnan(want) ? isnan(got) : got == want;
    return fabs(got - want) <= tol * fmax(1, fabs(want));
}

void nnt_expect_tol(const nnp_tensor *t, struct nnt_values v, double tol)
{
    ck_assert_msg(t && t->data, "there is no such tensor in the frame");
    ck_assert_msg(v.n == nnp_count(t), "%zu values expected of a tensor of %zu elements",
                  v.n, nnp_count(t));
    for (size_t i = 0; i < v.n; i++)
        ck_assert_msg(near(nnp_number(t, i), v.v[i], tol),
                      "element %zu is %.9g, expected %.9g", i, nnp_number(t, i), v.v[i]);
}

void nnt_expect(const nnp_tensor *t, struct nnt_values v)
{
    nnt_expect_tol(t, v, 1e-6);
}

void nnt_expect_number(double got, double want, double tol)
{
    ck_assert_msg(near(got, want, tol), "got %.9g, expected %.9g", got, want);
}

void nnt_expect_shape(const nnp_tensor *t, uint32_t dtype, struct nnt_shape shape)
{
    ck_assert_msg(nnp_type(t) == dtype, "the type is %s, expected %s",
                  dtype_name(nnp_type(t)), dtype_name(dtype));
    ck_assert_msg((uint32_t)t->ndim == shape.n, "the rank is %d, expected %u",
                  (int)t->ndim, (unsigned)shape.n);
    for (uint32_t i = 0; i < shape.n; i++)
        ck_assert_msg(t->shape[i] == shape.v[i], "axis %u is %lld, expected %lld",
                      (unsigned)i, (long long)t->shape[i], (long long)shape.v[i]);
}

void nnt_gradient_opt(struct nnt *t, uint64_t seed, double tol, uint32_t skip)
{
    struct room          *r = room_of(t);
    struct probe_gradient g = { .tol = tol, .skip = skip, .seed = seed };

    if (!r->probe.ready)
        nnt_setup(t);
    if (probe_gradient(&r->probe, &g))
        fail_with_diag(r);
    ck_assert_msg(!g.flat,
                  "%s is zero by backward and by differences: nothing was compared",
                  g.flat);
    ck_assert_msg(g.compared > 0, "there is no gradient to compare");
}

void nnt_gradient(struct nnt *t, uint64_t seed)
{
    nnt_gradient_opt(t, seed, 1e-3, 0);
}

/* ---- refusals ---- */

static const char *reason(struct room *r, int rc, const char *slot)
{
    if (rc >= 0)
        ck_abort_msg("%s accepts it", slot);
    r->diag.n = r->diag.errors = 0;
    return arena_strdup(&r->arena, r->probe.inst.reason);
}

const char *nnt_setup_refusal(struct nnt *t)
{
    return reason(room_of(t), try_setup(room_of(t)), "setup");
}

static const char *slot_refusal(struct nnt *t, enum probe_slot slot)
{
    if (!t->probe->ready)
        nnt_setup(t);
    int rc = probe_call(t->probe, slot);
    if (rc == PROBE_BROKEN)
        fail_with_diag(room_of(t));
    return reason(room_of(t), rc, probe_slot_name(slot));
}

const char *nnt_forward_refusal(struct nnt *t)
{
    return slot_refusal(t, PROBE_FORWARD);
}

const char *nnt_fit_refusal(struct nnt *t)
{
    return slot_refusal(t, PROBE_FIT);
}

const char *nnt_finish_refusal(struct nnt *t)
{
    return slot_refusal(t, PROBE_FINISH);
}

int nnt_refusal_code(const struct nnt *t)
{
    return t->probe->inst.code;
}

/* ---- files ---- */

static char folder[64]; /* of this process; "": none yet */

static void remove_below(const char *path)
{
    char           child[1024];
    DIR           *d = opendir(path);
    struct dirent *e;

    while (d && (e = readdir(d)) != NULL) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(child, sizeof child, "%s/%s", path, e->d_name);
        if (unlink(child))
            remove_below(child);
    }
    if (d)
        closedir(d);
    rmdir(path);
}

static void remove_folder(void)
{
    remove_below(folder);
}

const char *nnt_folder(void)
{
    const char *tmp = getenv("TMPDIR");

    if (folder[0])
        return folder;
    int n = snprintf(folder, sizeof folder, "%s/nnt-XXXXXX", tmp ? tmp : "/tmp");
    ck_assert_msg(n < (int)sizeof folder && mkdtemp(folder), "cannot make a folder in %s",
                  tmp ? tmp : "/tmp");
    atexit(remove_folder);
    return folder;
}

const char *nnt_file(const char *name, const void *bytes, size_t n)
{
    static struct arena paths; /* as long as the folder */
    const char         *path = arena_printf(&paths, "%s/%s", nnt_folder(), name);
    FILE               *f = fopen(path, "wb");

    ck_assert_msg(f != NULL, "cannot write %s", path);
    size_t done = fwrite(bytes, 1, n, f);
    ck_assert_msg(fclose(f) == 0 && done == n, "cannot write %s", path);
    return path;
}

const char *nnt_text_file(const char *name, const char *text)
{
    return nnt_file(name, text, strlen(text));
}

#undef _mark_point
void nnt_mark(const char *file, int line)
{
    static _Thread_local struct {
        const char *file;
        int         line;
    } seen[256];
    const size_t slot = ((size_t)line + strlen(file)) % COUNT(seen);

    if (seen[slot].file == file && seen[slot].line == line)
        return;
    seen[slot].file = file;
    seen[slot].line = line;
    _mark_point(file, line);
}

int nnt_main(Suite *s)
{
    if (cpu_choose(getenv("NNPIPE_KERNELS")))
        return 2;
    SRunner *r = srunner_create(s);

    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed != 0;
}
