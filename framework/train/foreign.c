/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "train/foreign.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nnpipe/npy.h>
#include "base/fsio.h"
#include "call/tensor.h"
#include "train/safetensors.h"
#include "train/weightfile.h"

struct theirs {
    struct arena        *arena;
    const char          *path;
    struct named_tensor *v;
    size_t               n;
    bool                *used;
    struct safetensors   file; /* of which v are pieces, or all zeros */
};

/* ---- the map ---- */

static bool drop_turn(char *name)
{
    size_t n = strlen(name);

    if (n < 3 || strcmp(name + n - 2, ".T") != 0)
        return false;
    name[n - 2] = 0;
    return true;
}

int foreign_name_read(const char *text, struct foreign_name *out, struct diag *d)
{
    char *theirs = arena_strdup(d->arena, text), *ours = strchr(theirs, '=');

    if (!ours || ours == theirs)
        return diag_error(d, NULL,
                          "--map %s: THEIRS=OURS is needed, names of tensors, such as "
                          "fc1.weight=dense1.weight",
                          text);
    *ours++ = 0;
    bool turned = drop_turn(theirs);
    *out = (struct foreign_name){ theirs, ours, turned != drop_turn(ours) };
    return 0;
}

/* ---- their file ---- */

/* bfloat16 is the upper half of a float. */
static double upper_half(uint16_t h)
{
    uint32_t bits = (uint32_t)h << 16;
    float    f;

    memcpy(&f, &bits, sizeof f);
    return (double)f;
}

/* numbers_known says which types have some. */
static double number(const nnp_tensor *t, size_t i)
{
    uint16_t h;

    if (nnp_type(t) != NNP_DTYPE(2, 16) && nnp_type(t) != NNP_DTYPE(4, 16))
        return nnp_number(t, i);
    memcpy(&h, (const char *)t->data + 2 * i, sizeof h);
    return nnp_type(t) == NNP_DTYPE(4, 16) ? upper_half(h) : nnp_npy_half(h);
}

static bool numbers_known(const nnp_tensor *t)
{
    switch (nnp_type(t)) {
    case NNP_F32:
    case NNP_F64:
    case NNP_I64:
    case NNP_I32:
    case NNP_U8:
    case NNP_I8:
    case NNP_DTYPE(2, 16):
    case NNP_DTYPE(4, 16): return true;
    default: return false;
    }
}

static int read_array(struct theirs *f, const char *folder, const char *file,
                      struct diag *d)
{
    const char *path = arena_printf(f->arena, "%s/%s", folder, file);
    size_t      n, length = strlen(file) - 4;
    char       *bytes;
    nnp_npy     a;

    if (fsio_read(path, fsio_most(), &bytes, &n, d))
        return -1;
    if (nnp_npy_open(&a, bytes, n)) {
        free(bytes);
        return diag_error(d, NULL, "%s: %s", path, a.why);
    }
    int64_t *shape = arena_array(f->arena, a.axes + 1, sizeof *shape);
    int64_t  rows = a.axes ? a.shape[0] : 1;
    memcpy(shape, a.shape, a.axes * sizeof *shape);
    nnp_tensor t = { .device = 1,
                     .ndim = (int32_t)a.axes,
                     .code = (uint8_t)a.type,
                     .bits = (uint8_t)(a.type >> 8),
                     .lanes = 1,
                     .shape = shape };
    char      *to = arena_alloc(f->arena, tensor_bytes(&t) + 1);
    for (int64_t r = 0; r < rows; r++)
        nnp_npy_row(&a, r,
                    to + (size_t)r * (tensor_bytes(&t) / (size_t)(rows ? rows : 1)));
    t.data = to;
    free(bytes);
    f->v = arena_grow(f->arena, f->v, f->n, f->n + 1, sizeof *f->v);
    f->v[f->n++] = (struct named_tensor){ arena_strndup(f->arena, file, length), t };
    return 0;
}

