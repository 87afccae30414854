/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/validate.h"

#include <string.h>

#include <nnpipe/data.h>
#include <nnpipe/report.h>
#include "plugin/range.h"

/* What one row is checked with. */
struct row {
    const struct validate *v;
    const char            *what; /* "layer swish: parameter beta" */
    const nnp_param       *p;
    struct range           range;
};

static int refuse_param(const struct row *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static int refuse_param(const struct row *r, const char *fmt, ...)
{
    const struct validate *v = r->v;
    va_list                ap;

    va_start(ap, fmt);
    const char *text = arena_vprintf(v->arena, fmt, ap);
    va_end(ap);
    return diag_code(v->diag, v->at, "plugin", "%s: %s: %s", v->path, r->what, text);
}

uint32_t validate_param_size(uint32_t type, uint32_t *align)
{
    switch (type & 255) {
    case NNP_BOOL:
    case NNP_ENUM: *align = 4; return 4;
    case NNP_INT:
    case NNP_REAL: *align = 8; return 8;
    case NNP_STR:
    case NNP_PATH:
    case NNP_TREE: *align = _Alignof(void *); return sizeof(void *);
    case NNP_INTS:
    case NNP_REALS:
    case NNP_STRS: *align = _Alignof(nnp_list); return sizeof(nnp_list);
    default: return 0;
    }
}

static bool is_list(uint32_t type)
{
    return type == NNP_INTS || type == NNP_REALS || type == NNP_STRS;
}

static bool is_number(uint32_t type)
{
    return type == NNP_INT || type == NNP_REAL || type == NNP_INTS || type == NNP_REALS;
}

/* ---- name, type and place ---- */

/* A single capital is one too: the C of a support vector machine is called so everywhere.
 */
static int check_param_name(struct row *r)
{
    const char *s = r->p->name;

    if (!s || !*s)
        return refuse_param(r, "has no name");
    if (*s >= 'A' && *s <= 'Z' && !s[1])
        return 0;
    if (*s < 'a' || *s > 'z' ||
        s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_")] != 0)
        return refuse_param(r, "a name is a letter a-z, then a-z, 0-9 and _");
    return 0;
}

static int check_type(struct row *r, uint32_t self_size)
{
    uint32_t align = 1, type = r->p->type & 255;
    uint32_t size = validate_param_size(type, &align);

    if (!size)
        return refuse_param(r, "type %u is not known to this nnpipe", type);
    if (r->p->type & NNP_LIVE && type != NNP_INT && type != NNP_REAL)
        return refuse_param(r, "is NNP_LIVE, which only NNP_INT and NNP_REAL can be");
    if (r->p->type & NNP_FOLLOWED_BY && type != NNP_STR)
        return refuse_param(r, "is NNP_FOLLOWED_BY, which only NNP_STR can be");
    if (r->p->type & NNP_STREAMS && type != NNP_STRS)
        return refuse_param(r, "is NNP_STREAMS, which only NNP_STRS can be");
    if (r->p->type & NNP_PATHS && type != NNP_STRS && type != NNP_TREE)
        return refuse_param(r, "is NNP_PATHS, which only NNP_STRS and NNP_TREE can be");
    if (r->p->type & (NNP_FIGURES | NNP_STAGES) && type != NNP_STR && type != NNP_STRS &&
        type != NNP_TREE)
        return refuse_param(r,
                            "is NNP_FIGURES or NNP_STAGES, which only NNP_STR, NNP_STRS "
                            "and NNP_TREE can be");
    if (r->p->offset > self_size || self_size - r->p->offset < size)
        return refuse_param(r, "its %u bytes at offset %u are outside self (%u bytes)",
                            size, r->p->offset, self_size);
    if (r->p->offset % align)
        return refuse_param(r, "offset %u is not a multiple of %u", r->p->offset, align);
    return 0;
}

static int check_doc(struct row *r)
{
    if (!r->p->doc || !*r->p->doc)
        return refuse_param(r, "has no doc");
    if (strchr(r->p->doc, '\n'))
        return refuse_param(r, "its doc is more than one line");
    return 0;
}

/* ---- range and default ---- */

static int check_range(struct row *r)
{
    uint32_t    type = r->p->type & 255;
    const char *text = r->p->range;

    if (type == NNP_ENUM && !text)
        return refuse_param(r, "an NNP_ENUM needs its words as range, \"same|valid\"");
    if (range_parse(r->v->arena, text, &r->range))
        return refuse_param(
            r,
            "range '%s' is neither an interval such as [0,1) nor words such "
            "as same|valid",
            text);
    if (!text)
        return 0;
    if (type == NNP_BOOL || type == NNP_PATH || type == NNP_TREE)
        return refuse_param(r, "range '%s': this type takes none", text);
    if (is_number(type) && r->range.words)
        return refuse_param(r, "range '%s': a number needs an interval", text);
    if (!is_number(type) && !r->range.words)
        return refuse_param(r, "range '%s': words such as same|valid are needed", text);
    return 0;
}

static int check_number(struct row *r, const char *text)
{
    uint32_t type = r->p->type & 255;
    int64_t  whole;
    double   v;

    if (type == NNP_INT || type == NNP_INTS) {
        if (range_read_int(text, &whole))
            return refuse_param(r, "default '%s' is not a whole number", text);
        v = (double)whole;
    } else if (range_read_real(text, &v)) {
        return refuse_param(r, "default '%s' is not a number", text);
    }
    /* Without a range a default may be .nan: "not given". */
    if (r->p->range && !range_holds(&r->range, v))
        return refuse_param(r, "default %s is outside %s", text, r->p->range);
    return 0;
}

static int check_one(struct row *r, const char *text)
{
    if (is_number(r->p->type & 255))
        return check_number(r, text);
    if (r->range.words && range_word(&r->range, text) < 0)
        return refuse_param(r, "default '%s' is not one of %s", text, r->p->range);
    return 0;
}

static int check_list(struct row *r)
{
    size_t             n;
    const char *const *list = range_read_list(r->v->arena, r->p->def, &n);
    int                rc = 0;

    if (!list)
        return refuse_param(r, "default '%s' is not a list such as [1, 2]", r->p->def);
    for (size_t i = 0; i < n; i++)
        if (check_one(r, list[i]))
            rc = -1;
    return rc;
}

static int check_default(struct row *r)
{
    const char *text = r->p->def;
    uint32_t    type = r->p->type & 255;
    bool        truth;

    if (!text || (type == NNP_STR && !*text))
        return 0;
    switch (type) {
    case NNP_PATH:
    case NNP_TREE: return 0;
    case NNP_BOOL:
        if (range_read_bool(text, &truth))
            return refuse_param(r, "default '%s' is neither true nor false", text);
        return 0;
    default: return is_list(type) ? check_list(r) : check_one(r, text);
    }
}

int validate_param(const struct validate *v, const char *what, const nnp_param *p,
                   uint32_t self_size)
{
    struct row r = { .v = v, .p = p };
    int        rc = 0;

    r.what = arena_printf(v->arena, "%s: parameter %s", what, p->name ? p->name : "?");
    if (check_param_name(&r))
        return -1;
    if (check_type(&r, self_size))
        return -1;
    rc = check_doc(&r);
    if (check_range(&r) || check_default(&r))
        rc = -1;
    return rc;
}
