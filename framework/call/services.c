/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "call/services.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/math.h>
#include "base/fsio.h"
#include "kernels/cpu.h"
#include "kernels/matmul.h"
#include "kernels/taps_kernel.h"
#include "kernels/tiles.h"

struct held_file {
    struct held_file *next;
    char             *bytes;
};

/* Who runs on a thread. Written by the thread alone; others may look. */
struct seat {
    const struct instance *instance;
    const char            *slot;
    uint64_t               calls;
} __attribute__((aligned(64)));

/* With the choice in kernels/cpu.c the mutable statics of the host: a crash handler and
 * a watching thread have nothing else to ask. Threads beyond the last seat are not
 * watched.
 */
static struct seat                seats[SERVICES_SEATS];
static int                        taken;
static _Thread_local struct seat *mine, spare;

static struct seat *my_seat(void)
{
    if (!mine) {
        int k = __atomic_fetch_add(&taken, 1, __ATOMIC_RELAXED);
        mine = k < SERVICES_SEATS ? &seats[k] : &spare;
    }
    return mine;
}

void services_enter(const struct instance *i, const char *slot)
{
    struct seat *s = my_seat();

    __atomic_store_n(&s->slot, slot, __ATOMIC_RELAXED);
    __atomic_store_n(&s->calls, s->calls + 1, __ATOMIC_RELAXED);
    __atomic_store_n(&s->instance, i, __ATOMIC_RELEASE);
}

const struct instance *instance_running(const char **slot)
{
    const struct seat *s = my_seat();

    *slot = s->slot;
    return s->instance;
}

const struct instance *services_seat(int k, const char **slot, uint64_t *call)
{
    const struct instance *i = __atomic_load_n(&seats[k].instance, __ATOMIC_ACQUIRE);

    *call = __atomic_load_n(&seats[k].calls, __ATOMIC_RELAXED);
    *slot = __atomic_load_n(&seats[k].slot, __ATOMIC_RELAXED);
    return i;
}

/* instance.ctx is its first member. */
static struct instance *of(nnp_ctx *c)
{
    return (struct instance *)c;
}

static int fail(nnp_ctx *c, int code, const char *msg)
{
    struct instance *i = of(c);

    while (__atomic_exchange_n(&i->lock, 1, __ATOMIC_ACQUIRE))
        ;
    size_t n = msg ? strlen(msg) : 0;
    if (n > sizeof i->reason - 1)
        n = sizeof i->reason - 1;
    if (n)
        memcpy(i->reason, msg, n);
    i->reason[n] = 0;
    __atomic_store_n(&i->lock, 0, __ATOMIC_RELEASE);
    return code < 0 ? code : NNP_EBUG;
}

static void say(nnp_ctx *c, int level, const char *msg)
{
    struct services *s = of(c)->services;

    if (s->log)
        s->log(s->arg, of(c), level, msg);
}

/* ---- declare ----------------------------------------------------------------------- */

static bool same_shape(const struct decl *d, uint32_t ndim, const int64_t *shape)
{
    return d->ndim == (int32_t)ndim && memcmp(d->shape, shape, ndim * sizeof *shape) == 0;
}

static int refuse_change(nnp_ctx *c, const struct decl *d, const char *what)
{
    char text[256];
    int  n = snprintf(text, sizeof text, "setup was repeated and `%s` %s", d->name, what);

    (void)n;
    return fail(c, NNP_EBUG, text);
}

/* A repeated setup declares the same things in the same order. */
static int declare_again(struct instance *i, uint32_t role, uint32_t flags,
                         const char *name, uint32_t dtype, uint32_t ndim,
                         const int64_t *shape)
{
    nnp_ctx     *c = &i->ctx;
    struct decl *d = &i->decls[i->cursor];

    if (i->cursor >= i->n_decls)
        return fail(c, NNP_EBUG, "setup was repeated and declared more than before");
    if (d->role != role || d->flags != flags || strcmp(d->name, name) != 0)
        return refuse_change(c, d, "is not declared in its old place");
    if (d->dtype != dtype)
        return refuse_change(c, d, "has another type");
    if ((role == NNP_WEIGHT || role == NNP_STATE) && !same_shape(d, ndim, shape))
        return refuse_change(c, d, "has another shape");
    if (d->ndim != (int32_t)ndim)
        return refuse_change(c, d, "has another rank");
    memcpy(d->shape, shape, ndim * sizeof *shape);
    i->cursor++;
    return 0;
}