static int by_name(const void *a, const void *b)
{
    const struct named_tensor *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static int read_folder(struct theirs *f, struct diag *d)
{
    DIR *dir = opendir(f->path);
    int  rc = 0;

    if (!dir)
        return diag_system(d, NULL, errno, "%s: cannot be looked into", f->path);
    for (struct dirent *e; !rc && (e = readdir(dir));) {
        size_t n = strlen(e->d_name);
        if (n > 4 && strcmp(e->d_name + n - 4, ".npy") == 0)
            rc = read_array(f, f->path, e->d_name, d);
    }
    closedir(dir);
    qsort(f->v, f->n, sizeof *f->v, by_name); /* readdir has no order */
    if (rc || f->n)
        return rc;
    return diag_error(d, NULL, "%s: no file in it is called TENSOR.npy", f->path);
}

static int open_theirs(struct theirs *f, struct diag *d)
{
    size_t length = strlen(f->path);

    if (length > 4 && strcmp(f->path + length - 4, ".npy") == 0)
        return diag_error(d, NULL,
                          "%s: arrays are given as their folder, each called TENSOR.npy",
                          f->path);
    if (fsio_is_folder(f->path)) {
        if (read_folder(f, d))
            return -1;
    } else if (safetensors_read(f->arena, f->path, &f->file, d))
        return -1;
    else {
        f->v = f->file.v;
        f->n = f->file.n;
    }
    f->used = arena_array(f->arena, f->n + 1, sizeof *f->used);
    return 0;
}

/* ---- one of ours ---- */

static bool fits(const nnp_tensor *a, const nnp_tensor *b, bool turned)
{
    if (turned)
        return a->ndim == 2 && b->ndim == 2 && a->shape[0] == b->shape[1] &&
               a->shape[1] == b->shape[0];
    return a->ndim == b->ndim &&
           memcmp(a->shape, b->shape, (size_t)b->ndim * sizeof *b->shape) == 0;
}

static struct named_tensor *find(const struct theirs *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->v[i].name, name) == 0)
            return &f->v[i];
    return NULL;
}

/* A tensor of theirs that nobody has taken and that would fit, for a suggestion. */
static void suggest(const struct theirs *f, const struct named_tensor *want,
                    struct diag *d)
{
    for (size_t i = 0; i < f->n; i++)
        for (int turned = 0; turned < 2; turned++)
            if (!f->used[i] && fits(&f->v[i].t, &want->t, turned)) {
                diag_note(d, "try   --map %s%s=%s", f->v[i].name, turned ? ".T" : "",
                          want->name);
                return;
            }
}

static int check_numbers(const struct theirs *f, const struct named_tensor *got,
                         struct diag *d)
{
    if (!numbers_known(&got->t))
        return diag_error(d, NULL, "%s: '%s' is of type %s, which cannot be read here",
                          f->path, got->name, safetensors_type(nnp_type(&got->t)));
    for (size_t i = 0, n = nnp_count(&got->t); i < n; i++)
        if (!isfinite((float)number(&got->t, i)))
            return diag_error(d, NULL, "%s: element %zu of '%s' is %g: no finite float",
                              f->path, i, got->name, number(&got->t, i));
    return 0;
}

struct match {
    const struct named_tensor *want, *got;
    bool                       turned;
};

/* got NULL: what the data's part learned need not be there. */
static int match_one(const struct theirs *f, const struct foreign_name *map, size_t n,
                     struct match *m, struct diag *d)
{
    const struct named_tensor *want = m->want;
    const char                *theirs = want->name;

    for (size_t i = 0; i < n; i++)
        if (strcmp(map[i].ours, want->name) == 0) {
            theirs = map[i].theirs;
            m->turned = map[i].turned;
        }
    m->got = find(f, theirs);
    if (!m->got && theirs == want->name && strncmp(want->name, "data.", 5) == 0)
        return 0;
    if (!m->got) {
        diag_error(d, NULL, "%s: there is no tensor '%s', of shape %s, in it", f->path,
                   theirs, tensor_shape(d->arena, &want->t));
        suggest(f, want, d);
        return -1;
    }
    f->used[m->got - f->v] = true;
    if (fits(&m->got->t, &want->t, m->turned))
        return check_numbers(f, m->got, d);
    diag_error(d, NULL, "%s: '%s' has the shape %s%s, the pipeline gives %s the shape %s",
               f->path, theirs, tensor_shape(d->arena, &m->got->t),
               m->turned ? " (and .T turns it)" : "", want->name,
               tensor_shape(d->arena, &want->t));
    if (!m->turned && fits(&m->got->t, &want->t, true))
        diag_note(d, "try   --map %s.T=%s", theirs, want->name);
    return -1;
}

