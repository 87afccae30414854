/* SPDX-License-Identifier: MIT */
/* A table of signs and one of names, each with a column a style; the tree is walked once,
 * whatever the style. A bracket is put where the reader would else read another tree. */
#include <config.h>
#include "base/formula.h"

#include <ctype.h>
#include <string.h>

struct formula_pen {
    enum formula_style style;
    struct strbuf     *out;
    size_t left; /* where a side or a bracket begins: a minus needs no bracket */
};

static const struct letter {
    const char *name, *unicode, *ascii, *tex;
} letters[] = {
    { "alpha", "α", "alpha", "\\alpha" },
    { "beta", "β", "beta", "\\beta" },
    { "gamma", "γ", "gamma", "\\gamma" },
    { "delta", "δ", "delta", "\\delta" },
    { "eps", "ε", "eps", "\\varepsilon" },
    { "eta", "η", "eta", "\\eta" },
    { "lr", "η", "lr", "\\eta" },
    { "lambda", "λ", "lambda", "\\lambda" },
    { "mu", "μ", "mu", "\\mu" },
    { "pi", "π", "pi", "\\pi" },
    { "rho", "ρ", "rho", "\\rho" },
    { "sigma", "σ", "sigma", "\\sigma" },
    { "dots", "…", "...", "\\dots" },
    { "ystar", "y*", "y*", "y^{*}" },
    { "N", "N", "N", "N" },
};

static const struct letter *letter_of(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (strlen(letters[i].name) == n && strncmp(letters[i].name, name, n) == 0)
            return &letters[i];
    return NULL;
}

static void put(struct formula_pen *p, const char *text)
{
    strbuf_puts(p->out, text);
}

/* Signs of users' names that TeX or XML take for their own. */
static void put_literal(struct formula_pen *p, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (p->style == FORMULA_TEX && strchr("_#$%&{}", c))
            strbuf_printf(p->out, "\\%c", c);
        else if (p->style == FORMULA_TEX && strchr("\\^~", c))
            put(p, "/");
        else if (p->style == FORMULA_MATHML && strchr("<>&\"", c))
            strbuf_printf(p->out, "&#%d;", c);
        else
            strbuf_add(p->out, &c, 1);
    }
}

static const char *of_style(const struct formula_pen *p, const char *plain,
                            const char *unicode, const char *tex)
{
    if (p->style == FORMULA_TEX)
        return tex;
    return p->style == FORMULA_UNICODE || p->style == FORMULA_MATHML ? unicode : plain;
}

static bool is_math(struct formula_pen *p)
{
    return p->style == FORMULA_MATHML;
}

static void put_sign(struct formula_pen *p, const char *plain, const char *unicode,
                     const char *tex)
{
    if (is_math(p)) {
        put(p, "<mo>");
        put_literal(p, unicode, strlen(unicode));
        put(p, "</mo>");
    } else
        put(p, of_style(p, plain, unicode, tex));
}

/* ---- names ------------------------------------------------------------------------- */

struct symbol { /* beta1, w_{jk}, sigma' in their parts */
    const char *stem, *sub;
    size_t      n_stem, n_sub, primes;
};

static struct symbol parts_of(const char *text)
{
    struct symbol s = { .stem = text, .n_stem = strcspn(text, "_'") };
    const char   *rest = text + s.n_stem;

    if (*rest == '_') {
        bool braced = *++rest == '{';
        s.sub = rest + braced;
        s.n_sub = strcspn(s.sub, "}'");
        rest = s.sub + s.n_sub + (braced && s.sub[s.n_sub] == '}');
    }
    s.primes = strlen(rest);
    while (!s.sub && s.n_stem > 1 && isdigit((unsigned char)text[s.n_stem - 1 - s.n_sub]))
        s.n_sub++; /* beta1 is beta with a 1 below */
    if (!s.sub && s.n_sub && letter_of(text, s.n_stem - s.n_sub)) {
        s.n_stem -= s.n_sub;
        s.sub = text + s.n_stem;
    } else if (!s.sub)
        s.n_sub = 0;
    return s;
}

static void put_stem(struct formula_pen *p, const struct symbol *s)
{
    const struct letter *l = letter_of(s->stem, s->n_stem);

    if (l && p->style == FORMULA_TEX)
        put(p, l->tex);
    else if (l && p->style != FORMULA_PLAIN)
        put(p, p->style == FORMULA_ASCII ? l->ascii : l->unicode);
    else if (p->style == FORMULA_TEX && s->n_stem > 1)
        strbuf_printf(p->out, "\\mathit{%.*s}", (int)s->n_stem, s->stem);
    else
        strbuf_add(p->out, s->stem, s->n_stem);
}

