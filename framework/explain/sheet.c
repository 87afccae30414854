/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "explain/sheet.h"

#include <string.h>

static struct sheet_line *add(struct sheet *s)
{
    if (s->n == s->room) {
        s->lines =
            arena_grow(s->arena, s->lines, s->n, 2 * s->room + 32, sizeof *s->lines);
        s->room = 2 * s->room + 32;
    }
    return &s->lines[s->n++];
}

void sheet_heading(struct sheet *s, const char *text)
{
    add(s)->heading = text;
}

void sheet_line(struct sheet *s, const char *math, const char *note)
{
    struct sheet_line *l = add(s);

    l->math = math ? formula_parse(s->arena, math, "explain", s->diag) : NULL;
    l->note = note;
}

void sheet_general(struct sheet *s, const char *math)
{
    sheet_line(s, math, NULL);
    s->lines[s->n - 1].general = true;
}

static void statements(const struct formula **all, enum formula_style style,
                       struct strbuf *out)
{
    for (size_t i = 0; all[i]; i++) {
        strbuf_puts(out, i ? "   " : "");
        formula_print(all[i], style, out);
    }
}

/* ---- text: the first formula stands beside its heading ---- */

static void print_text(const struct sheet *s, enum formula_style style,
                       struct strbuf *out)
{
    bool beside = false;

    strbuf_printf(out, "%s   %s\n", s->title, s->about);
    for (size_t i = 0; i < s->n; i++) {
        const struct sheet_line *l = &s->lines[i];
        if (l->heading) {
            strbuf_printf(out, "%s%s", beside ? "\n" : "", l->heading);
            beside = true;
            continue;
        }
        if (beside)
            strbuf_printf(out, "%*s", 21 - (int)strlen(s->lines[i - 1].heading), "");
        else
            strbuf_puts(out, l->general ? "   " : "     ");
        beside = false;
        if (l->math)
            statements(l->math, style, out);
        if (l->note)
            strbuf_printf(out, "%s%s", l->math ? "   " : "", l->note);
        strbuf_puts(out, "\n");
    }
    strbuf_puts(out, beside ? "\n" : "");
}

/* ---- a page ---- */

static const char style_of_page[] =
    "<style>\n:root{color-scheme:light dark;--ink:#1c2126;--paper:#fff;--soft:#5c6670;"
    "--line:#d9dee3}\n@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;"
    "--paper:#16191c;--soft:#9aa4ae;--line:#363d44}}\n"
    "body{margin:0 auto;max-width:52rem;padding:1rem;background:var(--paper);"
    "color:var(--ink);font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.4rem;margin:.5rem 0}\np{margin:.3rem "
    "0;overflow-x:auto;overflow-y:hidden;padding:.1rem 0}\n"
    ".about,.note{color:var(--soft)}\n.general{border-left:3px solid var(--line);"
    "padding-left:.6rem}\ndetails{border-top:1px solid var(--line);padding:.4rem 0}\n"
    "summary{font-weight:600;cursor:pointer}\nfigure{margin:1rem 0;overflow-x:auto}\n"
    "svg{max-width:100%;height:auto}\nmath{font-size:1.05rem}\n</style>\n";

static void escaped(struct strbuf *out, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"", *text))
            strbuf_printf(out, "&#%d;", *text);
        else
            strbuf_add(out, text, 1);
}

/* A side in a piece of its own, so that a narrow page has where to break the line. */
static void pieces(const struct formula *f, struct strbuf *out)
{
    while (f->op == FORMULA_CHAIN) {
        formula_print(f->arg[0], FORMULA_MATHML, out);
        strbuf_printf(out, " <math><mo>%s</mo></math> ", f->text[0] == '=' ? "=" : "←");
        f = f->arg[1];
    }
    formula_print(f, FORMULA_MATHML, out);
}

