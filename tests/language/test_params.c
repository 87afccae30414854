/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <nnpipe/data.h>
#include "base/strbuf.h"
#include "language/params.h"
#include "support/messages.h"

struct all { /* a parameter of every type */
    int64_t         units;
    int32_t         bias, pad;
    double          rate;
    const char     *name, *file, *then;
    int32_t         mode;
    nnp_list        kernel, mean, columns;
    const nnp_node *rows;
};

#define AT(m) offsetof(struct all, m)
static const nnp_param table[] = {
    { "units", NNP_INT | NNP_MAIN, AT(units), NULL, "[1,inf)", "output features", NULL },
    { "bias", NNP_BOOL, AT(bias), "true", NULL, "add a bias", NULL },
    { "rate", NNP_REAL | NNP_LIVE, AT(rate), "0.1", "(0,1]", "step", "per update" },
    { "name", NNP_STR, AT(name), "", NULL, "what to call it", NULL },
    { "file", NNP_PATH, AT(file), "", NULL, "where it is", NULL },
    { "activation", NNP_STR | NNP_FOLLOWED_BY, AT(then), "", NULL, "layer behind", NULL },
    { "mode", NNP_ENUM, AT(mode), "same", "valid|same|full", "edges", NULL },
    { "kernel", NNP_INTS, AT(kernel), "[3, 3]", "[1,9]", "size", NULL },
    { "mean", NNP_REALS, AT(mean), "", NULL, "per channel", NULL },
    { "columns", NNP_STRS, AT(columns), "", NULL, "names", NULL },
    { "rows", NNP_TREE, AT(rows), "", NULL, "the data", NULL },
};
static const nnp_component dense = { .self_size = sizeof(struct all), NNP_PARAMS(table) };
static const nnp_component bare = { .self_size = 0 };

static const nnp_param tree_table[] = {
    { "of", NNP_TREE | NNP_MAIN, 0, "", NULL, "anything", NULL },
};
static const nnp_component tree = { .self_size = sizeof(void *), NNP_PARAMS(tree_table) };

struct places {
    nnp_list        files;
    const nnp_node *map;
};

static const nnp_param paths_table[] = {
    { "files", NNP_STRS | NNP_PATHS, offsetof(struct places, files), "", NULL, "some",
      NULL },
    { "map", NNP_TREE | NNP_PATHS, offsetof(struct places, map), "", NULL, "some", NULL },
};
static const nnp_component places = { .self_size = sizeof(struct places),
                                      NNP_PARAMS(paths_table) };

static struct arena a;
static struct diag  d;
static struct all   c;
static const char  *data; /* the folder of data sets */

static void start(void)
{
    memset(&c, 0xa5, sizeof c); /* whatever was there is replaced */
}

static void stop(void)
{
    arena_close(&a);
}

static int apply_to(const nnp_component *to, const char *yaml, void *self)
{
    struct node *value = NULL;

    if (yaml) {
        value = parse(&a, yaml, &d);
        ck_assert_ptr_nonnull(value);
    } else {
        diag_init(&d, &a);
    }
    static const struct source file = { .name = "t.yaml", .text = "", .n_lines = 1 };
    struct at item = { .source = &file, .line = 99, .column = 7, .length = 5 };
    return params_apply(&(struct params_of){ &a, to, "dense", &item, NULL }, value, self,
                        &d);
}

static int apply(const char *yaml)
{
    return apply_to(&dense, yaml, &c);
}

/* ---- what is taken ---- */

START_TEST(defaults_fill_what_is_not_said)
{
    ck_assert_int_eq(apply("units: 5"), 0);
    ck_assert_int_eq(c.units, 5);
    ck_assert_int_eq(c.bias, 1);
    ck_assert_double_eq(c.rate, 0.1);
    ck_assert_str_eq(c.name, "");
    ck_assert_str_eq(c.file, "");
    ck_assert_int_eq(c.mode, 1);
    ck_assert_uint_eq(c.kernel.n, 2);
    ck_assert_int_eq(((const int64_t *)c.kernel.v)[1], 3);
    ck_assert_uint_eq(c.mean.n, 0);
    ck_assert_uint_eq(c.columns.n, 0);
    ck_assert_ptr_null(c.rows);
}
END_TEST

