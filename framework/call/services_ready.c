/* SPDX-License-Identifier: MIT */
/* Products, on a backend or by itself, and what follows on numbers as soon as they are
 * final. */
#include <config.h>
#include "call/services.h"

#include <nnpipe/math.h>
#include "call/seat.h"
#include "kernels/matmul.h"

/* ---- products ---------------------------------------------------------------------- */

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

int services_gemm(nnp_ctx *c, int ta, int tb, int64_t m, int64_t n, int64_t k,
                  float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                  float beta, float *out, int64_t ldc)
{
    struct services *s = services_of(c)->services;
    int64_t          work = m * n * k;

    if (by_itself(s, work)) {
        matmul(services_pool(c), ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, out, ldc,
               NULL);
        return 0;
    }
    struct product p = { s->gemm, ta,  tb,    m >= n, m, n, k,  lda,
                         ldb,     ldc, alpha, beta,   a, b, out };
    int64_t        side = p.by_rows ? m : n;
    pool_run(services_pool(c), (size_t)side, product_grain(side, work), run_product, &p);
    return 0;
}

/* ---- what follows ------------------------------------------------------------------ */

static void sweep(const struct tail *t, size_t at, size_t n)
{
    const void *self = t->instance->self;

    if (t->back)
        t->sweep->backward(self, t->x + at, t->y + at, t->of + at, t->to + at, n);
    else
        t->sweep->forward(self, t->of + at, t->to + at, n);
}

void services_ready(nnp_ctx *c, const float *first, size_t n, size_t step, size_t count)
{
    struct tail           *t = services_of(c)->tail;
    const char            *outer_slot;
    const struct instance *outer;

    if (!t || !count || first < t->of || first >= t->of + t->n ||
        (count - 1) * step + n > t->n - (size_t)(first - t->of))
        return;
    outer = seat_running(&outer_slot);
    seat_enter(t->instance, t->back ? "backward" : "forward");
    if (step == n)
        sweep(t, (size_t)(first - t->of), n * count);
    for (size_t i = 0; step != n && i < count; i++)
        sweep(t, (size_t)(first - t->of) + i * step, n);
    seat_enter(outer, outer_slot);
    __atomic_add_fetch(&t->done, n * count, __ATOMIC_RELAXED);
}

static void part_ready(void *arg, const float *y, int64_t rows, int64_t columns,
                       int64_t ldc)
{
    services_ready(arg, y, (size_t)columns, (size_t)ldc, (size_t)rows);
}

struct biased_rows { /* to which a bias is added */
    nnp_ctx     *c;
    float       *y;
    const float *bias;
    size_t       units;
};

static void finish_rows(void *arg, size_t begin, size_t end, uint32_t worker)
{
    const struct biased_rows *r = arg;
    float                    *y = r->y + begin * r->units;

    (void)worker;
    for (size_t row = begin; r->bias && row < end; row++)
        for (size_t i = 0; i < r->units; i++)
            r->y[row * r->units + i] += r->bias[i];
    services_ready(r->c, y, r->units, r->units, end - begin);
}

/* A backend knows no bias. */
int services_product(nnp_ctx *c, int tb, int64_t m, int64_t n, int64_t k, const float *a,
                     const float *b, const float *bias, float *y)
{
    struct services   *s = services_of(c)->services;
    struct matmul_end  end = { bias, services_of(c)->tail ? part_ready : NULL, c };
    struct biased_rows r = { c, y, bias, (size_t)n };

    if (by_itself(s, m * n * k)) {
        matmul(services_pool(c), 0, tb, m, n, k, 1, a, k, b, tb ? k : n, 0, y, n, &end);
        return 0;
    }
    services_gemm(c, 0, tb, m, n, k, 1, a, k, b, tb ? k : n, 0, y, n);
    if (bias || services_of(c)->tail)
        pool_run(services_pool(c), (size_t)m, 1 + NNP_GRAIN / (size_t)n, finish_rows, &r);
    return 0;
}
