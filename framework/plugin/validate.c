/* SPDX-License-Identifier: MIT */
/*
 * What a plugin's tables say is looked at once, when it is opened, and nothing of it is
 * believed before: sizes, pointers, names, ranges, defaults. A plugin that was built
 * against another header, or written by hand in another language, is refused with the
 * sentence that its author needs; the rest of the host may then rely on the tables
 * without a check.
 *
 * Structs that may grow carry their size. One that is smaller than today's comes from an
 * older header and is read as far as it goes; the rest counts as zero.
 */
#include <config.h>
#include "plugin/validate.h"

#include <string.h>

#include "plugin/kinds.h"
#include "plugin/point.h"

#define TAG_PREFIX "@(#)nnp1:"

enum {
    PLUGIN_LEAST = sizeof(nnp_plugin), /* as of 1.0: what is there may not be missing */
    COMPONENT_LEAST = offsetof(nnp_component, extension),
    PARAM_LEAST = offsetof(nnp_param, unit),
    STRUCT_MOST = 4096, /* a larger size is not a size */
    COMPONENTS_MOST = 1024,
    PARAMS_MOST = 256,
    SELF_MOST = 1 << 20
};

/* ---- slots ---- */

static const char *const slot_names[] = { "setup",  "forward",   "backward", "fit",
                                          "finish", "extension", NULL }; /* kind_slot */

static unsigned slots_of(const nnp_component *c)
{
    return (c->setup ? KIND_SETUP : 0u) | (c->forward ? KIND_FORWARD : 0u) |
           (c->backward ? KIND_BACKWARD : 0u) | (c->fit ? KIND_FIT : 0u) |
           (c->finish ? KIND_FINISH : 0u) | (c->extension ? KIND_EXTENSION : 0u);
}

static const char *slot_list(struct arena *a, unsigned slots)
{
    const char *text = "";

    for (int i = 0; slot_names[i]; i++)
        if (slots & 1u << i)
            text = arena_printf(a, "%s%s%s", text, *text ? ", " : "", slot_names[i]);
    return text;
}

static int refuse_table(const struct validate *v, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse_table(const struct validate *v, const char *what, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *text = arena_vprintf(v->arena, fmt, ap);
    va_end(ap);
    return diag_code(v->diag, v->at, "plugin", "%s: %s%s%s", v->path, what,
                     *what ? ": " : "", text);
}

static int check_slots(const struct validate *v, const char *what, const char *kind,
                       const nnp_component *c)
{
    const struct kind *k = kinds_find(kind);

    if (!k)
        return refuse_table(v, what, "this nnpipe knows no kind '%s'", kind);
    unsigned have = slots_of(c), missing = k->need & ~have;
    if (missing)
        return refuse_table(v, what, "has no %s, which every %s needs",
                            slot_list(v->arena, missing), kind);
    if (k->any && !(k->any & have))
        return refuse_table(v, what, "has none of %s", slot_list(v->arena, k->any));
    return 0;
}

/* ---- the plugin ---- */

static int check_abi(const struct validate *v, const nnp_plugin *p)
{
    unsigned major = p->abi >> 16, minor = p->abi & 0xffff;

    if (major != NNP_MAJOR)
        return refuse_table(
            v, "",
            "made for plugin ABI %u.%u, this nnpipe speaks %d.%d; rebuild it "
            "with this nnpipe's nnpipe/plugin.h",
            major, minor, NNP_MAJOR, NNP_MINOR);
    if (minor > NNP_MINOR)
        return refuse_table(
            v, "",
            "needs plugin ABI %u.%u, this nnpipe speaks %d.%d; a newer nnpipe "
            "is needed, or a build with NNP_MINOR %d",
            major, minor, NNP_MAJOR, NNP_MINOR, NNP_MINOR);
    return 0;
}

static int check_size(const struct validate *v, const char *what, const char *table,
                      uint32_t size, uint32_t least)
{
    if (size < least)
        return refuse_table(v, what,
                            "%s of %u bytes is truncated, at least %u are needed", table,
                            size, least);
    if (size > STRUCT_MOST)
        return refuse_table(v, what, "%s says that it has %u bytes; sizeof it is meant",
                            table, size);
    return 0;
}

static bool was_seen(const struct scan *seen, const struct tag *t)
{
    for (size_t i = 0; i < seen->n_tags; i++)
        if (strcmp(seen->tags[i].kind, t->kind) == 0 &&
            strcmp(seen->tags[i].name, t->name) == 0)
            return true;
    return false;
}

int validate_tag(const struct validate *v, const nnp_component *theirs, struct tag *out)
{
    if (!theirs->tag)
        return refuse_table(v, "", "a component has no tag");
    if (strncmp(theirs->tag, TAG_PREFIX, strlen(TAG_PREFIX)) != 0)
        return refuse_table(v, "", "the tag '%.80s' does not begin with " TAG_PREFIX,
                            theirs->tag);
    if (scan_tag(v->arena, theirs->tag + strlen(TAG_PREFIX), out))
        return refuse_table(
            v, "",
            "the tag '%.80s' is not KIND:NAME, with a-z in the kind and a-z, "
            "0-9, _ and . in the name",
            theirs->tag + strlen(TAG_PREFIX));
    return 0;
}

/* The components' tags, and that the scan saw each of them. */
static int check_tags(const struct validate *v, const nnp_plugin *p,
                      const struct scan *seen)
{
    struct tag *tags = arena_array(v->arena, p->n, sizeof *tags);

    for (uint32_t i = 0; i < p->n; i++) {
        const nnp_component *c = p->components[i];
        if (!c)
            return refuse_table(v, "", "component %u of %u is NULL", i + 1, p->n);
        if (check_size(v, arena_printf(v->arena, "component %u", i + 1), "its table",
                       c->size, COMPONENT_LEAST) ||
            validate_tag(v, c, &tags[i]))
            return -1;
        if (!was_seen(seen, &tags[i]))
            return refuse_table(
                v, "",
                "a component calls itself %s %s, the tags in the file say "
                "otherwise (%s:%s)",
                tags[i].kind, tags[i].name, seen->tags[0].kind, seen->tags[0].name);
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(tags[k].kind, tags[i].kind) == 0 &&
                strcmp(tags[k].name, tags[i].name) == 0)
                return refuse_table(v, "", "two components are called %s %s",
                                    tags[i].kind, tags[i].name);
    }
    struct scan offered = { .tags = tags, .n_tags = p->n };
    for (size_t i = 0; i < seen->n_tags; i++)
        if (!was_seen(&offered, &seen->tags[i]))
            return refuse_table(
                v, "", "the file has the tag %s:%s, but no component is called that",
                seen->tags[i].kind, seen->tags[i].name);
    return 0;
}

