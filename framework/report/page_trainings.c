/* SPDX-License-Identifier: MIT */
/* Several trainings on one page: a row each, what they came to, and where their own pages
 * are. */
#include <config.h>
#include "report/page.h"

#include <string.h>

#include "base/split.h"

enum { MOST = 64 }; /* columns */

static bool is_column(const struct figure *f, enum split split)
{
    return split_of(f->name) == split && !f->detail;
}

static bool is_known(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static size_t names_of(const struct page *p, enum split split, const char *names[MOST])
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_trainings; i++) {
        const struct page_training *t = &p->trainings[i];
        for (size_t k = 0; k < t->n_figures && n < MOST; k++) {
            const char *name = t->figures[k].name;
            if (is_column(&t->figures[k], split) && !is_known(names, n, name))
                names[n++] = name;
        }
    }
    return n;
}

/* Those of the test images if there are any. */
static size_t columns(const struct page *p, const char *names[MOST])
{
    size_t n = 0;

    for (int k = N_SPLITS; !n && k-- > 0;)
        n = names_of(p, (enum split)k, names);
    return n;
}

static void cell(const struct page_training *t, const char *name, struct strbuf *out)
{
    strbuf_puts(out, "<td class=\"n\">");
    for (size_t i = 0; i < t->n_figures; i++)
        if (strcmp(t->figures[i].name, name) == 0)
            strbuf_printf(out, "%.5g", t->figures[i].value);
    strbuf_puts(out, "</td>");
}

static void row(const struct page_training *t, const char *const *names, size_t n,
                struct strbuf *out)
{
    strbuf_puts(out, "<tr><th>");
    if (t->page) {
        strbuf_puts(out, "<a href=\"");
        page_text(out, t->page, strlen(t->page));
        strbuf_puts(out, "\">");
    }
    page_text(out, t->name, strlen(t->name));
    strbuf_puts(out, t->page ? "</a></th>" : "</th>");
    for (size_t i = 0; i < n; i++)
        cell(t, names[i], out);
    strbuf_puts(out, "</tr>\n");
}

void page_trainings(const struct page *p, struct strbuf *out)
{
    const char *names[MOST];
    size_t      n = columns(p, names);

    if (!p->n_trainings)
        return;
    strbuf_puts(out, "<h2>trainings</h2>\n<div class=\"card\"><table>\n<tr><th></th>");
    for (size_t i = 0; i < n; i++) {
        strbuf_puts(out, "<th class=\"n\">");
        page_text(out, names[i], strlen(names[i]));
        strbuf_puts(out, "</th>");
    }
    strbuf_puts(out, "</tr>\n");
    for (size_t i = 0; i < p->n_trainings; i++)
        row(&p->trainings[i], names, n, out);
    strbuf_puts(out, "</table></div>\n");
}
