/* SPDX-License-Identifier: MIT */
/* Every case of tests/reference/layers.txt, which PyTorch computed in double precision.
 */
#include <config.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/nnt.h"

enum { MOST = 256 }; /* numbers of a tensor */

struct line {
    char              role[16];
    unsigned          number;
    int64_t           shape[8];
    double            values[MOST];
    struct nnt_shape  s;
    struct nnt_values v;
};

static FILE *open_reference(void)
{
    char        path[4096];
    const char *folder = getenv("srcdir");

    snprintf(path, sizeof path, "%s/tests/reference/layers.txt", folder ? folder : ".");
    FILE *f = fopen(path, "r");
    ck_assert_msg(f, "%s is missing", path);
    return f;
}

/* "in 0: 3 5 : 1.5 -2 ..." */
static void parse(const char *text, struct line *l)
{
    int   used = 0;
    char *end;

    *l = (struct line){ .number = 0 };
    ck_assert_int_eq(sscanf(text, "%15s %u:%n", l->role, &l->number, &used), 2);
    for (text += used; *(text += strspn(text, " ")) != ':'; text = end)
        l->shape[l->s.n++] = strtoll(text, &end, 10);
    for (text++; *(text += strspn(text, " \n")); text = end) {
        ck_assert_uint_lt(l->v.n, MOST);
        l->values[l->v.n++] = strtod(text, &end);
    }
    l->s.v = l->shape;
    l->v.v = l->values;
}

static void compare(const char *role, const nnp_tensor *got, const struct line *l)
{
    if (strcmp(l->role, role) != 0)
        return;
    nnt_expect_shape(&got[l->number], NNP_F32, l->s);
    nnt_expect(&got[l->number], l->v);
}

static void use(struct nnt *t, const char *text)
{
    struct line l;

    parse(text, &l);
    if (strcmp(l.role, "in") == 0) {
        nnt_in(t, NNP_F32, l.s, l.v);
        nnt_setup(t);
    }
    if (strcmp(l.role, "weight") == 0)
        nnt_set(&t->weight[l.number], l.v);
    if (strcmp(l.role, "dout") == 0) {
        nnt_set(&t->dout[0], l.v);
        nnt_forward(t);
        nnt_backward(t);
    }
    compare("out", t->out, &l);
    compare("din", t->din, &l);
    compare("dweight", t->dweight, &l);
}

/* Cases are looked for by number, so that each is a test of its own. */
START_TEST(agrees_with_the_reference)
{
    FILE       *f = open_reference();
    char        text[8192];
    char        name[32], yaml[64];
    struct nnt *t = NULL;
    int         cases = -1;

    while (fgets(text, sizeof text, f)) {
        if (sscanf(text, "layer %31s %63[^\n]", name, yaml) == 2) {
            if (++cases == _i)
                t = nnt_open("layer", name, yaml);
        } else if (cases == _i) {
            use(t, text);
        }
    }
    fclose(f);
    ck_assert_msg(t, "there is no case %d", _i);
    nnt_close(t);
}
END_TEST

START_TEST(no_case_is_forgotten)
{
    FILE *f = open_reference();
    char  text[8192];
    int   cases = 0;

    while (fgets(text, sizeof text, f))
        cases += strncmp(text, "layer ", 6) == 0;
    fclose(f);
    ck_assert_int_eq(cases, 59);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reference");
    TCase *t = tcase_create("layer");

    tcase_add_loop_test(t, agrees_with_the_reference, 0, 59);
    tcase_add_test(t, no_case_is_forgotten);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
