/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugin/discover.h"
#include "plugin/dso.h"
#include "plugin/kinds.h"
#include "plugin/synonyms.h"
#include "plugin/validate.h"

struct opened {               /* beside discover.files, by number */
    const nnp_plugin *plugin; /* NULL: not opened yet */
    struct component *components;
    const char       *left;    /* as in component */
    bool              outside; /* by registry_load_file: not to be found by name */
    const char       *refused; /* what was said when it could not be opened, or NULL */
    bool              machine; /* that was a fault of the machine */
};

struct registry {
    struct arena   *arena;
    struct discover found;
    struct opened  *loaded;
};

struct registry *registry_open(struct arena *a, const struct registry_options *o,
                               struct diag *d)
{
    struct registry *r = arena_alloc(a, sizeof *r);
    enum diag_class  usual = d->class;
    int              rc = 0;

    r->arena = a;
    r->found = (struct discover){ .arena = a, .trust_all = o->trust };
    d->class = DIAG_PLUGIN;
    for (size_t i = 0; o->plugins && o->plugins[i]; i++)
        if (discover_chosen(&r->found, o->plugins[i], d))
            rc = -1;
    d->class = usual;
    discover_search(&r->found, o->path ? o->path : "");
    r->loaded = arena_array(a, r->found.n + 1, sizeof *r->loaded);
    if (r->found.fault)
        rc = diag_system(d, NULL, r->found.fault_why,
                         "%s: cannot be searched for plugins", r->found.fault);
    return rc ? NULL : r;
}

/* Descriptors and strings of plugins are in use for as long as the process runs, so
 * nothing is unloaded; what was allocated is the arena's. */
void registry_close(struct registry *r)
{
    if (r)
        *r = (struct registry){ .arena = r->arena };
}

size_t registry_n_files(const struct registry *r)
{
    return r->found.n;
}

const struct plugin_file *registry_file(const struct registry *r, size_t i)
{
    return &r->found.files[i]->file;
}

/* ---- by name ---- */

static const struct tag *tag_of(const struct found *f, const char *kind, size_t n,
                                const char *name)
{
    for (size_t i = 0; i < f->scan.n_tags; i++)
        if (kinds_is(kind, n, f->scan.tags[i].kind) &&
            strcmp(f->scan.tags[i].name, name) == 0)
            return &f->scan.tags[i];
    return NULL;
}

struct offer {
    size_t            file, other; /* other == file: the only one */
    const struct tag *tag;
};

/* Who offers it; what --plugin chose hides the rest. */
static bool find_offer(const struct registry *r, const char *kind, size_t n,
                       const char *name, struct offer *out)
{
    bool found = false, chosen = false;

    for (size_t i = 0; i < r->found.n; i++) {
        const struct found *f = r->found.files[i];
        const struct tag   *t = tag_of(f, kind, n, name);
        if (!t || f->scan.skipped || r->loaded[i].outside || (chosen && !f->chosen))
            continue;
        if (!found)
            *out = (struct offer){ i, i, t };
        else if (out->other == out->file)
            out->other = i;
        found = true;
        chosen = chosen || f->chosen;
    }
    return found;
}

static bool find_any(const struct registry *r, const char *kinds, const char *name,
                     struct offer *out)
{
    size_t n;

    for (const char *w = kinds; (w = kinds_next(w, &n)); w += n)
        if (find_offer(r, w, n, name, out))
            return true;
    return false;
}

const char *registry_has(const struct registry *r, const char *kinds, const char *name)
{
    struct offer o;

    return find_any(r, kinds, name, &o) ? o.tag->kind : NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *registry_names(struct registry *r, const char *kinds, struct arena *a)
{
    size_t n = 0, kept = 0, most = 0;

    for (size_t i = 0; i < r->found.n; i++)
        most += r->found.files[i]->scan.n_tags;
    const char **names = arena_array(a, most + 1, sizeof *names);
    for (size_t i = 0; i < r->found.n; i++) {
        const struct scan *s = &r->found.files[i]->scan;
        for (size_t k = 0; !s->skipped && !r->loaded[i].outside && k < s->n_tags; k++)
            if (kinds_among(kinds, s->tags[k].kind))
                names[n++] = s->tags[k].name;
    }
    qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        if (!kept || strcmp(names[kept - 1], names[i]) != 0)
            names[kept++] = names[i];
    names[kept] = NULL;
    return names;
}

/* ---- why a name was not found ---- */

static bool named_like(const char *path, const char *name)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t      n = strlen(name);

    return strncmp(base, name, n) == 0 && strcmp(base + n, ".so") == 0;
}

static bool offers(const struct found *f, const char *kinds, const char *name)
{
    size_t n;

    for (const char *w = kinds; (w = kinds_next(w, &n)); w += n)
        if (tag_of(f, w, n, name))
            return true;
    return false;
}