static int index_of_role(const struct instance *i, size_t place)
{
    int n = 0;

    for (size_t k = 0; k < place; k++)
        n += i->decls[k].role == i->decls[place].role;
    return n;
}

static int declare_new(struct instance *i, uint32_t role, uint32_t flags,
                       const char *name, uint32_t dtype, uint32_t ndim,
                       const int64_t *shape, const char *init)
{
    if (i->n_decls == INSTANCE_MAX_DECLS)
        return fail(&i->ctx, NNP_ENOTSUP, "declares more tensors than this host keeps");
    for (size_t k = 0; k < i->n_decls; k++)
        if (i->decls[k].role == role && strcmp(i->decls[k].name, name) == 0)
            return refuse_change(&i->ctx, &i->decls[k], "is declared twice");
    struct decl *d = &i->decls[i->n_decls++];
    *d = (struct decl){
        .role = role, .flags = flags, .dtype = dtype, .ndim = (int32_t)ndim
    };
    d->name = arena_strdup(i->arena, name);
    d->init = init ? arena_strdup(i->arena, init) : NULL;
    memcpy(d->shape, shape, ndim * sizeof *shape);
    return index_of_role(i, i->n_decls - 1);
}

static int check_declared(nnp_ctx *c, uint32_t role, const char *name, uint32_t dtype,
                          uint32_t ndim, const int64_t *shape)
{
    double count = 1;

    if (!of(c)->setting_up)
        return fail(c, NNP_EBUG, "declare is for setup");
    if (role < NNP_OUT || role > NNP_SCRATCH)
        return fail(c, NNP_EINVAL, "declare: unknown role");
    if (!name || !*name)
        return fail(c, NNP_EINVAL, "declare: a name is needed");
    if (!dtype_size(dtype))
        return fail(c, NNP_EINVAL, "declare: unknown type of element");
    if (ndim > INSTANCE_MAX_DIMS || (ndim && !shape))
        return fail(c, NNP_EINVAL, "declare: at most 8 dimensions");
    for (uint32_t k = 0; k < ndim; k++) {
        if (shape[k] < 0)
            return fail(c, NNP_EINVAL, "declare: a dimension is negative");
        count *= (double)shape[k];
    }
    if (count > 1e15)
        return fail(c, NNP_EINVAL, "declare: a tensor of more than 10^15 elements");
    return 0;
}

static int declare(nnp_ctx *c, uint32_t role_flags, const char *name, uint32_t dtype,
                   uint32_t ndim, const int64_t *shape, const char *init)
{
    struct instance *i = of(c);
    uint32_t         role = role_flags & 255, flags = role_flags & ~255u;
    int              rc = check_declared(c, role, name, dtype, ndim, shape);

    if (rc)
        return rc;
    if (!i->settled)
        return declare_new(i, role, flags, name, dtype, ndim, shape, init);
    rc = declare_again(i, role, flags, name, dtype, ndim, shape);
    return rc ? rc : index_of_role(i, i->cursor - 1);
}

/* ---- report, rand, parallel, gemm ---- */

static int report(nnp_ctx *c, const char *key, double value)
{
    struct instance *i = of(c);
    struct services *s = i->services;
    size_t           k = 0;

    while (k < i->n_facts && strcmp(i->facts[k].key, key) != 0)
        k++;
    if (k == i->n_facts && k < INSTANCE_MAX_FACTS) {
        /* A key keeps its place for good, so a known one is never copied again. */
        i->facts[k].key = arena_strdup(i->arena, key);
        i->n_facts++;
    }
    if (k < i->n_facts)
        i->facts[k].value = value;
    return s->report ? s->report(s->arg, i, key, value) : 0;
}

static int draw(nnp_ctx *c, uint32_t dist, uint64_t first, float *dst, size_t n)
{
    const struct instance *i = of(c);
    struct rng_key         key =
        rng_key(i->services->seed ^ i->stream, i->purpose, i->purpose_step);

    if (dist == NNP_UNIFORM)
        rng_uniform(key, first, dst, n);
    else if (dist == NNP_NORMAL)
        rng_normal(key, first, dst, n);
    else
        return fail(c, NNP_ENOTSUP, "rand: unknown distribution");
    return 0;
}

struct job {
    nnp_body              *body;
    void                  *arg;
    const struct instance *instance;
    const char            *slot;
};

static void run_job(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct job      *j = arg;
    const char            *outer_slot;
    const struct instance *outer = instance_running(&outer_slot);

    services_enter(j->instance, j->slot);
    j->body(j->arg, begin, end, worker);
    services_enter(outer, outer_slot);
}