/* In text a number stands right behind its letter, g1, and letters behind a line, g_j. */
static void put_sub(struct formula_pen *p, const struct symbol *s)
{
    bool number = s->n_sub && isdigit((unsigned char)s->sub[0]);

    if (!s->n_sub)
        return;
    if (p->style == FORMULA_TEX)
        strbuf_printf(p->out, "_{%.*s}", (int)s->n_sub, s->sub);
    else if (p->style == FORMULA_PLAIN)
        strbuf_printf(p->out, "_{%.*s}", (int)s->n_sub, s->sub);
    else
        strbuf_printf(p->out, "%s%.*s", number ? "" : "_", (int)s->n_sub, s->sub);
}

static void put_primes(struct formula_pen *p, const struct symbol *s)
{
    for (size_t i = 0; i < s->primes; i++)
        put(p, "'");
}

/* Letters are one sign each; a number is one. */
static void math_sub(struct formula_pen *p, const struct symbol *s)
{
    put(p, "<mrow>");
    for (size_t i = 0, n; i < s->n_sub; i += n) {
        n = strspn(s->sub + i, "0123456789");
        n = n < s->n_sub - i ? n : s->n_sub - i;
        const char *tag = n ? "mn" : isalpha((unsigned char)s->sub[i]) ? "mi" : "mo";
        n = n ? n : 1;
        strbuf_printf(p->out, "<%s>", tag);
        put_literal(p, s->sub + i, n);
        strbuf_printf(p->out, "</%s>", tag);
    }
    put(p, "</mrow>");
}

static void math_name(struct formula_pen *p, const struct symbol *s)
{
    put(p, s->primes ? "<msup>" : "");
    put(p, s->n_sub ? "<msub><mi>" : "<mi>");
    put_stem(p, s);
    put(p, "</mi>");
    if (s->n_sub) {
        math_sub(p, s);
        put(p, "</msub>");
    }
    if (!s->primes)
        return;
    put(p, "<mo>");
    for (size_t i = 0; i < s->primes; i++)
        put(p, "\xe2\x80\xb2");
    put(p, "</mo></msup>");
}

/* Around a name as it is: in text for people nothing. */
static void put_mark(struct formula_pen *p, const char *plain, const char *math,
                     const char *tex)
{
    if (is_math(p))
        put(p, math);
    else if (p->style == FORMULA_TEX)
        put(p, tex);
    else if (p->style == FORMULA_PLAIN)
        put(p, plain);
}

static void put_quoted(struct formula_pen *p, const char *text)
{
    put_mark(p, "'", "<mtext>", "\\text{");
    put_literal(p, text, strlen(text));
    put_mark(p, "'", "</mtext>", "}");
}

static void put_name(struct formula_pen *p, const char *text)
{
    struct symbol s = parts_of(text);

    if (text[0] == '\'') {
        put_quoted(p, text + 1);
        return;
    }
    if (is_math(p)) {
        math_name(p, &s);
        return;
    }
    put_stem(p, &s);
    put_sub(p, &s);
    put_primes(p, &s);
}

/* ---- the tree ---------------------------------------------------------------------- */

static int level(const struct formula *f)
{
    switch (f->op) {
    case FORMULA_CHAIN: return 0;
    case FORMULA_COMPARE: return 1;
    case FORMULA_ADD:
    case FORMULA_SUB: return 2;
    case FORMULA_NEGATE: return 3;
    case FORMULA_MUL:
    case FORMULA_DIV: return 4;
    case FORMULA_POW: return 5;
    default: return 6;
    }
}

static void print(struct formula_pen *p, const struct formula *f);

static void bracket(struct formula_pen *p, bool on, bool open)
{
    if (!on)
        return;
    put_sign(p, open ? "(" : ")", open ? "(" : ")", open ? "\\left(" : "\\right)");
    if (open)
        p->left = p->out->n;
}

/* With a bracket unless it binds at least as much as `least`. */
static void print_in(struct formula_pen *p, const struct formula *f, int least)
{
    bool left = p->left == p->out->n;
    bool on = level(f) < least && !(left && f->op == FORMULA_NEGATE && least == 4);

    if (is_math(p))
        put(p, "<mrow>");
    if (left)
        p->left = p->out->n;
    bracket(p, on, true);
    print(p, f);
    bracket(p, on, false);
    if (is_math(p))
        put(p, "</mrow>");
}

/* Does it begin or end with a number that another one beside it would run into? */
static bool numeric(const struct formula *f, bool end)
{
    while (f->op == FORMULA_MUL || (f->op == FORMULA_DIV && !end) ||
           f->op == FORMULA_POW || f->op == FORMULA_NEGATE)
        f = f->arg[end && f->n > 1 ? 1 : 0];
    return f->op == FORMULA_NUMBER;
}