static void take(const struct match *m)
{
    const nnp_tensor *to = &m->want->t, *from = &m->got->t;
    size_t n = nnp_count(to), columns = n && to->ndim == 2 ? (size_t)to->shape[1] : 1;
    size_t rows = n / (columns ? columns : 1);

    for (size_t i = 0; to->data && i < n; i++) {
        double v = number(from, m->turned ? i % columns * rows + i / columns : i);
        dtype_put(nnp_type(to), to->data, (int64_t)i, &v, 1);
    }
}

/* ---- all of them ---- */

/* Names of the map that are nobody's are told before what is missing for want of them. */
static int check_map(const struct theirs *f, const struct foreign_name *map, size_t n,
                     const struct named_tensor *ours, size_t n_ours, struct diag *d)
{
    const char **names =
        arena_array(d->arena, (f->n > n_ours ? f->n : n_ours) + 1, sizeof *names);
    int rc = 0;

    for (size_t i = 0; i < n; i++) {
        bool there = !*map[i].ours;
        for (size_t k = 0; k < n_ours; k++) {
            names[k] = ours[k].name;
            there |= strcmp(ours[k].name, map[i].ours) == 0;
        }
        names[n_ours] = NULL;
        const char *near = there ? NULL : diag_nearest(map[i].ours, names);
        if (!there)
            rc = diag_error(d, NULL, "--map: no tensor of the model is called '%s'%s%s%s",
                            map[i].ours, near ? "; '" : "", near ? near : "",
                            near ? "' is" : "");
        struct named_tensor *got = find(f, map[i].theirs);
        if (!got)
            rc = diag_error(d, NULL, "--map: no tensor of %s is called '%s'", f->path,
                            map[i].theirs);
        else if (!*map[i].ours)
            f->used[got - f->v] = true;
    }
    return rc;
}

static int check_left(const struct theirs *f, struct diag *d)
{
    int rc = 0;

    for (size_t i = 0; i < f->n; i++)
        if (!f->used[i]) {
            rc = diag_error(d, NULL, "%s: nobody takes '%s', of shape %s", f->path,
                            f->v[i].name, tensor_shape(d->arena, &f->v[i].t));
            diag_note(d, "try   --map %s=OURS, or --map %s= to leave it out",
                      f->v[i].name, f->v[i].name);
        }
    return rc;
}

int foreign_read(struct session *s, const char *path, const struct foreign_name *map,
                 size_t n, struct diag *d)
{
    struct arena         scrap = { 0 };
    struct theirs        f = { .arena = &scrap, .path = path };
    struct named_tensor *ours = arena_array(&scrap, weightfile_most(s) + 1, sizeof *ours);
    size_t               n_ours = weightfile_list(s, ours);
    struct match        *m = arena_array(&scrap, n_ours + 1, sizeof *m);
    int                  rc = open_theirs(&f, d);

    if (!rc)
        rc = check_map(&f, map, n, ours, n_ours, d);
    for (size_t i = 0; f.used && i < n_ours; i++) {
        m[i].want = &ours[i];
        rc = match_one(&f, map, n, &m[i], d) || rc ? -1 : 0;
    }
    if (f.used)
        rc = check_left(&f, d) || rc ? -1 : 0;
    for (size_t i = 0; !rc && i < n_ours; i++)
        if (m[i].got)
            take(&m[i]);
    if (!rc)
        weights_mirror(&s->memory.weights, s->graph);
    safetensors_close(&f.file);
    arena_close(&scrap);
    return rc;
}