static int parallel(nnp_ctx *c, size_t n, size_t grain, nnp_body *body, void *arg)
{
    struct job j = { body, arg, of(c), my_seat()->slot };

    pool_run(of(c)->services->pool, n, grain, run_job, &j);
    return 0;
}

struct product { /* one backend call cut along m or n */
    nnp_gemm_fn *gemm;
    int          ta, tb, by_rows;
    int64_t      m, n, k, lda, ldb, ldc;
    float        alpha, beta;
    const float *a, *b;
    float       *c;
};

static void run_product(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct product *p = arg;
    int64_t               at = (int64_t)begin, len = (int64_t)(end - begin);

    (void)worker;
    if (p->by_rows)
        p->gemm(p->ta, p->tb, len, p->n, p->k, p->alpha,
                p->a + (p->ta ? at : at * p->lda), p->lda, p->b, p->ldb, p->beta,
                p->c + at * p->ldc, p->ldc);
    else
        p->gemm(p->ta, p->tb, p->m, len, p->k, p->alpha, p->a, p->lda,
                p->b + (p->tb ? at * p->ldb : at), p->ldb, p->beta, p->c + at, p->ldc);
}

enum { NARROWEST = 64 }; /* sides of a part: the library packs the rest anew for each */

/* Parts depend on the problem alone: one per 2^20 multiplications, 16 at most, cut along
 * the longer side of C in units that the kernels like. A short side is cut in two. */
static size_t product_grain(int64_t side, int64_t work)
{
    int64_t parts = work >> 20;

    parts = parts < 1 ? 1 : parts > 16 ? 16 : parts;
    if (parts > side / NARROWEST)
        parts = side < 2 * NARROWEST && parts > 1
                    ? 2
                    : side / NARROWEST + !(side / NARROWEST);
    int64_t grain = (side + parts - 1) / parts;
    return (size_t)((grain + 15) / 16 * 16);
}

/* Small products, and all where there is no backend. */
static bool by_itself(const struct services *s, int64_t work)
{
    return !s->gemm || work < s->gemm_from;
}

static int gemm(nnp_ctx *c, int ta, int tb, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta,
                float *out, int64_t ldc)
{
    struct services *s = of(c)->services;
    int64_t          work = m * n * k;

    if (by_itself(s, work)) {
        matmul(s->pool, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, out, ldc, NULL);
        return 0;
    }
    struct product p = { s->gemm, ta,  tb,    m >= n, m, n, k,  lda,
                         ldb,     ldc, alpha, beta,   a, b, out };
    int64_t        side = p.by_rows ? m : n;
    pool_run(s->pool, (size_t)side, product_grain(side, work), run_product, &p);
    return 0;
}

/* ---- what follows on numbers that are final ---- */

static void sweep(const struct tail *t, size_t at, size_t n)
{
    const void *self = t->instance->self;

    if (t->back)
        t->sweep->backward(self, t->x + at, t->y + at, t->of + at, t->to + at, n);
    else
        t->sweep->forward(self, t->of + at, t->to + at, n);
}

static void ready(nnp_ctx *c, const float *first, size_t n, size_t step, size_t count)
{
    struct tail           *t = of(c)->tail;
    const char            *outer_slot;
    const struct instance *outer;

    if (!t || !count || first < t->of || first >= t->of + t->n ||
        (count - 1) * step + n > t->n - (size_t)(first - t->of))
        return;
    outer = instance_running(&outer_slot);
    services_enter(t->instance, t->back ? "backward" : "forward");
    if (step == n)
        sweep(t, (size_t)(first - t->of), n * count);
    for (size_t i = 0; step != n && i < count; i++)
        sweep(t, (size_t)(first - t->of) + i * step, n);
    services_enter(outer, outer_slot);
    __atomic_add_fetch(&t->done, n * count, __ATOMIC_RELAXED);
}

static void part_ready(void *arg, const float *y, int64_t rows, int64_t columns,
                       int64_t ldc)
{
    ready(arg, y, (size_t)columns, (size_t)ldc, (size_t)rows);
}

struct rows { /* to which a bias is added */
    nnp_ctx     *c;
    float       *y;
    const float *bias;
    size_t       units;
};