static void print_product(struct formula_pen *p, const struct formula *f)
{
    bool dot = numeric(f->arg[1], false) ||
               (f->arg[1]->op == FORMULA_NEGATE && numeric(f->arg[0], true));

    print_in(p, f->arg[0], 4);
    if (p->style == FORMULA_PLAIN)
        put(p, " * ");
    else if (dot)
        put_sign(p, "*", "·", " \\cdot ");
    else
        put_sign(p, " ", is_math(p) ? "\xe2\x81\xa2" : " ", "\\,");
    print_in(p, f->arg[1],
             f->arg[1]->op == FORMULA_MUL && f->arg[0]->op != FORMULA_MUL ? 4 : 5);
}

static void print_quotient(struct formula_pen *p, const struct formula *f)
{
    if (is_math(p) || p->style == FORMULA_TEX) {
        put(p, is_math(p) ? "<mfrac>" : "\\frac{");
        print_in(p, f->arg[0], 0);
        put(p, is_math(p) ? "" : "}{");
        print_in(p, f->arg[1], 0);
        put(p, is_math(p) ? "</mfrac>" : "}");
        return;
    }
    print_in(p, f->arg[0], 4);
    put(p, " / ");
    print_in(p, f->arg[1], 5);
}

static void print_power(struct formula_pen *p, const struct formula *f)
{
    const struct formula *to = f->arg[1], *of = f->arg[0];
    int least = of->op == FORMULA_NUMBER && strchr(of->text, 'e') ? 7 : 6; /* 1e-7 */

    if (is_math(p) || p->style == FORMULA_TEX) {
        put(p, is_math(p) ? "<msup>" : "");
        print_in(p, of, least);
        put(p, is_math(p) ? "" : "^{");
        print_in(p, to, 0);
        put(p, is_math(p) ? "</msup>" : "}");
        return;
    }
    print_in(p, of, least);
    if (p->style == FORMULA_UNICODE && to->op == FORMULA_NUMBER &&
        (strcmp(to->text, "2") == 0 || strcmp(to->text, "3") == 0))
        put(p, to->text[0] == '2' ? "²" : "³");
    else {
        put(p, "^");
        print_in(p, to, to->op == FORMULA_NEGATE && to->arg[0]->n == 0 ? 3 : 6);
    }
}

/* ---- calls with a sign of their own ---- */

static void print_derivative(struct formula_pen *p, const struct formula *f)
{
    if (is_math(p) || p->style == FORMULA_TEX) {
        put(p, is_math(p) ? "<mfrac><mrow><mo>∂</mo>" : "\\frac{\\partial ");
        print(p, f->arg[0]);
        put(p, is_math(p) ? "</mrow><mrow><mo>∂</mo>" : "}{\\partial ");
        print(p, f->arg[1]);
        put(p, is_math(p) ? "</mrow></mfrac>" : "}");
        return;
    }
    put(p, p->style == FORMULA_ASCII ? "d" : "∂");
    print_in(p, f->arg[0], 6);
    put(p, p->style == FORMULA_ASCII ? "/d" : "/∂");
    print_in(p, f->arg[1], 6);
}

static void print_root(struct formula_pen *p, const struct formula *f)
{
    if (is_math(p) || p->style == FORMULA_TEX) {
        put(p, is_math(p) ? "<msqrt>" : "\\sqrt{");
        print(p, f->arg[0]);
        put(p, is_math(p) ? "</msqrt>" : "}");
        return;
    }
    put(p, p->style == FORMULA_ASCII ? "sqrt(" : "√(");
    print(p, f->arg[0]);
    put(p, ")");
}

static void print_size(struct formula_pen *p, const struct formula *f)
{
    put_sign(p, "|", "|", "\\left\\lvert ");
    print(p, f->arg[0]);
    put_sign(p, "|", "|", "\\right\\rvert ");
}

/* sum_k(...): the sign with the letter below, then the body. */
static bool print_sum(struct formula_pen *p, const struct formula *f)
{
    static const struct {
        const char *name, *unicode, *ascii, *tex;
    } signs[] = { { "sum", "Σ", "sum", "\\sum" },
                  { "prod", "Π", "prod", "\\prod" },
                  { "mean", "mean", "mean", "\\operatorname{mean}" },
                  { "max", "max", "max", "\\max" },
                  { "min", "min", "min", "\\min" } };
    struct symbol s = parts_of(f->text);

    for (size_t i = 0; f->n == 1 && i < sizeof signs / sizeof *signs; i++) {
        if (strlen(signs[i].name) != s.n_stem ||
            strncmp(signs[i].name, s.stem, s.n_stem) != 0 || (!s.n_sub && i > 2))
            continue;
        if (is_math(p)) {
            strbuf_printf(p->out, "<munder><mo>%s</mo><mi>%.*s</mi></munder>",
                          signs[i].unicode, (int)s.n_sub, s.n_sub ? s.sub : "");
        } else {
            put(p, of_style(p, signs[i].ascii, signs[i].unicode, signs[i].tex));
            put_sub(p, &s);
            put(p, " ");
        }
        print_in(p, f->arg[0], 4);
        return true;
    }
    return false;
}

