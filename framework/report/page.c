/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "report/page.h"

#include <math.h>
#include <string.h>

#include "base/fsio.h"
#include "base/split.h"
#include "base/strbuf.h"
#include "base/utf8.h"

/* Colours come twice, for light and for dark. Tables and pictures scroll inside their box
 * when a phone is too narrow for them. */
static const char style[] =
    "<style>\n"
    ":root{color-scheme:light "
    "dark;--back:#f6f7f8;--card:#fff;--ink:#1d2125;--dim:#5d666f;"
    "--line:#dfe3e7;--bad:#b3261e;--train:#1f83c4;--val:#e07b00;--test:#009e73}\n"
    "@media(prefers-color-scheme:dark){:root{--back:#14171a;--card:#1d2226;--ink:#e6e9ec;"
    "--dim:#98a2ac;--line:#323940;--bad:#ff8a80}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--back);color:var(--ink);"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "main{max-width:66rem;margin:0 auto;padding:1.2rem 1rem 3rem}\n"
    "h1{margin:.2rem 0;font-size:1.7rem;overflow-wrap:anywhere}\n"
    "h2{margin:2rem 0 .6rem;font-size:1.1rem}\n"
    ".about{margin:.2rem 0 1rem;color:var(--dim)}\n"
    ".missed{margin:1rem 0;padding:.6rem .9rem;border-left:4px solid var(--bad);"
    "background:var(--card);color:var(--bad)}\n"
    ".cards{display:grid;gap:1rem;"
    "align-items:start;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),"
    "31rem))"
    "}\n"
    ".card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;"
    "padding:.8rem 1rem;overflow-x:auto}\n"
    ".card h3{margin:0 0 .4rem;font-size:.95rem}\n"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.25rem .6rem .25rem 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--line)}\n"
    "tr:last-child>*{border-bottom:0}\n"
    "th{font-weight:500;color:var(--dim);padding-right:1.2rem}\n"
    "td.n,th.n{text-align:right;padding-right:0;padding-left:.8rem;white-space:nowrap}\n"
    ".parts{display:flex;flex-wrap:wrap;gap:0 1rem}\n"
    ".parts section{max-width:100%}\n"
    "figure{margin:0}\n"
    "figure+figure,pre+figure{margin-top:1rem}\n"
    "img{display:block;max-width:100%;height:auto}\n"
    "figcaption{margin-top:.3rem;font-size:.8rem;color:var(--dim)}\n"
    "pre{margin:0;overflow-x:auto;font:13px/1.45 ui-monospace,monospace}\n"
    "details{margin-top:2rem}\nsummary{cursor:pointer;font-weight:600}\n"
    "details pre{margin-top:.6rem}\n"
    ".key{display:flex;gap:.9rem;font-size:.8rem;color:var(--dim)}\n"
    ".key i{display:inline-block;width:1.1rem;height:3px;margin-right:.3rem;"
    "vertical-align:middle}\n"
    "svg{display:block;width:100%;height:auto}\n"
    "svg text{fill:var(--dim);font:11px system-ui,sans-serif}\n"
    "svg .grid{stroke:var(--line)}\n"
    "svg .line{fill:none;stroke-width:2;stroke-linejoin:round}\n"
    "</style>\n";

void page_text(struct strbuf *out, const char *text, size_t n)
{
    size_t length;

    for (size_t i = 0; i < n; i += length ? length : 1) {
        length = utf8_length(text + i, n - i);
        if (!length)
            strbuf_puts(out, "?");
        else if (text[i] && strchr("<>&\"", text[i]))
            strbuf_printf(out, "&#%d;", text[i]);
        else if (text[i])
            strbuf_add(out, text + i, length);
    }
}

static void escaped(struct strbuf *out, const char *text)
{
    page_text(out, text, strlen(text));
}

/* ---- figures ----------------------------------------------------------------------- */