int validate_plugin(const struct validate *v, const nnp_plugin *theirs,
                    const struct scan *seen, nnp_plugin *out)
{
    nnp_plugin p = { .size = sizeof p };

    /* The numbers come first in every major: whatever follows may be of another shape. */
    if (check_abi(v, theirs) ||
        check_size(v, "", "the plugin's table", theirs->size, PLUGIN_LEAST))
        return -1;
    memcpy(&p, theirs, theirs->size < sizeof p ? theirs->size : sizeof p);
    if (!p.name || !*p.name || !p.version || !*p.version)
        return refuse_table(v, "", "the plugin has no name or no version");
    if (p.n == 0 || p.n > COMPONENTS_MOST || !p.components)
        return refuse_table(v, "", "offers %u components; 1 to %d are possible", p.n,
                            COMPONENTS_MOST);
    p.license = p.license ? p.license : "";
    p.url = p.url ? p.url : "";
    if (check_tags(v, &p, seen))
        return -1;
    *out = p;
    return 0;
}

/* ---- a component ---- */

static const nnp_param *copy_params(struct arena *a, const nnp_component *c)
{
    nnp_param  *copy = arena_array(a, c->n_params + 1u, sizeof *copy);
    size_t      size = c->param_size < sizeof *copy ? c->param_size : sizeof *copy;
    const char *row = (const char *)c->params;

    for (uint32_t i = 0; i < c->n_params; i++)
        memcpy(&copy[i], row + (size_t)i * c->param_size, size);
    return copy;
}

/* Two parameters in one place, two of one name, two that a short form would set. */
static int check_pairs(const struct validate *v, const char *what, const nnp_component *c)
{
    const nnp_param *mains = NULL;
    uint32_t         align;
    int              rc = 0;

    for (uint32_t i = 0; i < c->n_params; i++) {
        const nnp_param *p = &c->params[i];
        uint32_t         size = validate_param_size(p->type, &align);
        for (uint32_t k = 0; k < i; k++) {
            const nnp_param *q = &c->params[k];
            if (strcmp(p->name, q->name) == 0)
                rc = refuse_table(v, what, "two parameters are called %s", p->name);
            if (p->offset < q->offset + validate_param_size(q->type, &align) &&
                q->offset < p->offset + size)
                rc = refuse_table(v, what, "parameters %s and %s overlap in self",
                                  q->name, p->name);
        }
        if (p->type & NNP_MAIN && mains)
            rc = refuse_table(v, what, "parameters %s and %s are both NNP_MAIN",
                              mains->name, p->name);
        mains = p->type & NNP_MAIN ? p : mains;
    }
    return rc;
}

