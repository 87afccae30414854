/* SPDX-License-Identifier: MIT */
/* What a plugin says of its tensors, in setup and when setup is repeated. */
#include <config.h>
#include "call/services.h"

#include <stdio.h>
#include <string.h>

/* How many rows it has by now is no business of setup where they are learned. */
static bool same_shape(const struct decl *d, uint32_t ndim, const int64_t *shape)
{
    uint32_t from = d->flags & NNP_GROWS ? 1 : 0;

    return d->ndim == (int32_t)ndim && (!from || shape[0] == 0) &&
           memcmp(d->shape + from, shape + from, (ndim - from) * sizeof *shape) == 0;
}

static int refuse_change(nnp_ctx *c, const struct decl *d, const char *what)
{
    char text[256];
    int  n = snprintf(text, sizeof text, "setup was repeated and `%s` %s", d->name, what);

    (void)n;
    return services_fail(c, NNP_EBUG, text);
}

/* A repeated setup declares the same things in the same order. */
static int declare_again(struct instance *i, uint32_t role, uint32_t flags,
                         const char *name, uint32_t dtype, uint32_t ndim,
                         const int64_t *shape)
{
    nnp_ctx     *c = &i->ctx;
    struct decl *d = &i->declared.v[i->cursor];

    if (i->cursor >= i->declared.n)
        return services_fail(c, NNP_EBUG,
                             "setup was repeated and declared more than before");
    if (d->role != role || d->flags != flags || strcmp(d->name, name) != 0)
        return refuse_change(c, d, "is not declared in its old place");
    if (d->dtype != dtype)
        return refuse_change(c, d, "has another type");
    if ((role == NNP_WEIGHT || role == NNP_STATE) && !same_shape(d, ndim, shape))
        return refuse_change(c, d, "has another shape");
    if (d->ndim != (int32_t)ndim)
        return refuse_change(c, d, "has another rank");
    if (!(flags & NNP_GROWS))
        memcpy(d->shape, shape, ndim * sizeof *shape);
    i->cursor++;
    return 0;
}

static int index_of_role(const struct instance *i, size_t place)
{
    int n = 0;

    for (size_t k = 0; k < place; k++)
        n += i->declared.v[k].role == i->declared.v[place].role;
    return n;
}

static int declare_new(struct instance *i, uint32_t role, uint32_t flags,
                       const char *name, uint32_t dtype, uint32_t ndim,
                       const int64_t *shape, const char *init)
{
    if (i->declared.n == DECL_MAX)
        return services_fail(&i->ctx, NNP_ENOTSUP,
                             "declares more tensors than this host keeps");
    for (size_t k = 0; k < i->declared.n; k++)
        if (i->declared.v[k].role == role && strcmp(i->declared.v[k].name, name) == 0)
            return refuse_change(&i->ctx, &i->declared.v[k], "is declared twice");
    struct decl *d = &i->declared.v[i->declared.n++];
    *d = (struct decl){
        .role = role, .flags = flags, .dtype = dtype, .ndim = (int32_t)ndim
    };
    d->name = arena_strdup(i->arena, name);
    d->init = init ? arena_strdup(i->arena, init) : NULL;
    memcpy(d->shape, shape, ndim * sizeof *shape);
    return index_of_role(i, i->declared.n - 1);
}

/* Files name weights, "dense1.weight", and patterns stop at a dot, take a star for any.
 */
static int check_name(nnp_ctx *c, const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    char              text[256];

    if (!name[strspn(name, letters)])
        return 0;
    snprintf(text, sizeof text,
             "declare: `%.60s` is no name for a weight or a state; letters, digits and _ "
             "make one",
             name);
    return services_fail(c, NNP_EINVAL, text);
}

static bool fits(const struct instance *i)
{
    return strcmp(i->type->kind, "estimator") == 0;
}

static int check_declared(nnp_ctx *c, uint32_t role_flags, const char *name,
                          uint32_t dtype, uint32_t ndim, const int64_t *shape)
{
    uint32_t role = role_flags & 255;
    double   count = 1;

    if (!services_of(c)->setting_up)
        return services_fail(c, NNP_EBUG, "declare is for setup");
    if (role < NNP_OUT || role > NNP_SCRATCH)
        return services_fail(c, NNP_EINVAL, "declare: unknown role");
    if (!name || !*name)
        return services_fail(c, NNP_EINVAL, "declare: a name is needed");
    if ((role == NNP_WEIGHT || role == NNP_STATE) && check_name(c, name))
        return NNP_EINVAL;
    if (role_flags & NNP_GROWS && (role != NNP_STATE || role_flags & NNP_SUM || !ndim ||
                                   !shape || shape[0] || !fits(services_of(c))))
        return services_fail(c, NNP_EINVAL,
                             "declare: GROWS is for states of an estimator, with a "
                             "leading axis of 0 and without SUM");
    if (!dtype_size(dtype))
        return services_fail(c, NNP_EINVAL, "declare: unknown type of element");
    if (ndim > DECL_MAX_DIMS || (ndim && !shape))
        return services_fail(c, NNP_EINVAL, "declare: at most 8 dimensions");
    for (uint32_t k = 0; k < ndim; k++) {
        if (shape[k] < 0)
            return services_fail(c, NNP_EINVAL, "declare: a dimension is negative");
        count *= (double)shape[k];
    }
    if (count > 1e15)
        return services_fail(c, NNP_EINVAL,
                             "declare: a tensor of more than 10^15 elements");
    return 0;
}

int services_declare(nnp_ctx *c, uint32_t role_flags, const char *name, uint32_t dtype,
                     uint32_t ndim, const int64_t *shape, const char *init)
{
    struct instance     *i = services_of(c);
    uint32_t             role = role_flags & 255, flags = role_flags & ~255u;
    static const int64_t none[1];
    int                  rc = check_declared(c, role_flags, name, dtype, ndim, shape);

    if (rc)
        return rc;
    shape = ndim ? shape : none; /* a single number may come with NULL */
    if (!i->settled)
        return declare_new(i, role, flags, name, dtype, ndim, shape, init);
    rc = declare_again(i, role, flags, name, dtype, ndim, shape);
    return rc ? rc : index_of_role(i, i->cursor - 1);
}