static void put_function(struct formula_pen *p, const char *name)
{
    static const char known[] = " exp log tanh max min sin cos ";
    const char       *at = strstr(known, name);
    size_t            n = strlen(name);

    if (p->style == FORMULA_TEX && at && at > known && at[-1] == ' ' && at[n] == ' ') {
        strbuf_printf(p->out, "\\%s", name);
        return;
    }
    if (p->style == FORMULA_TEX && isalpha((unsigned char)name[0]) && name[1] &&
        !strpbrk(name, "_'") && !letter_of(name, strlen(name)))
        strbuf_printf(p->out, "\\operatorname{%s}", name);
    else
        put_name(p, name);
}

static void print_call(struct formula_pen *p, const struct formula *f)
{
    bool plain = p->style == FORMULA_PLAIN;

    if (!plain && f->n == 2 && strcmp(f->text, "d") == 0)
        print_derivative(p, f);
    else if (!plain && f->n == 1 && strcmp(f->text, "sqrt") == 0)
        print_root(p, f);
    else if (!plain && f->n == 1 && strcmp(f->text, "abs") == 0)
        print_size(p, f);
    else if (plain || !print_sum(p, f)) {
        put_function(p, f->text);
        bracket(p, true, true);
        for (int i = 0; i < f->n; i++) {
            if (i)
                put_sign(p, ", ", ", ", ", ");
            print(p, f->arg[i]);
        }
        bracket(p, true, false);
    }
}

static void print_compared(struct formula_pen *p, const struct formula *f)
{
    static const struct {
        const char *sign, *ascii, *unicode, *tex;
    } signs[] = {
        { "<=", " <= ", " ≤ ", " \\le " }, { ">=", " >= ", " ≥ ", " \\ge " },
        { "!=", " != ", " ≠ ", " \\ne " }, { "<-", " <- ", " ← ", " \\leftarrow " },
        { "<", " < ", " < ", " < " },      { ">", " > ", " > ", " > " },
        { "=", " = ", " = ", " = " },      { "==", " = ", " = ", " = " }
    };

    print_in(p, f->arg[0], level(f) + 1);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strcmp(f->text, signs[i].sign) == 0)
            put_sign(p, signs[i].ascii, signs[i].unicode, signs[i].tex);
    p->left = p->out->n;
    print_in(p, f->arg[1], level(f));
}

static void print_number(struct formula_pen *p, const char *text)
{
    const char *e = strchr(text, 'e');

    if (e && p->style == FORMULA_TEX)
        strbuf_printf(p->out, "%.*s \\cdot 10^{%s}", (int)(e - text), text,
                      e[1] == '+' ? e + 2 : e + 1);
    else
        strbuf_printf(p->out, is_math(p) ? "<mn>%s</mn>" : "%s", text);
}

static void print(struct formula_pen *p, const struct formula *f)
{
    switch (f->op) {
    case FORMULA_NUMBER: print_number(p, f->text); break;
    case FORMULA_NAME: put_name(p, f->text); break;
    case FORMULA_NEGATE:
        put_sign(p, "-", is_math(p) ? "−" : "-", "-");
        print_in(p, f->arg[0], 4);
        break;
    case FORMULA_ADD:
    case FORMULA_SUB:
        print_in(p, f->arg[0], 2);
        if (f->op == FORMULA_ADD)
            put_sign(p, " + ", is_math(p) ? "+" : " + ", " + ");
        else
            put_sign(p, " - ", is_math(p) ? "−" : " - ", " - ");
        print_in(p, f->arg[1], 4);
        break;
    case FORMULA_MUL: print_product(p, f); break;
    case FORMULA_DIV: print_quotient(p, f); break;
    case FORMULA_POW: print_power(p, f); break;
    case FORMULA_CALL: print_call(p, f); break;
    case FORMULA_HOLDS:
        put_sign(p, "[", "[", "[");
        print(p, f->arg[0]);
        put_sign(p, "]", "]", "]");
        break;
    case FORMULA_COMPARE:
    case FORMULA_CHAIN: print_compared(p, f); break;
    }
}

void formula_print(const struct formula *f, enum formula_style style, struct strbuf *out)
{
    struct formula_pen p = { style, out, 0 };

    if (style == FORMULA_MATHML)
        strbuf_puts(out, "<math>");
    p.left = out->n;
    print(&p, f);
    if (style == FORMULA_MATHML)
        strbuf_puts(out, "</math>");
}