static void print_html(const struct sheet *s, struct strbuf *out)
{
    bool open = false;

    strbuf_puts(out,
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    escaped(out, s->title);
    strbuf_printf(out, "</title>\n%s</head>\n<body>\n<h1>", style_of_page);
    escaped(out, s->title);
    strbuf_puts(out, "</h1>\n<p class=\"about\">");
    escaped(out, s->about);
    strbuf_puts(out, "</p>\n");
    if (s->picture)
        strbuf_printf(out, "<figure>%s</figure>\n", s->picture);
    for (size_t i = 0; i < s->n; i++) {
        const struct sheet_line *l = &s->lines[i];
        if (l->heading) {
            strbuf_printf(out, "%s<details open><summary>", open ? "</details>\n" : "");
            escaped(out, l->heading);
            strbuf_puts(out, "</summary>\n");
            open = true;
            continue;
        }
        strbuf_puts(out, l->general ? "<p class=\"general\">" : "<p>");
        if (l->math)
            for (size_t k = 0; l->math[k]; k++) {
                strbuf_puts(out, k ? " &nbsp; " : "");
                pieces(l->math[k], out);
            }
        if (l->note) {
            strbuf_puts(out, " <span class=\"note\">");
            escaped(out, l->note);
            strbuf_puts(out, "</span>");
        }
        strbuf_puts(out, "</p>\n");
    }
    strbuf_printf(out, "%s</body>\n</html>\n", open ? "</details>\n" : "");
}

/* ---- TeX: align*, with amsmath alone ---- */

/* Signs that are not ASCII are Greek letters of notes, which no font of TeX has. */
static void tex_text(struct strbuf *out, const char *text)
{
    for (; *text; text++)
        if (strchr("_#$%&{}", *text))
            strbuf_printf(out, "\\%c", *text);
        else if (strchr("\\^~", *text))
            strbuf_puts(out, "/");
        else if ((unsigned char)*text < 128)
            strbuf_add(out, text, 1);
}

/* Every further side below the first. */
static void tex_chain(const struct formula *f, struct strbuf *out)
{
    bool first = true;

    if (f->op != FORMULA_CHAIN)
        strbuf_puts(out, "& ");
    while (f->op == FORMULA_CHAIN) {
        if (first)
            formula_print(f->arg[0], FORMULA_TEX, out);
        strbuf_puts(out, f->text[0] == '=' ? " &= " : " &\\leftarrow ");
        f = f->arg[1];
        formula_print(f->op == FORMULA_CHAIN ? f->arg[0] : f, FORMULA_TEX, out);
        if (f->op == FORMULA_CHAIN)
            strbuf_puts(out, " \\\\\n ");
        first = false;
        if (f->op != FORMULA_CHAIN)
            return;
    }
    formula_print(f, FORMULA_TEX, out);
}

static void tex_line(const struct sheet_line *l, struct strbuf *out)
{
    for (size_t k = 0; l->math && l->math[k]; k++) {
        strbuf_puts(out, k ? " \\\\\n " : " ");
        tex_chain(l->math[k], out);
    }
    if (l->note) {
        strbuf_puts(out, l->math ? " && \\text{" : " & \\text{");
        tex_text(out, l->note);
        strbuf_puts(out, "}");
    }
}

static void print_tex(const struct sheet *s, struct strbuf *out)
{
    bool open = false;

    strbuf_puts(out, "% \\usepackage{amsmath}\n\\subsection*{");
    tex_text(out, s->title);
    strbuf_puts(out, "}\n");
    tex_text(out, s->about);
    strbuf_puts(out, "\n");
    for (size_t i = 0; i < s->n; i++) {
        const struct sheet_line *l = &s->lines[i];
        if (l->heading) {
            strbuf_puts(out, open ? "\n\\end{align*}\n" : "");
            strbuf_puts(out, "\\paragraph{");
            tex_text(out, l->heading);
            strbuf_puts(out, "}\n");
            open = false;
            continue;
        }
        strbuf_puts(out, open ? " \\\\\n" : "\\begin{align*}\n");
        open = true;
        tex_line(l, out);
    }
    strbuf_puts(out, open ? "\n\\end{align*}\n" : "");
}

void sheet_print(const struct sheet *s, enum sheet_as as, struct strbuf *out)
{
    switch (as) {
    case SHEET_TEXT: print_text(s, FORMULA_UNICODE, out); break;
    case SHEET_ASCII: print_text(s, FORMULA_ASCII, out); break;
    case SHEET_HTML: print_html(s, out); break;
    case SHEET_TEX: print_tex(s, out); break;
    }
}