START_TEST(every_type_is_read)
{
    ck_assert_int_eq(apply("{units: 1e2, bias: false, rate: .5, name: 12, mode: full, "
                           "activation: relu, kernel: [5, 0x7], mean: [1, -2.5, .inf], "
                           "columns: [a, 2, 'b c'], file: /no/such}"),
                     0);
    ck_assert_int_eq(c.units, 100);
    ck_assert_int_eq(c.bias, 0);
    ck_assert_double_eq(c.rate, 0.5);
    ck_assert_str_eq(c.name, "12");
    ck_assert_str_eq(c.then, "relu");
    ck_assert_str_eq(c.file, "/no/such");
    ck_assert_int_eq(c.mode, 2);
    ck_assert_int_eq(((const int64_t *)c.kernel.v)[1], 7);
    ck_assert_uint_eq(c.mean.n, 3);
    ck_assert_double_eq(((const double *)c.mean.v)[1], -2.5);
    ck_assert_double_eq(((const double *)c.mean.v)[2], (double)INFINITY);
    ck_assert_str_eq(((const char *const *)c.columns.v)[1], "2");
    ck_assert_str_eq(((const char *const *)c.columns.v)[2], "b c");
}
END_TEST

START_TEST(a_bare_value_is_the_main_parameter)
{
    ck_assert_int_eq(apply("256"), 0);
    ck_assert_int_eq(c.units, 256);
    ck_assert_str_eq(params_main(&dense)->name, "units");
    ck_assert_ptr_null(params_main(&bare));
}
END_TEST

START_TEST(one_value_is_a_list_of_one)
{
    ck_assert_int_eq(apply("{units: 1, kernel: 5, mean: 2, columns: x}"), 0);
    ck_assert_uint_eq(c.kernel.n, 1);
    ck_assert_int_eq(*(const int64_t *)c.kernel.v, 5);
    ck_assert_double_eq(*(const double *)c.mean.v, 2);
    ck_assert_str_eq(*(const char *const *)c.columns.v, "x");
}
END_TEST

START_TEST(lists_of_lists_are_one_list_row_by_row)
{
    ck_assert_int_eq(apply("{units: 1, mean: [[1, 2], [3, 4]]}"), 0);
    ck_assert_uint_eq(c.mean.n, 4);
    ck_assert_double_eq(((const double *)c.mean.v)[2], 3);
}
END_TEST

START_TEST(null_leaves_the_default)
{
    ck_assert_int_eq(apply("{units: 1, rate: null, kernel: ~, rows: }"), 0);
    ck_assert_double_eq(c.rate, 0.1);
    ck_assert_uint_eq(c.kernel.n, 2);
    ck_assert_ptr_null(c.rows);
}
END_TEST

START_TEST(a_component_without_parameters_takes_nothing)
{
    char self = 'x';

    ck_assert_int_eq(apply_to(&bare, NULL, &self), 0);
    ck_assert_int_eq(apply_to(&bare, "{}", &self), 0);
    ck_assert_int_eq(apply_to(&bare, "~", &self), 0);
    ck_assert_int_eq(self, 'x');
}
END_TEST

START_TEST(a_tree_keeps_its_shape)
{
    ck_assert_int_eq(apply("{units: 1, rows: {x: [1, 2.5, a, '7'], y: , z: {}}}"), 0);
    const nnp_node *x = &c.rows->child[0], *y = &c.rows->child[1];

    ck_assert_uint_eq(c.rows->kind, NNP_MAP);
    ck_assert_uint_eq(c.rows->n, 3);
    ck_assert_ptr_null(c.rows->key);
    ck_assert_str_eq(x->key, "x");
    ck_assert_uint_eq(x->kind, NNP_SEQ);
    ck_assert_uint_eq(x->n, 4);
    ck_assert_uint_eq(x->child[0].kind, NNP_SCALAR);
    ck_assert_double_eq(x->child[0].number, 1);
    ck_assert_double_eq(x->child[1].number, 2.5);
    ck_assert(isnan(x->child[2].number));
    ck_assert_str_eq(x->child[2].text, "a");
    ck_assert(isnan(x->child[3].number)); /* in quotes: a text */
    ck_assert_str_eq(x->child[3].text, "7");
    ck_assert_uint_eq(y->kind, NNP_SCALAR);
    ck_assert_str_eq(y->text, "");
    ck_assert_uint_eq(c.rows->child[2].kind, NNP_MAP);
    ck_assert_uint_eq(c.rows->child[2].n, 0);
}
END_TEST