/* A file that would offer it and was skipped. */
static const struct found *find_skipped(const struct registry *r, const char *kinds,
                                        const char *name)
{
    for (size_t i = 0; i < r->found.n; i++) {
        const struct found *f = r->found.files[i];
        if (f->scan.skipped && (offers(f, kinds, name) ||
                                (!f->scan.n_tags && named_like(f->file.path, name))))
            return f;
    }
    return NULL;
}

static const char *other_kind(const struct registry *r, const char *name)
{
    for (size_t i = 0; kinds_all[i]; i++)
        if (registry_has(r, kinds_all[i], name))
            return kinds_all[i];
    return NULL;
}

static bool nothing_installed(const struct registry *r)
{
    for (size_t i = 0; i < r->found.n; i++)
        if (!r->found.files[i]->chosen)
            return false;
    return true;
}

/* "noise.gauss, noise.salt_pepper" for `noise`: the names that go on from there. */
static const char *longer(struct registry *r, const char *kinds, const char *name,
                          struct arena *a)
{
    const char *const *names = registry_names(r, kinds, a);
    const char        *list = NULL;
    size_t             n = strlen(name);

    for (size_t i = 0; names && names[i]; i++)
        if (strncmp(names[i], name, n) == 0 && strchr("._", names[i][n]))
            list = list ? arena_printf(a, "%s, %s", list, names[i]) : names[i];
    return list;
}

/* All folders at once: who mends them one by one meets the next one each time. */
static void how_to_trust(const struct registry *r, struct diag *d)
{
    if (r->found.distrusted)
        diag_note(d, "try   chmod go-w %s", r->found.distrusted);
    diag_note(d, "or    --trust, if you know who may write there");
}

const char *registry_trust_hint(const struct registry *r, struct arena *a)
{
    bool any = false;

    for (size_t i = 0; i < r->found.n; i++)
        any |= r->found.files[i]->distrusted;
    if (!any)
        return NULL;
    return r->found.distrusted
               ? arena_printf(a, "chmod go-w %s, or --trust", r->found.distrusted)
               : "--trust, if you know who may write there";
}

static int complain_missing(struct registry *r, const char *kinds, const char *name,
                            const struct at *at, struct diag *d)
{
    const char         *list = kinds_or(d->arena, kinds);
    const struct found *skipped = find_skipped(r, kinds, name);
    enum diag_class     usual = d->class;

    if (skipped) {
        d->class = DIAG_PLUGIN;
        diag_code(d, at, "plugin", "%s '%s' cannot be used: %s: %s", list, name,
                  skipped->file.path, skipped->scan.skipped);
        if (skipped->distrusted)
            how_to_trust(r, d);
        d->class = usual;
        return -1;
    }
    const char *kind = other_kind(r, name);
    if (kind)
        return diag_code(d, at, "unknown-plugin", "'%s' is %s %s, not %s %s", name,
                         kinds_article(kind), kind, kinds_article(list), list);
    const char *near = synonyms_nearest(name, registry_names(r, kinds, d->arena));
    if (near) {
        diag_code(d, at, "unknown-plugin", "no %s is called '%s'; '%s' is", list, name,
                  near);
        diag_fix(d, near);
        return -1;
    }
    diag_code(d, at, "unknown-plugin", "no %s is called '%s'", list, name);
    const char *list_of = longer(r, kinds, name, d->arena);
    if (list_of)
        diag_note(d, "there are  %s", list_of);
    else if (nothing_installed(r))
        diag_note(d, "no plugin is in the searched folders: %s", r->found.folders);
    else
        diag_note(d, "try   nnpipe plugin list");
    return -1;
}

/* ---- loading ---- */

static struct validate checker(struct registry *r, size_t i, const struct at *at,
                               struct diag *d)
{
    return (struct validate){ r->arena, r->found.files[i]->file.path, at, d };
}

static int open_file(struct registry *r, size_t i, const struct at *at, struct diag *d)
{
    struct found     *f = r->found.files[i];
    struct opened    *l = &r->loaded[i];
    struct validate   v = checker(r, i, at, d);
    const char       *left;
    const nnp_plugin *theirs = dso_open(f->real, f->file.path, &left, at, d);

    if (!theirs)
        return -1;
    l->left = left ? arena_strdup(r->arena, left) : NULL;
    nnp_plugin *p = arena_alloc(r->arena, sizeof *p);
    dso_mark(f->file.path);
    int rc = validate_plugin(&v, theirs, &f->scan, p);
    dso_mark(NULL);
    if (rc)
        return -1;
    l->components = arena_array(r->arena, p->n, sizeof *l->components);
    l->plugin = p;
    return 0;
}

/* Opens file i and checks its table, once. A file that could not be opened stays one: who
 * was told so at the first look must not meet the plugin at the second. */
