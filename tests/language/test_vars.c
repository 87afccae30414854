/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <stdlib.h>
#include "support/reading.h"

#define MODEL(units) DATA "model: [{dense: " units "}]\n" REST
#define UNITS(s)     RESOLVED(s, "model", "0", "dense", "units")

static const struct {
    const char *vars, *units, *value;
} replaced[] = {
    { "{n: 3}", "$n", "3" },
    { "{n: 3}", "$(n)", "3" },
    { "{n: 3}", "$(2 * (n + 1))", "8" },
    { "{n: 7}", "$(n // 2)", "3" },
    { "{n: 7}", "$(n % 4)", "3" },
    { "{n: 6}", "$(n / 2)", "3" },
    { "{b: $(a + 1), a: $c, c: 1e2}", "$b", "101" },
    { "{size: {big: 1}, n: 4}", "$n", "4" },
    { "{}", "$data.x.size", "2" },
    { "{}", "$data.count", "4" },
    { "{n: $data.y.size}", "$(n + data.x.size)", "3" },
    { "{}", "$env.NNT_UNITS", "5" },
};

START_TEST(values)
{
    char *yaml =
        arena_printf(&memory, HEAD "vars: %s\n" DATA "model: [{dense: %s}]\n" REST,
                     replaced[_i].vars, replaced[_i].units);

    setenv("NNT_UNITS", "5", 1);
    ck_assert_str_eq(UNITS(read_text(yaml)), replaced[_i].value);
}
END_TEST

START_TEST(a_variable_may_be_a_list_an_item_or_a_section)
{
    struct spec *s =
        read_text(HEAD "vars:\n  body: [{dense: 2}, $act]\n  act: {leaky_relu: 0.5}\n"
                       "  terms: [mse]\n" DATA "model: $body\nloss: $terms\n"
                       "optim: sgd\ntrain: {epochs: 1}\n");

    ck_assert_str_eq(wiring(&s->model), "dense1=dense(x) leaky_relu1=leaky_relu(dense1)");
    ck_assert_str_eq(RESOLVED(s, "model", "1", "leaky_relu", "slope"), "0.5");
}
END_TEST

START_TEST(a_block_has_arguments_of_its_own)
{
    struct spec *s =
        read_text(HEAD "vars: {n: 2}\n" DATA
                       "blocks:\n  b:\n    args: {n: 9}\n    layers: [{dense: $n}]\n"
                       "model: [b, {b: $(n * 3)}, {b: {n: $n}}]\n" REST);

    ck_assert_str_eq(RESOLVED(s, "model", "0", "dense", "units"), "9");
    ck_assert_str_eq(RESOLVED(s, "model", "1", "dense", "units"), "6");
    ck_assert_str_eq(RESOLVED(s, "model", "2", "dense", "units"), "2");
}
END_TEST

START_TEST(what_is_never_used_gets_a_warning)
{
    read_text(HEAD "vars: {n: 2, m: 3}\n" MODEL("$n"));
    ck_assert_str_eq(message(0), "3:14: variable 'm' is never used");
    ck_assert_int_eq(said.entries[0].severity, DIAG_WARNING);
}
END_TEST

START_TEST(quotes_make_text)
{
    read_text("nnpipe: 1\nname: \"$n\"\nvars: {n: 2}\n" MODEL("$n"));
    ck_assert_uint_eq(said.n, 0);
    ck_assert_str_eq(opened->name, "$n");
}
END_TEST

START_TEST(too_many_values_are_refused)
{
    char *vars = arena_strdup(&memory, "  v0: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");

    for (int i = 1; i < 9; i++)
        vars = arena_printf(&memory, "%s  v%d: [$v%d, $v%d, $v%d, $v%d, $v%d, $v%d]\n",
                            vars, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    char *yaml = arena_printf(&memory, HEAD "vars:\n%s" MODEL("$v8"), vars);

    ck_assert_ptr_null(read_set(yaml, NULL));
    for (size_t i = 0; i < said.n; i++)
        if (strcmp(said.entries[i].code, "too-large") == 0)
            return;
    ck_abort_msg("%s", message(0));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("vars");
    TCase *t = tcase_create("vars");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, values, 0, COUNT(replaced));
    tcase_add_test(t, a_variable_may_be_a_list_an_item_or_a_section);
    tcase_add_test(t, a_block_has_arguments_of_its_own);
    tcase_add_test(t, what_is_never_used_gets_a_warning);
    tcase_add_test(t, quotes_make_text);
    tcase_add_test(t, too_many_values_are_refused);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