START_TEST(a_lone_tree_takes_a_whole_map)
{
    const nnp_node *of;

    ck_assert_int_eq(apply_to(&tree, "{a: 1, b: 2}", &of), 0);
    ck_assert_uint_eq(of->n, 2);
    ck_assert_str_eq(of->child[1].key, "b");
}
END_TEST

/* ---- paths ---- */

static const char *path_of(const char *pipeline, const char *file)
{
    struct at        at = { .source = &(struct source){ .name = pipeline }, .line = 1 };
    struct params_of of = { &a, &dense, "dense", &at, data };
    struct node     *map = tree_new(&a, NODE_MAP, at);

    diag_init(&d, &a);
    tree_set(&a, map, "units", at, tree_scalar(&a, "1", at));
    tree_set(&a, map, "file", at, tree_scalar(&a, file, at));
    ck_assert_int_eq(params_apply(&of, map, &c, &d), 0);
    return c.file;
}

START_TEST(a_path_is_looked_up_beside_the_file_first)
{
    const char *beside = nnt_text_file("near.csv", "1\n");
    const char *pipeline = arena_printf(&a, "%s/p.yaml", nnt_folder());

    data = nnt_folder();
    ck_assert_str_eq(path_of(pipeline, "near.csv"), beside);
    ck_assert_str_eq(path_of("else/where/p.yaml", "near.csv"), beside);
    ck_assert_str_eq(path_of(pipeline, beside), beside);
}
END_TEST

static void point_at(struct node *n, const struct source *file)
{
    n->at.source = file;
    for (size_t i = 0; n->kind != NODE_SCALAR && i < n->n; i++)
        point_at(n->values[i], file);
}

/* Elements of a list are paths; of a tree only what is there is one. */
START_TEST(paths_in_lists_and_trees_are_looked_up_too)
{
    const char          *near = nnt_text_file("near.csv", "1\n");
    struct places        p = { 0 };
    static struct source file;
    struct node         *value =
        parse(&a,
              "{files: [near.csv, gone.csv], "
              "map: {near.csv: near.csv, more: [gone.csv, {at: near.csv}, 3]}}",
              &d);

    file = *value->at.source;
    file.name = arena_printf(&a, "%s/p.yaml", nnt_folder());
    point_at(value, &file);
    ck_assert_int_eq(
        params_apply(&(struct params_of){ &a, &places, "it", NULL, NULL }, value, &p, &d),
        0);
    ck_assert_uint_eq(p.files.n, 2);
    ck_assert_str_eq(((const char *const *)p.files.v)[0], near);
    ck_assert_str_eq(((const char *const *)p.files.v)[1],
                     arena_printf(&a, "%s/gone.csv", nnt_folder()));
    ck_assert_str_eq(p.map->child[0].key, "near.csv");
    ck_assert_str_eq(p.map->child[0].text, near);
    ck_assert_str_eq(p.map->child[1].child[0].text, "gone.csv");
    ck_assert_str_eq(p.map->child[1].child[1].child[0].text, near);
    ck_assert_double_eq(p.map->child[1].child[2].number, 3);
}
END_TEST

START_TEST(a_path_nobody_has_stays_beside_the_file)
{
    data = "/no/such/folder";
    ck_assert_str_eq(path_of("pipes/p.yaml", "gone.csv"), "pipes/gone.csv");
    ck_assert_str_eq(path_of("p.yaml", "gone.csv"), "gone.csv");
    ck_assert_str_eq(path_of("pipes/p.yaml", "/gone.csv"), "/gone.csv");
    ck_assert_str_eq(path_of("pipes/p.yaml", ""), "");
}
END_TEST

/* ---- what is refused ---- */

