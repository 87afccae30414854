/* SPDX-License-Identifier: MIT */
/*
 * Pixels for reports: boxes, lines and words in an RGBA picture that run->image writes as
 * PNG. Nothing to link.
 *
 *   nnp_pixels p;
 *
 *   if (nnp_pixels_open(&p, 400, 300))
 *       return nnp_fail(c, NNP_ENOMEM, "no memory for the picture");
 *   nnp_pixels_box(&p, 10, 10, 28, 28, 0x0072b2);
 *   nnp_pixels_text(&p, 50, 30, 14, NNP_INK, "a label");
 *   rc = run->image(c, "file.png", p.width, p.height, p.rgba);
 *   nnp_pixels_close(&p);
 *
 * A picture starts transparent, and NNP_INK can be read on white and on black: it suits a
 * page in either. x and y count from the top left corner; colours are 0xRRGGBB. What lies
 * outside of the picture is cut off.
 */
#ifndef NNPIPE_PIXELS_H
#define NNPIPE_PIXELS_H
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NNP_INK 0x767e87u

typedef struct nnp_pixels {
    uint32_t width, height;
    uint8_t *rgba; /* rows from the top */
} nnp_pixels;

/* 0, or -1: no memory. */
static inline int nnp_pixels_open(nnp_pixels *p, uint32_t width, uint32_t height)
{
    p->width = width;
    p->height = height;
    p->rgba = (uint8_t *)calloc((size_t)width * height + 1, 4);
    return p->rgba ? 0 : -1;
}

static inline void nnp_pixels_close(nnp_pixels *p)
{
    free(p->rgba);
    p->rgba = NULL;
}

/* Lays a colour over a pixel, of which it covers a part (0..1). */
static inline void nnp_pixels_dot(nnp_pixels *p, int x, int y, uint32_t colour, double part)
{
    uint8_t *to;
    double   under, all;

    if (x < 0 || y < 0 || (uint32_t)x >= p->width || (uint32_t)y >= p->height ||
        !(part > 0))
        return;
    to = p->rgba + 4 * ((size_t)y * p->width + (size_t)x);
    part = part < 1 ? part : 1;
    under = to[3] / 255.0 * (1 - part);
    all = part + under;
    for (int k = 0; k < 3; k++)
        to[k] = (uint8_t)((part * (colour >> (16 - 8 * k) & 255) + under * to[k]) / all +
                          0.5);
    to[3] = (uint8_t)(255 * all + 0.5);
}

static inline void nnp_pixels_box(nnp_pixels *p, int x, int y, int width, int height,
                                  uint32_t colour)
{
    for (int j = 0; j < height; j++)
        for (int i = 0; i < width; i++)
            nnp_pixels_dot(p, x + i, y + j, colour, 1);
}

/* A line with round ends, smooth. */
static inline void nnp_pixels_line(nnp_pixels *p, double x0, double y0, double x1,
                                   double y1, double width, uint32_t colour)
{
    double r = width / 2 + 0.5, dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy;
    int    left = (int)floor(fmin(x0, x1) - r), right = (int)ceil(fmax(x0, x1) + r);
    int    top = (int)floor(fmin(y0, y1) - r), bottom = (int)ceil(fmax(y0, y1) + r);

    for (int y = top; y <= bottom; y++)
        for (int x = left; x <= right; x++) {
            double ax = x + 0.5 - x0, ay = y + 0.5 - y0;
            double t = length > 0 ? (ax * dx + ay * dy) / length : 0;

            t = t < 0 ? 0 : t > 1 ? 1 : t;
            nnp_pixels_dot(p, x, y, colour, r - hypot(ax - t * dx, ay - t * dy));
        }
}

/* ---- words ------------------------------------------------------------------------- */

/*
 * A letter is strokes, each a list of points; a point is two digits in base 36, across
 * and down. Capitals stand between 0 and g (16), small letters begin at 6, tails end at
 * l. After ~ the points steer a quadratic B-spline, in which a point said twice is a
 * corner.
 */