static int check_params(const struct validate *v, const char *what,
                        const nnp_component *theirs, nnp_component *c)
{
    int rc = 0;

    if (c->n_params == 0)
        return 0;
    if (!c->params)
        return refuse_table(v, what, "has %u parameters, but params is NULL",
                            c->n_params);
    if (c->n_params > PARAMS_MOST)
        return refuse_table(v, what, "has %u parameters, at most %d are possible",
                            c->n_params, PARAMS_MOST);
    if (check_size(v, what, "a row of the parameter table", c->param_size, PARAM_LEAST))
        return -1;
    c->params = copy_params(v->arena, theirs);
    c->param_size = sizeof(nnp_param);
    for (uint32_t i = 0; i < c->n_params; i++)
        if (validate_param(v, what, &c->params[i], c->self_size))
            rc = -1;
    return rc ? rc : check_pairs(v, what, c);
}

static const nnp_param *find_param(const nnp_component *c, const char *name)
{
    for (uint32_t i = 0; i < c->n_params; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return &c->params[i];
    return NULL;
}

/* Promises that need a parameter of a certain type to mean anything. */
static int check_promises(const struct validate *v, const char *what, const char *kind,
                          const nnp_component *c)
{
    const nnp_param *lr = find_param(c, "lr");
    bool             then = false;

    for (uint32_t i = 0; i < c->n_params; i++)
        then = then || (c->params[i].type & NNP_FOLLOWED_BY);
    if (c->flags & NNP_STANDS_IN && !then)
        return refuse_table(v, what,
                            "is NNP_STANDS_IN, but has no NNP_FOLLOWED_BY parameter");
    if (strcmp(kind, "optimizer") == 0 && lr &&
        (lr->type & ~(uint32_t)NNP_MAIN) != (NNP_REAL | NNP_LIVE))
        return refuse_table(v, what,
                            "parameter lr: must be NNP_REAL | NNP_LIVE, the host "
                            "schedules it");
    return 0;
}

static int check_ports(const struct validate *v, const char *what, const nnp_component *c)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    uint32_t          n = 0, most = c->max_in ? c->max_in : 1;

    for (const char *s = c->ports; s && *s; n++) {
        size_t len = strcspn(s, " ");
        if (len == 0 || strspn(s, letters) < len)
            return refuse_table(v, what,
                                "ports '%s' are not names with one blank between them",
                                c->ports);
        s += len + (s[len] == ' ');
    }
    if (n > most)
        return refuse_table(v, what, "names %u ports, but takes at most %u inputs", n,
                            most);
    return 0;
}

static int check_rest(const struct validate *v, const char *what, const nnp_component *c)
{
    int rc = 0;

    if (!c->doc || !*c->doc)
        rc = refuse_table(v, what,
                          "has no doc; its first line is what `plugin info` shows");
    if (c->self_size > SELF_MOST)
        rc = refuse_table(v, what, "self_size is %u, at most %d are possible",
                          c->self_size, SELF_MOST);
    if (c->min_in > c->max_in)
        rc =
            refuse_table(v, what, "min_in is %u, but max_in is %u", c->min_in, c->max_in);
    return check_ports(v, what, c) ? -1 : rc;
}

int validate_component(const struct validate *v, const nnp_component *theirs,
                       struct component *out)
{
    nnp_component *c = arena_alloc(v->arena, sizeof *c);
    struct tag     t;
    int            rc;

    if (validate_tag(v, theirs, &t))
        return -1;
    memcpy(c, theirs, theirs->size < sizeof *c ? theirs->size : sizeof *c);
    c->size = sizeof *c;
    if (c->sweep)
        point_fill(c);
    const char *what = arena_printf(v->arena, "%s %s", t.kind, t.name);
    rc = check_rest(v, what, c);
    if (check_slots(v, what, t.kind, c))
        rc = -1;
    if (check_params(v, what, theirs, c))
        rc = -1;
    if (rc || check_promises(v, what, t.kind, c))
        return -1;
    out->kind = t.kind;
    out->name = t.name;
    out->desc = c;
    return 0;
}
