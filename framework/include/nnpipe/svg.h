/* SPDX-License-Identifier: MIT */
/*
 * SVG text for reports: it grows, and a failure is asked for once, at the end.
 *
 *   nnp_svg s = { 0 };
 *
 *   nnp_svg_open(&s, 480, 300, "what the picture shows");
 *   nnp_svg_add(&s, "<circle cx=\"%.1f\" cy=\"9\" r=\"4\" fill=\"#%06x\"/>\n", x,
 *               nnp_svg_colour(k));
 *   rc = nnp_svg_close(&s, c, run, "file.svg");
 *
 * Words are in one grey that can be read on white and on black, so a picture suits a page
 * in either. Ten colours that every kind of colour vision can tell apart as far as ten
 * go: the first are those of Okabe and Ito (2008), "Color universal design".
 */
#ifndef NNPIPE_SVG_H
#define NNPIPE_SVG_H
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <nnpipe/plugin.h>

typedef struct nnp_svg {
    char  *text;
    size_t n, room;
    int    failed;
} nnp_svg;

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static inline void
nnp_svg_add(nnp_svg *s, const char *form, ...)
{
    for (;;) {
        va_list args;
        size_t  left = s->room - s->n, room;
        char   *more;
        int     n;

        va_start(args, form);
        n = vsnprintf(s->text ? s->text + s->n : NULL, left, form, args);
        va_end(args);
        if (n >= 0 && (size_t)n < left) {
            s->n += (size_t)n;
            return;
        }
        room = s->room ? 2 * s->room : 1 << 14;
        more = n < 0 || s->failed ? NULL : (char *)realloc(s->text, room);
        if (!more) {
            s->failed = 1;
            return;
        }
        s->text = more;
        s->room = room;
    }
}

/* Text of a user, which may hold what XML takes for its own. */
static inline void nnp_svg_text(nnp_svg *s, const char *text)
{
    for (; *text; text++)
        if (strchr("<>&\"", *text))
            nnp_svg_add(s, "&#%d;", *text);
        else
            nnp_svg_add(s, "%c", *text);
}

static inline unsigned nnp_svg_colour(size_t i)
{
    static const unsigned colours[] = { 0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x56b4e9,
                                        0xd55e00, 0x8a7a00, 0x7b5ea7, 0x8c564b, 0x8b949c };

    return colours[i % (sizeof colours / sizeof *colours)];
}

/* 1, 2 or 5 times a power of ten: at most `most` steps in the range. */
static inline double nnp_svg_step(double range, double most)
{
    double step = pow(10, floor(log10(range / most)));

    for (int i = 0; range / step > most; i++)
        step *= i % 3 == 1 ? 2.5 : 2;
    return step;
}

static inline void nnp_svg_open(nnp_svg *s, int width, int height, const char *title)
{
    nnp_svg_add(s,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                "viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"system-ui, sans-serif\" "
                "font-size=\"13\" fill=\"#767e87\">\n<title>",
                width, height, width, height);
    nnp_svg_text(s, title);
    nnp_svg_add(s, "</title>\n");
}

/* Writes report/FILE and frees the text. */
static inline int nnp_svg_close(nnp_svg *s, nnp_ctx *c, const nnp_run *run,
                                const char *file)
{
    int rc;

    nnp_svg_add(s, "</svg>\n");
    rc = s->failed ? c->host->fail(c, NNP_ENOMEM, "no memory for the picture")
                   : run->write(c, file, s->text, s->n);
    free(s->text);
    s->text = NULL;
    return rc;
}
#endif