static inline const char *nnp_pixels_letter(char letter)
{
    static const char *const strokes[] = {
        /*   */ "",
        /* ! */ "000b 0f0g", /* " */ "0004 3034", /* # */ "312g 817g 0595 0b9b",
        /* $ */ "~93900008989g0g0d 404i", /* % */ "0ga0 ~200006464020 ~8a6a6gagaa8a",
        /* & */ "~ag221060800a0g7g9a", /* ' */ "0004", /* ( */ "~30040d3i",
        /* ) */ "~00343d0i", /* * */ "4349 0478 0874", /* + */ "0a8a 464e", /* , */ "1f0i",
        /* - */ "0a5a", /* . */ "0f0g", /* / */ "0h60", /* 0 */ "~40000g8g8040",
        /* 1 */ "03404g", /* 2 */ "~040080880g0g8g", /* 3 */ "~0300808737 ~37979g0g0d",
        /* 4 */ "606g 600b9b", /* 5 */ "801007 ~0735959g0g0d",
        /* 6 */ "~46060g8g8646 ~70000b", /* 7 */ "00803g",
        /* 8 */ "~401017777040 ~47070g8g8747", /* 9 */ "~40000a8a8040 ~858g1g",
        /* : */ "0708 0f0g", /* ; */ "1718 1f0i", /* < */ "850a8f", /* = */ "0787 0c8c",
        /* > */ "058a0f", /* ? */ "~040080884b 4f4g",
        /* @ */ "~86560a0c8c86 ~868c8fac8000 0g8g",
        /* A */ "0g50ag 2a8a", /* B */ "000g ~004090984808 ~0848a8ag4g0g",
        /* C */ "~a4a0000gagac", /* D */ "000g ~0040a0ag4g0g", /* E */ "90000g9g 0878",
        /* F */ "90000g 0878", /* G */ "~a3a0000gaga9 a969", /* H */ "000g a0ag 08a8",
        /* I */ "000g", /* J */ "~707b7g0g0c", /* K */ "000g a00a 37ag", /* L */ "000g9g",
        /* M */ "0g006ac0cg", /* N */ "0g00aga0", /* O */ "~50000gaga050",
        /* P */ "000g ~0040a0a94909", /* Q */ "~50000gaga050 6cah",
        /* R */ "000g ~0040a0a94909 59ag", /* S */ "~93900008989g0g0d", /* T */ "00a0 505g",
        /* U */ "~000b0gagaba0", /* V */ "005ga0",
        /* W */ "004g73age0", /* X */ "00ag a00g",
        /* Y */ "0058a0 585g", /* Z */ "00a00gag", /* [ */ "40000i4i", /* \ */ "006h",
        /* ] */ "00404i0i", /* ^ */ "044084", /* _ */ "0h8h", /* ` */ "0023",
        /* a */ "~46060g8g8646 868g", /* b */ "000g ~46060g8g8646", /* c */ "~8876060g7g8e",
        /* d */ "~46060g8g8646 808g", /* e */ "~0b8b8b86060g7g8e", /* f */ "~7030353g 0666",
        /* g */ "~46060g8g8646 ~868h8l2l1j", /* h */ "000g ~0b06868b8g",
        /* i */ "060g 0102", /* j */ "~363h3l0l 3132", /* k */ "000g 860d 3a8g",
        /* l */ "000g", /* m */ "060g ~0b06666b6g ~6b66c6cbcg", /* n */ "060g ~0b06868b8g",
        /* o */ "~46060g8g8646", /* p */ "060l ~46060g8g8646", /* q */ "~46060g8g8646 868l",
        /* r */ "060g ~0b0656", /* s */ "~7876060b7b7g0g0e", /* t */ "~212d2g6g 0666",
        /* u */ "~060b0g8g8b 868g", /* v */ "064g86", /* w */ "063g669gc6",
        /* x */ "068g 860g", /* y */ "064g 862l", /* z */ "06860g8g",
        /* { */ "~40202a0a 0a2a2i4i",
        /* | */ "000i", /* } */ "~00202a4a 4a2a2i0i", /* ~ */ "~0b28496b8b",
    };
    unsigned i = (unsigned char)letter - ' ';

    return i < sizeof strokes / sizeof *strokes ? strokes[i] : "000g8g8000";
}

static inline double nnp_pixels_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Draws the stroke that begins at s, or (p NULL) only measures; returns its end. */
static inline const char *nnp_pixels_stroke(nnp_pixels *p, const char *s, double x,
                                            double y, double unit, uint32_t colour,
                                            double *widest)
{
    int    smooth = *s == '~';
    double at[2], here[2], mid[2]; /* the pen; the point; between it and the next */

    s += smooth;
    at[0] = nnp_pixels_digit(s[0]);
    at[1] = nnp_pixels_digit(s[1]);
    for (; s[0] > ' ' && s[1] > ' '; s += 2) {
        int last = !(s[2] > ' ' && s[3] > ' '), steps = smooth ? 6 : 1;
        double from[2] = { at[0], at[1] };

        for (int k = 0; k < 2; k++) {
            here[k] = nnp_pixels_digit(s[k]);
            mid[k] = smooth && !last ? (here[k] + nnp_pixels_digit(s[2 + k])) / 2 : here[k];
        }
        *widest = fmax(*widest, here[0]);
        for (int i = 1; p && i <= steps; i++) {
            double t = (double)i / steps, to[2];

            for (int k = 0; k < 2; k++)
                to[k] = (1 - t) * (1 - t) * from[k] + 2 * t * (1 - t) * here[k] +
                        t * t * mid[k];
            nnp_pixels_line(p, x + unit * at[0], y + unit * at[1], x + unit * to[0],
                            y + unit * to[1], unit * 1.9, colour);
            memcpy(at, to, sizeof at);
        }
    }
    return s + (*s == ' ');
}

/* Draws words whose capitals are `size` pixels high and stand on y, beginning at x; with p
 * NULL it draws nothing. Returns how wide they are. */
static inline double nnp_pixels_text(nnp_pixels *p, double x, double y, double size,
                                     uint32_t colour, const char *text)
{
    double unit = size / 16, at = 0;

    for (; *text; text++) {
        double widest = *text == ' ' ? 2 : 0;

        if (((unsigned char)*text & 0xc0) == 0x80)
            continue; /* UTF-8: one box a letter */
        for (const char *s = nnp_pixels_letter(*text); *s;)
            s = nnp_pixels_stroke(p, s, x + unit * at, y - size, unit, colour, &widest);
        at += widest + 4.5;
    }
    return unit * (at > 0 ? at - 4.5 : 0);
}
#endif
