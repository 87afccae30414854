/* SPDX-License-Identifier: MIT */
/*
 * What a model of two inputs says everywhere in a plane: a stream on a grid of points,
 * interpolated between them, for pictures made of cells (nnp_svg_fill).
 *
 *   nnp_field_range(&plane, 0, given, n);     the plane has the range of the data before
 *   rc = nnp_field_ask(&f, c, run, &plane, "prediction", 60, 3);
 *   v = nnp_field_value(&f, column, row, j);  of 180 x 180 cells
 *
 * Header only, C99 and C++.
 */
#ifndef NNPIPE_FIELD_H
#define NNPIPE_FIELD_H
#include <nnpipe/svg.h>

typedef struct nnp_field {
    const nnp_tensor *answer; /* (side * side, n), from the upper left */
    size_t            side, n;
    size_t            cells; /* of the picture between two points */
} nnp_field;

/* The range of an axis: as given (two numbers), else that of the data and a margin. */
static inline void nnp_field_range(nnp_svg_plane *p, int axis, const double *given,
                                   size_t n)
{
    double low = p->low[axis], high = p->high[axis];

    if (!(low < high)) {
        low = isfinite(low) ? low - 1 : -1;
        high = low + 2;
    }
    p->low[axis] = n == 2 ? given[0] : low - (high - low) / 10;
    p->high[axis] = n == 2 ? given[1] : high + (high - low) / 10;
}

/* Asks for a stream on grid + 1 points a side; the answer is valid until the next eval. */
static inline int nnp_field_ask(nnp_field *f, nnp_ctx *c, const nnp_run *run,
                                const nnp_svg_plane *v, const char *stream, size_t grid,
                                size_t cells)
{
    size_t side = f->side = grid + 1;
    float *x = (float *)malloc(2 * side * side * sizeof *x);
    int    rc;

    if (!x)
        return nnp_fail(c, NNP_ENOMEM, "out of memory");
    for (size_t i = 0; i < side * side; i++) {
        double at[2] = { (double)(i % side), (double)(side - 1 - i / side) };

        for (int k = 0; k < 2; k++)
            x[2 * i + (size_t)k] = (float)(v->low[k] + (v->high[k] - v->low[k]) * at[k] /
                                                           (double)(side - 1));
    }
    rc = run->eval(c, NULL, 0, (int64_t)(side * side), NULL, x);
    free(x);
    f->answer = rc ? NULL : run->stream(c, stream);
    f->cells = cells;
    f->n = f->answer ? nnp_row(f->answer) : 0;
    return rc || f->answer ? rc : nnp_fail(c, NNP_EINVAL, "the model gives no prediction");
}

/* Output j in the middle of a cell, from the four grid points around it. */
static inline double nnp_field_value(const nnp_field *f, size_t column, size_t row,
                                     size_t j)
{
    size_t i = row / f->cells, k = column / f->cells, side = f->side, n = f->n;
    double down = ((double)(row % f->cells) + 0.5) / (double)f->cells;
    double right = ((double)(column % f->cells) + 0.5) / (double)f->cells;
    double a = nnp_number(f->answer, (i * side + k) * n + j);
    double b = nnp_number(f->answer, (i * side + k + 1) * n + j);
    double c = nnp_number(f->answer, ((i + 1) * side + k) * n + j);
    double d = nnp_number(f->answer, ((i + 1) * side + k + 1) * n + j);

    return (1 - down) * ((1 - right) * a + right * b) +
           down * ((1 - right) * c + right * d);
}
#endif