static const struct figure *find_figure(const struct page *p, const char *metric,
                                        enum split split)
{
    for (size_t i = 0; i < p->n_figures; i++)
        if (split_of(p->figures[i].name) == split &&
            strcmp(split_metric(p->figures[i].name), metric) == 0)
            return &p->figures[i];
    return NULL;
}

static bool has_split(const struct page *p, enum split split)
{
    for (size_t i = 0; i < p->n_figures; i++)
        if (split_of(p->figures[i].name) == split)
            return true;
    return false;
}

static bool is_first(const struct page *p, size_t i)
{
    const char *metric = split_metric(p->figures[i].name);

    for (size_t k = 0; k < i; k++)
        if (strcmp(split_metric(p->figures[k].name), metric) == 0)
            return false;
    return true;
}

static void figure_row(const struct page *p, const char *name, struct strbuf *out)
{
    const char          *metric = split_metric(name);
    const struct figure *whole =
        find_figure(p, metric, N_SPLITS); /* of a report: no part of the data */

    strbuf_puts(out, "<tr><th>");
    escaped(out, metric);
    strbuf_puts(out, "</th>");
    for (int k = 0; k < N_SPLITS && !whole; k++) {
        const struct figure *f = find_figure(p, metric, (enum split)k);
        if (has_split(p, (enum split)k) && f)
            strbuf_printf(out, "<td class=\"n\">%.5g</td>", f->value);
        else if (has_split(p, (enum split)k))
            strbuf_puts(out, "<td class=\"n\"></td>");
    }
    if (whole)
        strbuf_printf(out, "<td class=\"n\" colspan=\"3\">%.5g</td>", whole->value);
    strbuf_puts(out, "</tr>\n");
}

static void figures(const struct page *p, struct strbuf *out)
{
    if (!p->n_figures)
        return;
    strbuf_puts(out, "<div class=\"card\"><h3>figures</h3><table>\n<tr><th></th>");
    for (int k = 0; k < N_SPLITS; k++)
        if (has_split(p, (enum split)k))
            strbuf_printf(out, "<th class=\"n\">%s</th>", split_names[k]);
    strbuf_puts(out, "</tr>\n");
    for (size_t i = 0; i < p->n_figures; i++)
        if (!p->figures[i].detail && is_first(p, i))
            figure_row(p, p->figures[i].name, out);
    strbuf_puts(out, "</table></div>\n");
}

static void facts(const struct page *p, struct strbuf *out)
{
    if (!p->n_facts)
        return;
    strbuf_puts(out, "<div class=\"card\"><h3>run</h3><table>\n");
    for (size_t i = 0; i < p->n_facts; i++) {
        strbuf_puts(out, "<tr><th>");
        escaped(out, p->facts[i].name);
        strbuf_puts(out, "</th><td>");
        escaped(out, p->facts[i].value);
        strbuf_puts(out, "</td></tr>\n");
    }
    strbuf_puts(out, "</table></div>\n");
}

/* ---- what reports left ------------------------------------------------------------- */

static void base64(struct strbuf *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < n; i += 3) {
        size_t   left = n - i < 3 ? n - i : 3;
        unsigned v = (unsigned)bytes[i] << 16 |
                     (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                     (left > 2 ? bytes[i + 2] : 0);
        char four[4];
        for (size_t k = 0; k < 4; k++)
            four[k] = k > left ? '=' : digits[v >> (18 - 6 * k) & 63];
        strbuf_add(out, four, 4);
    }
}

static bool ends_with(const char *file, const char *suffix)
{
    size_t n = strlen(file), k = strlen(suffix);

    return n >= k && strcmp(file + n - k, suffix) == 0;
}

static const char *picture_type(const char *file)
{
    if (ends_with(file, ".png"))
        return "image/png";
    return ends_with(file, ".svg") ? "image/svg+xml" : NULL;
}

static void picture(const char *of, const char *type, const void *bytes, size_t n,
                    struct strbuf *out)
{
    strbuf_printf(out, "<img alt=\"%s of this run\" src=\"data:%s;base64,", of, type);
    base64(out, bytes, n);
    strbuf_puts(out, "\">");
}