static const struct {
    const char *yaml, *message;
} refused[] = {
    { "{unit: 3, units: 4}", "1:2: dense: no parameter is called 'unit'; 'units' is\n" },
    { "{units: 4, zebra: 1}", "1:12: dense: no parameter is called 'zebra'\n" },
    { "units: 0", "1:8: units: 0 is outside [1,inf)\n" },
    { "units: -3", "1:8: units: -3 is outside [1,inf)\n" },
    { "0", "1:1: units: 0 is outside [1,inf)\n" },
    { "units: 2.5", "1:8: units: 2.5 is not a whole number\n" },
    { "units: .inf", "1:8: units: .inf is not a whole number\n" },
    { "units: 1e20", "1:8: units: 1e20 is not a whole number\n" },
    { "units: many", "1:8: units: 'many' is not a whole number\n" },
    { "units: '12'", "1:8: units: '12' is not a whole number\n" },
    { "units: 010", "1:8: units: '010' is not a whole number\n" },
    { "units: [1]", "1:8: units: a single value is needed\n" },
    { "units: {a: 1}", "1:8: units: a single value is needed\n" },
    { "[1]", "1:1: units: a single value is needed\n" },
    { "units:", "1:7: units: a single value is needed\n" },
    { "{}", "99:7: dense: units is required (output features)\n" },
    { "bias: false", "99:7: dense: units is required (output features)\n" },
    { "{units: 1, rate: 0}", "1:18: rate: 0 is outside (0,1] per update\n" },
    { "{units: 1, rate: 1.01}", "1:18: rate: 1.01 is outside (0,1] per update\n" },
    { "{units: 1, rate: .nan}", "1:18: rate: '.nan' is not a number\n" },
    { "{units: 1, rate: 1_0}", "1:18: rate: '1_0' is not a number\n" },
    { "{units: 1, bias: yes}", "1:18: bias: 'yes' is not true or false\n" },
    { "{units: 1, bias: [true]}", "1:18: bias: a single value is needed\n" },
    { "{units: 1, mode: sme}",
      "1:18: mode: 'sme' is not one of valid|same|full; 'same' is near\n" },
    { "{units: 1, mode: 3}", "1:18: mode: '3' is not one of valid|same|full\n" },
    { "{units: 1, kernel: [3, 10]}", "1:24: kernel: 10 is outside [1,9]\n" },
    { "{units: 1, kernel: [3, x]}", "1:24: kernel: 'x' is not a whole number\n" },
    { "{units: 1, kernel: [3, ~]}", "1:24: kernel: a list of single values is needed\n" },
    { "{units: 1, kernel: {a: 1}}", "1:20: kernel: a list is needed\n" },
    { "{units: 1, mean: [{a: 1}]}", "1:19: mean: a list of single values is needed\n" },
    { "{units: 1, name: [a]}", "1:18: name: a single value is needed\n" },
    { "{units: 0, rate: 7, mode: x, what: 1}",
      "1:9: units: 0 is outside [1,inf)\n"
      "t.yaml:1:18: rate: 7 is outside (0,1] per update\n"
      "t.yaml:1:27: mode: 'x' is not one of valid|same|full\n"
      "t.yaml:1:30: dense: no parameter is called 'what'\n" },
};

START_TEST(bad_values_are_refused_where_they_stand)
{
    const char *want = arena_printf(&a, "t.yaml:%s", refused[_i].message);

    ck_assert_int_eq(apply(refused[_i].yaml), -1);
    ck_assert_str_eq(messages(&a, &d), want);
}
END_TEST

START_TEST(nothing_at_all_names_what_is_required)
{
    ck_assert_int_eq(apply(NULL), -1);
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml:99:7: dense: units is required (output features)\n");
    ck_assert_uint_eq(d.entries[0].at.length, 5);
}
END_TEST

START_TEST(a_component_without_parameters_refuses_them)
{
    ck_assert_int_eq(apply_to(&bare, "{a: 1}", &c), -1);
    ck_assert_str_eq(messages(&a, &d),
                     "t.yaml:1:2: dense: takes no parameters; 'a' is none\n");
    ck_assert_int_eq(apply_to(&bare, "7", &c), -1);
    ck_assert_str_eq(messages(&a, &d), "t.yaml:1:1: dense: takes no value\n");
}
END_TEST

START_TEST(near_words_come_with_a_fix)
{
    ck_assert_int_eq(apply("{unit: 3, mode: sme}"), -1);
    diag_sort(&d);
    ck_assert_str_eq(d.entries[0].fix, "units");
    ck_assert_uint_eq(d.entries[0].at.length, 4);
    ck_assert_str_eq(d.entries[1].fix, "same");
}
END_TEST

