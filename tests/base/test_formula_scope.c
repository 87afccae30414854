/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/formula_scope.h"

#include <check.h>
#include <string.h>

#include "support/nnt.h"

static bool lr_is_half(void *arg, const char *name, double *value)
{
    (void)arg;
    *value = 0.5;
    return strcmp(name, "lr") == 0;
}

static bool run(struct formula_scope *s, const char *text)
{
    struct arena           a = { 0 };
    struct diag            d;
    const struct formula **all;

    diag_init(&d, &a);
    all = formula_parse(&a, text, "formula", &d);
    ck_assert_ptr_nonnull(all);
    bool ran = formula_scope_run(s, all);
    for (size_t i = 0; i < s->n; i++) /* the names are in the arena */
        s->v[i].name = strcmp(s->v[i].name, "w") == 0 ? "w" : "other";
    arena_close(&a);
    return ran;
}

START_TEST(what_one_statement_defines_the_next_ones_know)
{
    struct formula_scope s = { .outer = lr_is_half };
    double               w = 0;

    formula_scope_set(&s, "g", 3);
    formula_scope_set(&s, "w", 1);
    ck_assert(run(&s, "d = g + 1; w = w - lr d"));
    ck_assert(formula_scope_find(&s, "w", &w));
    ck_assert_double_eq(w, -1);
}
END_TEST

START_TEST(what_is_not_known_or_defines_nothing_has_no_value)
{
    struct formula_scope s = { .n = 0 }, t = { .n = 0 };

    ck_assert(!run(&s, "w = lr"));
    ck_assert(!run(&t, "1 + 1"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("formula_scope");
    TCase *t = tcase_create("scope");

    tcase_add_test(t, what_one_statement_defines_the_next_ones_know);
    tcase_add_test(t, what_is_not_known_or_defines_nothing_has_no_value);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