static void finish_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct rows *r = arg;
    float             *y = r->y + begin * r->units;

    (void)worker;
    for (size_t row = begin; r->bias && row < end; row++)
        for (size_t i = 0; i < r->units; i++)
            r->y[row * r->units + i] += r->bias[i];
    ready(r->c, y, r->units, r->units, end - begin);
}

/* A backend knows no bias. */
static int product(nnp_ctx *c, int tb, int64_t m, int64_t n, int64_t k, const float *a,
                   const float *b, const float *bias, float *y)
{
    struct services  *s = of(c)->services;
    struct matmul_end end = { bias, of(c)->tail ? part_ready : NULL, c };
    struct rows       r = { c, y, bias, (size_t)n };

    if (by_itself(s, m * n * k)) {
        matmul(s->pool, 0, tb, m, n, k, 1, a, k, b, tb ? k : n, 0, y, n, &end);
        return 0;
    }
    gemm(c, 0, tb, m, n, k, 1, a, k, b, tb ? k : n, 0, y, n);
    if (bias || of(c)->tail)
        pool_run(s->pool, (size_t)m, 1 + NNP_GRAIN / (size_t)n, finish_rows, &r);
    return 0;
}

/* ---- names and extensions ---- */

static const char *tensor_name(nnp_ctx *c, uint32_t role, uint32_t index)
{
    const struct decl *d = instance_decl(of(c), role, index);

    return d ? d->name : NULL;
}

static void remember(struct instance *i, const char *path)
{
    struct read_file *r;

    for (const struct read_file *k = i->reads; k; k = k->next)
        if (strcmp(k->path, path) == 0)
            return;
    r = arena_alloc(i->arena, sizeof *r);
    *r = (struct read_file){ i->reads, arena_strdup(i->arena, path) };
    i->reads = r;
}

static int file_read(nnp_ctx *c, const char *path, uint64_t max, const void **bytes,
                     size_t *n)
{
    struct instance  *i = of(c);
    struct arena      scrap = { 0 };
    struct diag       d;
    char             *got;
    struct held_file *held = malloc(sizeof *held);

    diag_init(&d, &scrap);
    if (!held || fsio_read_gz(path, max ? (size_t)max : (size_t)1 << 40, &got, n, &d)) {
        fail(c, NNP_EIO, d.n ? d.entries[0].text : "out of memory");
        arena_close(&scrap);
        free(held);
        return NNP_EIO;
    }
    arena_close(&scrap);
    *held = (struct held_file){ i->files, got };
    i->files = held;
    *bytes = got;
    remember(i, path);
    return NNP_OK;
}

static void file_release(nnp_ctx *c, const void *bytes)
{
    for (struct held_file **p = (struct held_file **)&of(c)->files; *p; p = &(*p)->next)
        if ((*p)->bytes == bytes) {
            struct held_file *gone = *p;
            *p = gone->next;
            free(gone->bytes);
            free(gone);
            return;
        }
}

void services_release_files(struct instance *i)
{
    while (i->files)
        file_release(&i->ctx, ((struct held_file *)i->files)->bytes);
}

static int file_exists(nnp_ctx *c, const char *path)
{
    (void)c;
    return fsio_exists(path);
}

static const nnp_file file_extension = {
    .size = sizeof file_extension,
    .read = file_read,
    .release = file_release,
    .exists = file_exists,
};

static void taps_product(const nnp_taps_job *job)
{
    kernels()->taps->product(job);
}

static void taps_correlate(const nnp_taps_job *job)
{
    kernels()->taps->correlate(job);
}

static const nnp_taps taps_extension = {
    .size = sizeof taps_extension,
    .product = taps_product,
    .correlate = taps_correlate,
};

static const void *extension(nnp_ctx *c, const char *id)
{
    struct services *s = of(c)->services;

    if (strcmp(id, "nnp.file/1") == 0)
        return &file_extension;
    if (strcmp(id, "nnp.taps/1") == 0)
        return &taps_extension;
    if (strcmp(id, "nnp.tiles/1") == 0)
        return &tiles;
    if (strcmp(id, "nnp.product/1") == 0)
        return (const void *)product;
    if (strcmp(id, "nnp.ready/1") == 0)
        return (const void *)ready;
    return s->extension ? s->extension(s->arg, of(c), id) : NULL;
}

const nnp_host services_host = {
    .size = sizeof services_host,
    .abi = NNP_ABI,
    .fail = fail,
    .log = say,
    .declare = declare,
    .report = report,
    .rand = draw,
    .parallel = parallel,
    .gemm = gemm,
    .name = tensor_name,
    .extension = extension,
};