START_TEST(look_alikes_come_with_a_hint)
{
    apply("units: '12'");
    ck_assert_str_eq(d.entries[0].notes[0], "try   12 without quotes");
    apply("units: 1_000");
    ck_assert_str_eq(d.entries[0].notes[0], "write the digits without '_'");
    apply("{units: 1, bias: yes}");
    ck_assert_str_eq(d.entries[0].notes[0], "write true");
}
END_TEST

/* ---- while running ---- */

START_TEST(numbers_can_be_changed_and_asked_for)
{
    double v;

    ck_assert_int_eq(apply("5"), 0);
    ck_assert_int_eq(params_set(&dense, &c, "rate", 0.5), 0);
    ck_assert_double_eq(c.rate, 0.5);
    ck_assert_int_eq(params_set(&dense, &c, "rate", 0), -1);
    ck_assert_int_eq(params_set(&dense, &c, "rate", (double)NAN), -1);
    ck_assert_double_eq(c.rate, 0.5);
    ck_assert_int_eq(params_set(&dense, &c, "units", 7), 0);
    ck_assert_int_eq(c.units, 7);
    ck_assert_int_eq(params_set(&dense, &c, "units", 1e30), -1);
    ck_assert_int_eq(params_set(&dense, &c, "units", (double)INFINITY), -1);
    ck_assert_int_eq(params_set(&dense, &c, "name", 1), -1);
    ck_assert_int_eq(params_set(&dense, &c, "nobody", 1), -1);
    ck_assert_int_eq(params_get(&dense, &c, "units", &v), 0);
    ck_assert_double_eq(v, 7);
    ck_assert_int_eq(params_get(&dense, &c, "rate", &v), 0);
    ck_assert_double_eq(v, 0.5);
    ck_assert_int_eq(params_get(&dense, &c, "mode", &v), 0);
    ck_assert_double_eq(v, 1);
    ck_assert_int_eq(params_get(&dense, &c, "name", &v), -1);
    ck_assert_int_eq(params_get(&dense, &c, "nobody", &v), -1);
}
END_TEST

/* ---- back to YAML ---- */

static const struct {
    const char *yaml, *resolved;
} resolved[] = {
    { "5", "units: 5\nbias: true\nrate: 0.1\nmode: same\nkernel: [3, 3]\n" },
    { "{units: 1, rate: 1e-3, bias: false, name: '12', mode: valid, kernel: 5,"
      " mean: [0.1, 1e30, .inf], columns: [a, 'yes', '7'], activation: relu}",
      "units: 1\nbias: false\nrate: 0.001\nname: \"12\"\nactivation: relu\nmode: valid\n"
      "kernel: [5]\nmean: [0.1, 1e+30, .inf]\ncolumns: [a, \"yes\", \"7\"]\n" },
    { "{units: 1, rows: {x: [1, '1', a, .nan], y: , z: {}}}",
      "units: 1\nbias: true\nrate: 0.1\nmode: same\nkernel: [3, 3]\n"
      "rows:\n  x: [1, \"1\", a, .nan]\n  y:\n  z: {}\n" },
};

START_TEST(values_read_back_as_yaml)
{
    struct strbuf s = { 0 };

    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(apply(again ? strbuf_text(&s) : resolved[_i].yaml), 0);
        strbuf_close(&s);
        tree_print(params_node(&a, &dense, &c, (struct at){ 0 }), &s);
        ck_assert_str_eq(strbuf_text(&s), resolved[_i].resolved);
    }
    strbuf_close(&s);
}
END_TEST

/* ---- ranges ---- */

static const struct {
    const char *text;
    double      in[2], out[2];
} intervals[] = {
    { "[0,1)", { 0, 0.999 }, { -1e-9, 1 } },
    { "(0,1]", { 1e-9, 1 }, { 0, 1.001 } },
    { "[1,1]", { 1, 1 }, { 0.5, 1.5 } },
    { "(0,inf)", { 1e-300, 1e300 }, { 0, (double)INFINITY } },
    { "(0,inf]", { 1, (double)INFINITY }, { 0, -1 } },
    { "[-1, 1]", { -1, 1 }, { -1.1, 1.1 } },
    { "(-inf,0)", { -1e9, -1 }, { 0, -(double)INFINITY } },
    { "[1e-3,.5]", { 1e-3, 0.5 }, { 0, 0.6 } },
};

