/* SPDX-License-Identifier: MIT */
/* Lines of formulas under headings, written as text, as a page or as TeX. */
#ifndef NNP_EXPLAIN_SHEET_H
#define NNP_EXPLAIN_SHEET_H
#include "base/formula.h"

enum sheet_as { SHEET_TEXT, SHEET_ASCII, SHEET_HTML, SHEET_TEX };
struct sheet_line {
    const char             *heading; /* begins a section; else NULL */
    const struct formula  **math;    /* statements, or NULL */
    const char             *note;    /* behind it, or NULL */
    bool                    general; /* the formula itself, not its numbers */
};
struct sheet {
    struct arena      *arena;
    struct diag       *diag;
    const char        *title, *about;
    const char        *picture; /* an SVG, for the page; or NULL */
    struct sheet_line *lines;
    size_t             n, room;
};

void sheet_heading(struct sheet *s, const char *text);
/* The formula in the words of the plugin; the numbers in it; a remark. */
void sheet_general(struct sheet *s, const char *math);
void sheet_line(struct sheet *s, const char *math, const char *note);
void sheet_print(const struct sheet *s, enum sheet_as as, struct strbuf *out);
#endif
