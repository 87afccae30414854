/* SPDX-License-Identifier: MIT */
/* What every estimator with a target owes, whatever the rows: shares that are numbers and
 * add up to 1, or a sentence. */
#include <config.h>
#include "support/nnt.h"

#include <math.h>

#include "conformance/probe.h"

static const char *const tellers[] = { "gaussian_nb", "logistic",   "knn: 1",
                                       "tree",        "svm",        "bernoulli_nb",
                                       "forest: 5",   "boosting: 5" };

static struct nnt *teller(int which)
{
    char  name[32], *colon;
    char *yaml = NULL;

    snprintf(name, sizeof name, "%s", tellers[which]);
    if ((colon = strchr(name, ':'))) {
        *colon = 0;
        yaml = colon + 2;
    }
    return nnt_open("estimator", name, yaml);
}

/* Fits as a run would; the code of a refusal, or 0. */
static int learn(struct nnt *t)
{
    int rc = NNP_AGAIN;

    nnt_setup(t);
    for (uint64_t pass = 0; rc == NNP_AGAIN && pass < 3000; pass++) {
        for (uint32_t k = 0; k < t->ctx->n_state; k++)
            if (instance_decl(&t->probe->inst, NNP_STATE, k)->flags & NNP_SUM)
                nnt_fill(&t->state[k], 0);
        t->ctx->step = pass;
        rc = probe_call(t->probe, PROBE_FIT);
        rc = rc < 0 ? rc : probe_call(t->probe, PROBE_FINISH);
    }
    t->ctx->step = 0;
    ck_assert_int_ne(rc, PROBE_BROKEN);
    ck_assert_int_ne(rc, NNP_AGAIN);
    ck_assert(rc == 0 || *t->probe->inst.reason);
    return rc;
}

static void check_shares(struct nnt *t)
{
    size_t k = nnp_row(&t->out[0]);

    nnt_forward(t);
    for (size_t i = 0; i < nnp_count(&t->out[0]) / k; i++) {
        double sum = 0;
        for (size_t j = 0; j < k; j++) {
            double v = nnt_get(&t->out[0], i * k + j);
            ck_assert(v >= 0 && v <= 1);
            sum += v;
        }
        ck_assert(k == 1 || fabs(sum - 1) < 1e-5);
    }
}

#define LEARNS(x_shape, x, y_shape, y)                                                   \
    do {                                                                                 \
        struct nnt *t = teller(_i);                                                      \
        nnt_in(t, NNP_F32, x_shape, x);                                                  \
        nnt_in(t, NNP_F32, y_shape, y);                                                  \
        ck_assert_int_eq(learn(t), 0);                                                   \
        check_shares(t);                                                                 \
        nnt_close(t);                                                                    \
    } while (0)

START_TEST(constant_columns)
{
    LEARNS(S(4, 2), V(7, 7, 7, 7, 7, 7, 7, 7), S(4, 1), V(0, 1, 1, 0));
    LEARNS(S(4, 2), V(7, 0, 7, 1, 7, 2, 7, 3), S(4, 1), V(0, 0, 1, 1));
}
END_TEST

START_TEST(equal_rows_of_different_classes)
{
    LEARNS(S(4, 1), V(1, 1, 2, 2), S(4, 1), V(0, 1, 0, 1));
    LEARNS(S(3, 1), V(1, 1, 1), S(3, 3), V(1, 0, 0, 0, 1, 0, 0, 0, 1));
}
END_TEST

START_TEST(huge_numbers)
{
    LEARNS(S(4, 2), V(1e30, 1, -1e30, 2, 1e30, 3, 0, 4), S(4, 1), V(0, 1, 0, 1));
    LEARNS(S(2, 2), V(1e-30, 0, -1e-30, 0), S(2, 1), V(0, 1));
}
END_TEST

START_TEST(a_class_without_rows_is_said)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(3, 2), V(1, 2, 3, 4, 5, 6));
    nnt_in(t, NNP_F32, S(3, 1), V(1, 1, 1));
    int rc = learn(t);
    if (rc)
        ck_assert_str_eq(t->probe->inst.reason, "class 0 has no training rows");
    else
        check_shares(t);
    nnt_close(t);
}
END_TEST

START_TEST(one_row)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(1, 2), V(1, 2));
    nnt_in(t, NNP_F32, S(1, 1), V(1));
    if (!learn(t))
        check_shares(t);
    nnt_close(t);
}
END_TEST

START_TEST(what_is_no_number_has_its_place)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(3, 2), V(1, 2, 3, NAN, 5, 6));
    nnt_in(t, NNP_F32, S(3, 1), V(1, 0, 1));
    ck_assert_str_eq(nnt_fit_refusal(t), "row 1, column 1 of x is not finite");
    nnt_close(t);
}
END_TEST

START_TEST(a_column_of_three_values_is_no_target)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(3, 1), V(1, 2, 3));
    nnt_in(t, NNP_F32, S(3, 1), V(0, 1, 2));
    ck_assert_str_eq(nnt_fit_refusal(t),
                     "the target holds 2 in one column (row 2), where 0 and 1 tell two "
                     "classes; for more, labels are meant: csv: {label: true}");
    nnt_close(t);
}
END_TEST

START_TEST(a_row_without_a_single_one_is_no_class)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(2, 1), V(1, 2));
    nnt_in(t, NNP_F32, S(2, 3), V(0, 1, 0, 1, 0, 1));
    ck_assert_str_eq(nnt_fit_refusal(t),
                     "row 1 of the target is no class: one 1 among zeros is");
    nnt_close(t);
}
END_TEST

START_TEST(labels_are_those_of_the_data)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_F32, S(2, 1), V(1, 2));
    nnt_in(t, NNP_I64, S(2), V(0, 3));
    ck_assert_str_eq(nnt_fit_refusal(t), "row 1 has label 3, the data have 0..2");
    nnt_close(t);
}
END_TEST

START_TEST(bytes_need_a_scale)
{
    struct nnt *t = teller(_i);

    nnt_in(t, NNP_U8, S(2, 1), V(1, 2));
    nnt_in(t, NNP_I64, S(2), V(0, 1));
    ck_assert_str_eq(nnt_setup_refusal(t), "x is not f32: put `scale` before it");
    nnt_close(t);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("target");
    TCase *t = tcase_create("estimators that tell classes");
    int    n = (int)COUNT(tellers);

    tcase_add_loop_test(t, constant_columns, 0, n);
    tcase_add_loop_test(t, equal_rows_of_different_classes, 0, n);
    tcase_add_loop_test(t, huge_numbers, 0, n);
    tcase_add_loop_test(t, a_class_without_rows_is_said, 0, n);
    tcase_add_loop_test(t, one_row, 0, n);
    tcase_add_loop_test(t, what_is_no_number_has_its_place, 0, n);
    tcase_add_loop_test(t, a_column_of_three_values_is_no_target, 0, n);
    tcase_add_loop_test(t, a_row_without_a_single_one_is_no_class, 0, n);
    tcase_add_loop_test(t, labels_are_those_of_the_data, 0, n);
    tcase_add_loop_test(t, bytes_need_a_scale, 0, n);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