START_TEST(intervals_hold_what_they_say)
{
    struct range r;

    ck_assert_int_eq(range_parse(&a, intervals[_i].text, &r), 0);
    for (int i = 0; i < 2; i++) {
        ck_assert(range_holds(&r, intervals[_i].in[i]));
        ck_assert(!range_holds(&r, intervals[_i].out[i]));
    }
    ck_assert(!range_holds(&r, (double)NAN));
    ck_assert_ptr_null(r.words);
}
END_TEST

START_TEST(words_have_numbers)
{
    struct range r;

    ck_assert_int_eq(range_parse(&a, "same|valid", &r), 0);
    ck_assert_int_eq(range_word(&r, "same"), 0);
    ck_assert_int_eq(range_word(&r, "valid"), 1);
    ck_assert_int_eq(range_word(&r, "sam"), -1);
    ck_assert_int_eq(range_parse(&a, "only", &r), 0);
    ck_assert_int_eq(range_word(&r, "only"), 0);
    ck_assert_ptr_null(r.words[1]);
}
END_TEST

static const char *const broken[] = { "",        "[",     "[0",     "[0,", "[0,1",
                                      "[1,0]",   "(1,1]", "[a,b]",  "0,1", "[0,1]x",
                                      "[nan,1]", "a||b",  "|a",     "a|",  "a|a",
                                      "a b",     "[0;1]", "[0,1,2]" };

START_TEST(broken_ranges_are_refused)
{
    struct range r;

    ck_assert_int_eq(range_parse(&a, broken[_i], &r), -1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("params");
    TCase *taken = tcase_create("values");
    TCase *bad = tcase_create("refusals");
    TCase *later = tcase_create("later");
    TCase *ranges = tcase_create("ranges");

    tcase_add_checked_fixture(taken, start, stop);
    tcase_add_test(taken, defaults_fill_what_is_not_said);
    tcase_add_test(taken, every_type_is_read);
    tcase_add_test(taken, a_bare_value_is_the_main_parameter);
    tcase_add_test(taken, one_value_is_a_list_of_one);
    tcase_add_test(taken, lists_of_lists_are_one_list_row_by_row);
    tcase_add_test(taken, null_leaves_the_default);
    tcase_add_test(taken, a_component_without_parameters_takes_nothing);
    tcase_add_test(taken, a_tree_keeps_its_shape);
    tcase_add_test(taken, a_lone_tree_takes_a_whole_map);
    tcase_add_test(taken, a_path_is_looked_up_beside_the_file_first);
    tcase_add_test(taken, paths_in_lists_and_trees_are_looked_up_too);
    tcase_add_test(taken, a_path_nobody_has_stays_beside_the_file);
    tcase_add_checked_fixture(bad, start, stop);
    tcase_add_loop_test(bad, bad_values_are_refused_where_they_stand, 0,
                        (int)COUNT(refused));
    tcase_add_test(bad, nothing_at_all_names_what_is_required);
    tcase_add_test(bad, a_component_without_parameters_refuses_them);
    tcase_add_test(bad, near_words_come_with_a_fix);
    tcase_add_test(bad, look_alikes_come_with_a_hint);
    tcase_add_checked_fixture(later, start, stop);
    tcase_add_test(later, numbers_can_be_changed_and_asked_for);
    tcase_add_loop_test(later, values_read_back_as_yaml, 0, (int)COUNT(resolved));
    tcase_add_checked_fixture(ranges, start, stop);
    tcase_add_loop_test(ranges, intervals_hold_what_they_say, 0, (int)COUNT(intervals));
    tcase_add_test(ranges, words_have_numbers);
    tcase_add_loop_test(ranges, broken_ranges_are_refused, 0, (int)COUNT(broken));
    suite_add_tcase(s, taken);
    suite_add_tcase(s, bad);
    suite_add_tcase(s, later);
    suite_add_tcase(s, ranges);
    return nnt_main(s);
}