static int load(struct registry *r, size_t i, const struct at *at, struct diag *d)
{
    struct opened *l = &r->loaded[i];

    if (l->plugin)
        return 0;
    if (l->refused) {
        diag_code(d, at, "plugin", "%s", l->refused);
        if (l->machine)
            diag_blame_machine(d);
        return -1;
    }
    if (!open_file(r, i, at, d))
        return 0;
    const struct diag_entry *said = &d->entries[d->n - 1];
    l->refused = arena_strdup(r->arena, said->text);
    l->machine = said->machine;
    return -1;
}

/* Component k of the loaded file i, checked at its first use. */
static const struct component *check(struct registry *r, size_t i, uint32_t k,
                                     const struct at *at, struct diag *d)
{
    const struct opened *l = &r->loaded[i];
    struct component    *c = &l->components[k];
    struct validate      v = checker(r, i, at, d);

    if (c->desc)
        return c;
    dso_mark(r->found.files[i]->file.path);
    int rc = validate_component(&v, l->plugin->components[k], c);
    dso_mark(NULL);
    if (rc)
        return NULL;
    c->file = r->found.files[i]->real;
    c->plugin = l->plugin->name;
    c->version = l->plugin->version;
    c->license = l->plugin->license;
    c->url = l->plugin->url;
    c->left = l->left;
    return c;
}

static const struct component *load_offer(struct registry *r, const struct offer *o,
                                          const struct at *at, struct diag *d)
{
    struct validate v = checker(r, o->file, at, d);
    struct tag      t;

    if (o->other != o->file) {
        diag_code(d, at, "plugin", "two files offer %s %s: %s and %s", o->tag->kind,
                  o->tag->name, r->found.files[o->file]->file.path,
                  r->found.files[o->other]->file.path);
        diag_note(d, "try   --plugin FILE, which wins, or remove one of them");
        return NULL;
    }
    if (load(r, o->file, at, d))
        return NULL;
    const nnp_plugin *p = r->loaded[o->file].plugin;
    for (uint32_t k = 0; k < p->n; k++)
        if (validate_tag(&v, p->components[k], &t) == 0 &&
            strcmp(t.kind, o->tag->kind) == 0 && strcmp(t.name, o->tag->name) == 0)
            return check(r, o->file, k, at, d);
    return NULL; /* not reached: validate_plugin has compared the tags */
}

const struct component *registry_find(struct registry *r, const char *kinds,
                                      const char *name, const struct at *at,
                                      struct diag *d)
{
    struct offer    o;
    enum diag_class usual = d->class;

    if (!find_any(r, kinds, name, &o)) {
        complain_missing(r, kinds, name, at, d);
        return NULL;
    }
    d->class = DIAG_PLUGIN;
    const struct component *c = load_offer(r, &o, at, d);
    d->class = usual;
    return c;
}

const struct component *registry_loaded(const struct registry *r, size_t n)
{
    for (size_t i = 0; i < r->found.n; i++) {
        const struct opened *l = &r->loaded[i];
        for (uint32_t k = 0; l->plugin && k < l->plugin->n; k++)
            if (l->components[k].desc && n-- == 0)
                return &l->components[k];
    }
    return NULL;
}

static size_t index_of(const struct registry *r, const struct found *f)
{
    size_t i = 0;

    while (r->found.files[i] != f)
        i++;
    return i;
}

/* The number of the file, found before or not; -1 and a diag entry if it is of no use. */
static int64_t take_file(struct registry *r, const char *path, struct diag *d)
{
    size_t        before = r->found.n;
    struct found *f = discover_file(&r->found, path);

    if (!f)
        return diag_code(d, NULL, "plugin", "%s: %s", path, strerror(errno));
    if (r->found.n > before) {
        r->loaded =
            arena_grow(r->arena, r->loaded, before, before + 2, sizeof *r->loaded);
        r->loaded[before].outside = true;
    }
    if (!f->scan.skipped)
        return (int64_t)index_of(r, f);
    diag_code(d, NULL, "plugin", "%s: %s", path, f->scan.skipped);
    if (f->distrusted)
        how_to_trust(r, d);
    return -1;
}

int registry_load_file(struct registry *r, const char *path,
                       const struct component **first, size_t *n, struct diag *d)
{
    enum diag_class usual = d->class;
    int             rc = -1;

    d->class = DIAG_PLUGIN;
    int64_t i = take_file(r, path, d);
    if (i >= 0 && load(r, (size_t)i, NULL, d) == 0) {
        const struct opened *l = &r->loaded[i];
        rc = 0;
        for (uint32_t k = 0; k < l->plugin->n; k++)
            if (!check(r, (size_t)i, k, NULL, d))
                rc = -1;
        *first = l->components;
        *n = l->plugin->n;
    }
    d->class = usual;
    return rc;
}