static void drawing(const struct page *p, struct strbuf *out)
{
    if (!p->drawing)
        return;
    strbuf_puts(out, "<section><h2>network</h2>\n<div class=\"card\"><figure>");
    picture("network", "image/svg+xml", p->drawing, strlen(p->drawing), out);
    strbuf_puts(out, "</figure></div></section>\n");
}

static void part(const struct page_part *p, struct strbuf *out)
{
    const char *type = picture_type(p->file);

    if (ends_with(p->file, ".txt")) {
        strbuf_puts(out, "<pre>");
        page_text(out, p->bytes, p->n);
        strbuf_puts(out, "</pre>\n");
        return;
    }
    strbuf_puts(out, "<figure>");
    if (type)
        picture(p->report, type, p->bytes, p->n, out);
    strbuf_puts(out, "<figcaption>");
    if (!type)
        strbuf_puts(out, "<a href=\"");
    escaped(out, p->file);
    if (!type) {
        strbuf_puts(out, "\">");
        escaped(out, p->file);
        strbuf_puts(out, "</a>");
    }
    strbuf_puts(out, "</figcaption></figure>\n");
}

/* The parts of one report stand together; a card is as wide as what is in it, and the
 * next one beside it where there is room. */
static void parts(const struct page *p, struct strbuf *out)
{
    strbuf_puts(out, "<div class=\"parts\">\n");
    for (size_t i = 0; i < p->n_parts; i++) {
        const char *report = p->parts[i].report;

        if (i && strcmp(p->parts[i - 1].report, report) == 0)
            continue;
        strbuf_puts(out, "<section><h2>");
        escaped(out, report);
        strbuf_puts(out, "</h2>\n<div class=\"card\">\n");
        for (size_t k = i; k < p->n_parts && strcmp(p->parts[k].report, report) == 0; k++)
            part(&p->parts[k], out);
        strbuf_puts(out, "</div></section>\n");
    }
    drawing(p, out);
    strbuf_puts(out, "</div>\n");
}

/* ---- the page ---------------------------------------------------------------------- */

static void head(const struct page *p, struct strbuf *out)
{
    strbuf_puts(out,
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width,"
                "initial-scale=1\">\n<title>");
    escaped(out, p->name);
    strbuf_puts(out, "</title>\n");
    strbuf_puts(out, style);
    strbuf_puts(out, "</head>\n<body>\n<main>\n<h1>");
    escaped(out, p->name);
    strbuf_puts(out, "</h1>\n");
    if (p->about) {
        strbuf_puts(out, "<p class=\"about\">");
        escaped(out, p->about);
        strbuf_puts(out, "</p>\n");
    }
    for (size_t i = 0; i < p->n_missed; i++) {
        strbuf_puts(out, "<p class=\"missed\">missed: ");
        escaped(out, p->missed[i]);
        strbuf_puts(out, "</p>\n");
    }
}

static void foot(const struct page *p, struct strbuf *out)
{
    if (p->pipeline) {
        strbuf_puts(out,
                    "<details><summary>the pipeline, every default filled in</summary>"
                    "<pre class=\"card\">");
        escaped(out, p->pipeline);
        strbuf_puts(out, "</pre></details>\n");
    }
    strbuf_puts(out, "</main>\n</body>\n</html>\n");
}

int page_write(const struct page *p, const char *path, struct diag *d)
{
    struct strbuf out = { 0 };
    int           rc;

    head(p, &out);
    strbuf_puts(&out, "<div class=\"cards\">\n");
    figures(p, &out);
    facts(p, &out);
    strbuf_puts(&out, "</div>\n");
    page_trainings(p, &out);
    page_curves(p, &out);
    parts(p, &out);
    foot(p, &out);
    rc = out.full ? diag_error(d, NULL, "%s: more than a page can hold", path)
                  : fsio_replace(path, strbuf_text(&out), out.n, d);
    strbuf_close(&out);
    return rc;
}
