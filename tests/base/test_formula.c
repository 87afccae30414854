/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/formula.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "support/nnt.h"

static struct arena arena;
static struct diag  diag;

static void begin(void)
{
    diag_init(&diag, &arena);
}

static void end(void)
{
    arena_close(&arena);
}

static const struct formula *parse(const char *text)
{
    const struct formula **all = formula_parse(&arena, text, "formula", &diag);

    ck_assert_msg(all && all[0] && !all[1], "%s", text);
    return all[0];
}

static const char *print(const char *text, enum formula_style style)
{
    struct strbuf s = { 0 };

    formula_print(parse(text), style, &s);
    const char *copy = arena_strdup(&arena, strbuf_text(&s));
    strbuf_close(&s);
    return copy;
}

static const struct {
    const char *text, *unicode, *ascii, *tex;
} printed[] = {
    { "y = 1 / (1 + e^(-x))", "y = 1 / (1 + e^-x)", "y = 1 / (1 + e^-x)",
      "y = \\frac{1}{1 + e^{-x}}" },
    { "g_j = sigma(u_{j0} + sum_k(u_jk f_k))", "g_j = σ(u_j0 + Σ_k u_jk f_k)",
      "g_j = sigma(u_j0 + sum_k u_jk f_k)",
      "g_{j} = \\sigma\\left(u_{j0} + \\sum_{k} u_{jk}\\,f_{k}\\right)" },
    { "y' = y (1 - y)", "y' = y (1 - y)", "y' = y (1 - y)",
      "y' = y\\,\\left(1 - y\\right)" },
    { "u <- u - eta d(E, u)", "u ← u - η ∂E/∂u", "u <- u - eta dE/du",
      "u \\leftarrow u - \\eta\\,\\frac{\\partial E}{\\partial u}" },
    { "m = beta1 m + (1 - beta1) d^2", "m = β1 m + (1 - β1) d²",
      "m = beta1 m + (1 - beta1) d^2",
      "m = \\beta_{1}\\,m + \\left(1 - \\beta_{1}\\right)\\,d^{2}" },
    { "a = -0.83 * 0.24 * (-0.6)", "a = -0.83·0.24·(-0.6)", "a = -0.83*0.24*(-0.6)",
      "a = -0.83 \\cdot 0.24 \\cdot \\left(-0.6\\right)" },
    { "'enc1[3]' = [x > 0] abs(x)", "enc1[3] = [x > 0] |x|", "enc1[3] = [x > 0] |x|",
      "\\text{enc1[3]} = [x > 0]\\,\\left\\lvert x\\right\\rvert " },
    { "w - lr m / (sqrt(v) + eps)", "w - η m / (√(v) + ε)", "w - lr m / (sqrt(v) + eps)",
      "w - \\frac{\\eta\\,m}{\\sqrt{v} + \\varepsilon}" },
};

START_TEST(is_printed_as_text_and_as_tex)
{
    ck_assert_str_eq(print(printed[_i].text, FORMULA_UNICODE), printed[_i].unicode);
    ck_assert_str_eq(print(printed[_i].text, FORMULA_ASCII), printed[_i].ascii);
    ck_assert_str_eq(print(printed[_i].text, FORMULA_TEX), printed[_i].tex);
}
END_TEST

START_TEST(what_is_printed_plainly_reads_as_the_same)
{
    const char *once = print(printed[_i].text, FORMULA_PLAIN);

    ck_assert_str_eq(print(once, FORMULA_PLAIN), once);
    ck_assert_str_eq(print(once, FORMULA_TEX), printed[_i].tex);
}
END_TEST

START_TEST(is_printed_as_mathml)
{
    ck_assert_str_eq(print("a / 2 < 'a<b'", FORMULA_MATHML),
                     "<math><mrow><mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow>"
                     "</mfrac></mrow><mo> &#60; </mo><mrow><mtext>a&#60;b</mtext></mrow>"
                     "</math>");
}
END_TEST

static bool x_is_two(void *arg, const char *name, double *value)
{
    (void)arg;
    *value = 2;
    return strcmp(name, "x") == 0;
}

static const struct {
    const char *text;
    double      value;
} computed[] = {
    { "1 + 2 x^2 / 4 - -1", 4 },
    { "1 / (1 + e^(-x))", 0.8807970779778823 },
    { "[x > 0] 3 + [x < 0] log(0 - x)", 3 },
    { "max(0, x) min(x, 1) sign(-x) abs(-x)", -4 },
    { "y = z = sqrt(x + 2)", 2 },
    { "2^3^2", 512 },
    { "8 / 2 x", 8 },
};

START_TEST(is_computed)
{
    double v;

    ck_assert(formula_eval(parse(computed[_i].text), x_is_two, NULL, &v));
    ck_assert_double_eq_tol(v, computed[_i].value, 1e-12);
}
END_TEST

START_TEST(an_unknown_name_or_a_sum_has_no_value)
{
    double v = 7;

    ck_assert(!formula_eval(parse("x + y"), x_is_two, NULL, &v));
    ck_assert(!formula_eval(parse("sum_j(x)"), x_is_two, NULL, &v));
    ck_assert_double_eq(v, 7);
}
END_TEST

static const struct {
    const char *text, *message;
} refused[] = {
    { "y = ", "formula: 'y = ': a number, a name or a bracket is needed at ''" },
    { "(a + b", "formula: '(a + b': ')' is needed at ''" },
    { "a ! b", "formula: 'a ! b': a sign or the end is needed at '! b'" },
    { "'a", "formula: ''a': a closing ' is needed at 'a'" },
};

START_TEST(a_mistake_is_refused_where_it_stands)
{
    ck_assert_ptr_null(formula_parse(&arena, refused[_i].text, "formula", &diag));
    ck_assert_str_eq(diag.entries[0].text, refused[_i].message);
}
END_TEST

START_TEST(deep_brackets_are_refused)
{
    char text[201];

    memset(text, '(', 200);
    text[200] = '\0';
    ck_assert_ptr_null(formula_parse(&arena, text, "formula", &diag));
}
END_TEST

static const struct formula *zero_for_l2(void *arg, const char *name)
{
    return strcmp(name, "l2") == 0 ? arg : NULL;
}

START_TEST(what_is_zero_times_something_goes_away)
{
    struct strbuf         s = { 0 };
    const struct formula *f = parse("w - 1 lr (g + l2 w)");

    f = formula_put(&arena, f, zero_for_l2, (void *)parse("0"));
    formula_print(formula_simplify(&arena, f), FORMULA_ASCII, &s);
    ck_assert_str_eq(strbuf_text(&s), "w - lr g");
    strbuf_close(&s);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("formula");
    TCase *t = tcase_create("formula");

    tcase_add_checked_fixture(t, begin, end);
    tcase_add_loop_test(t, is_printed_as_text_and_as_tex, 0, COUNT(printed));
    tcase_add_loop_test(t, what_is_printed_plainly_reads_as_the_same, 0, COUNT(printed));
    tcase_add_test(t, is_printed_as_mathml);
    tcase_add_loop_test(t, is_computed, 0, COUNT(computed));
    tcase_add_test(t, an_unknown_name_or_a_sum_has_no_value);
    tcase_add_loop_test(t, a_mistake_is_refused_where_it_stands, 0, COUNT(refused));
    tcase_add_test(t, deep_brackets_are_refused);
    tcase_add_test(t, what_is_zero_times_something_goes_away);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
