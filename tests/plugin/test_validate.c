/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <string.h>
#include "plugin/validate.h"

struct self {
    double   real;
    int64_t  whole;
    int32_t  truth, word;
    nnp_list list;
    char    *text;
};

static struct arena    arena;
static struct diag     diag;
static struct validate v;

static void open_all(void)
{
    diag_init(&diag, &arena);
    v = (struct validate){ &arena, "x.so", NULL, &diag };
}

static void close_all(void)
{
    arena_close(&arena);
}

static int slot(nnp_ctx *c, void *self)
{
    (void)c;
    (void)self;
    return NNP_OK;
}

static const void *extension(const char *id)
{
    (void)id;
    return NULL;
}

static const char *first_message(void)
{
    return diag.n ? diag.entries[0].text : "accepted";
}

/* ---- rows of the parameter table ---- */

#define ROW(name, type, member, def, range)                                              \
    {                                                                                    \
        name, type, offsetof(struct self, member), def, range, "doc", NULL               \
    }

static const nnp_param right[] = {
    ROW("a", NNP_REAL, real, "0.5", "[0,1)"),
    ROW("a", NNP_REAL | NNP_LIVE | NNP_MAIN, real, "1e-3", "(0,inf)"),
    ROW("a", NNP_REAL, real, ".nan", NULL),
    ROW("a", NNP_REAL, real, NULL, NULL),
    ROW("a_1", NNP_INT, whole, "-3", NULL),
    ROW("a", NNP_BOOL, truth, "true", NULL),
    ROW("a", NNP_ENUM, word, "same", "same|valid"),
    ROW("a", NNP_ENUM, word, NULL, "same|valid"),
    ROW("a", NNP_INTS, list, "[1, 2]", "[1,inf)"),
    ROW("a", NNP_REALS, list, "0.5", "[0,1]"),
    ROW("a", NNP_STRS, list, "", NULL),
    ROW("a", NNP_STRS, list, "[x, y]", "x|y"),
    ROW("a", NNP_STR | NNP_FOLLOWED_BY, text, "", NULL),
    ROW("a", NNP_STR, text, "b", "a|b"),
    ROW("a", NNP_STR, text, "", "a|b"),
    ROW("a", NNP_PATH, text, "data/x.csv", NULL),
    ROW("a", NNP_TREE, text, "", NULL),
    ROW("a", NNP_REAL | 1u << 30, real, "0", NULL), /* an unknown flag costs nothing */
};

START_TEST(a_right_row_is_accepted)
{
    ck_assert_int_eq(validate_param(&v, "layer x", &right[_i], sizeof(struct self)), 0);
    ck_assert_uint_eq(diag.n, 0);
}
END_TEST

static const struct {
    nnp_param   row;
    const char *message;
} wrong[] = {
    { ROW("", NNP_REAL, real, "0", NULL), "parameter : has no name" },
    { ROW("1a", NNP_REAL, real, "0", NULL),
      "parameter 1a: a name is a letter a-z, then a-z, 0-9 and _" },
    { ROW("a-b", NNP_REAL, real, "0", NULL),
      "parameter a-b: a name is a letter a-z, then a-z, 0-9 and _" },
    { ROW("a", 0, real, "0", NULL), "parameter a: type 0 is not known to this nnpipe" },
    { ROW("a", 11, real, "0", NULL), "parameter a: type 11 is not known to this nnpipe" },
    { ROW("a", NNP_BOOL | NNP_LIVE, truth, "true", NULL),
      "parameter a: is NNP_LIVE, which only NNP_INT and NNP_REAL can be" },
    { ROW("a", NNP_INT | NNP_FOLLOWED_BY, whole, "1", NULL),
      "parameter a: is NNP_FOLLOWED_BY, which only NNP_STR can be" },
    { { "a", NNP_INT, sizeof(struct self), "1", NULL, "doc", NULL },
      "parameter a: its 8 bytes at offset 48 are outside self (48 bytes)" },
    { { "a", NNP_INT, UINT32_MAX - 3, "1", NULL, "doc", NULL },
      "parameter a: its 8 bytes at offset 4294967292 are outside self (48 bytes)" },
    { { "a", NNP_INTS, 40, "1", NULL, "doc", NULL },
      "parameter a: its 16 bytes at offset 40 are outside self (48 bytes)" },
    { { "a", NNP_BOOL, 2, "true", NULL, "doc", NULL },
      "parameter a: offset 2 is not a multiple of 4" },
    { { "a", NNP_REAL, 0, "1", NULL, "", NULL }, "parameter a: has no doc" },
    { { "a", NNP_REAL, 0, "1", NULL, "two\nlines", NULL },
      "parameter a: its doc is more than one line" },
    { ROW("a", NNP_REAL, real, "2", "[0,1]"), "parameter a: default 2 is outside [0,1]" },
    { ROW("a", NNP_REAL, real, ".nan", "[0,1]"),
      "parameter a: default .nan is outside [0,1]" },
    { ROW("a", NNP_REAL, real, "", NULL), "parameter a: default '' is not a number" },
    { ROW("a", NNP_INT, whole, "1.5", NULL),
      "parameter a: default '1.5' is not a whole number" },
    { ROW("a", NNP_BOOL, truth, "yes", NULL),
      "parameter a: default 'yes' is neither true nor false" },
    { ROW("a", NNP_BOOL, truth, "true", "true|false"),
      "parameter a: range 'true|false': this type takes none" },
    { ROW("a", NNP_REAL, real, "1", "a|b"),
      "parameter a: range 'a|b': a number needs an interval" },
    { ROW("a", NNP_STR, text, "1", "[0,1]"),
      "parameter a: range '[0,1]': words such as same|valid are needed" },
    { ROW("a", NNP_ENUM, word, "x", NULL),
      "parameter a: an NNP_ENUM needs its words as range, \"same|valid\"" },
    { ROW("a", NNP_ENUM, word, "", "x|y"), "parameter a: default '' is not one of x|y" },
    { ROW("a", NNP_INT, whole, "1", "[2"),
      "parameter a: range '[2' is neither an interval such as [0,1) nor words such as "
      "same|valid" },
    { ROW("a", NNP_INTS, list, "[1, 2", NULL),
      "parameter a: default '[1, 2' is not a list such as [1, 2]" },
    { ROW("a", NNP_INTS, list, "[1, 0]", "[1,inf)"),
      "parameter a: default 0 is outside [1,inf)" },
    { ROW("a", NNP_STRS, list, "[x, z]", "x|y"),
      "parameter a: default 'z' is not one of x|y" },
};

START_TEST(a_wrong_row_is_refused_with_its_own_sentence)
{
    struct strbuf s = { 0 };

    ck_assert_uint_eq(sizeof(struct self), 48);
    ck_assert_int_eq(validate_param(&v, "layer x", &wrong[_i].row, sizeof(struct self)),
                     -1);
    strbuf_printf(&s, "x.so: layer x: %s", wrong[_i].message);
    ck_assert_str_eq(first_message(), strbuf_text(&s));
    strbuf_close(&s);
}
END_TEST

/* ---- slots ---- */

static const struct {
    const char *tag, *slots, *message; /* slots given: s f b t n e */
} kinds[] = {
    { NNP_TAG("layer", "x"), "sf", "accepted" },
    { NNP_TAG("layer", "x"), "fb",
      "x.so: layer x: has no setup, which every layer needs" },
    { NNP_TAG("loss", "x"), "sfb", "accepted" },
    { NNP_TAG("loss", "x"), "s",
      "x.so: loss x: has no forward, backward, which every loss needs" },
    { NNP_TAG("optimizer", "x"), "f", "accepted" },
    { NNP_TAG("optimizer", "x"), "s",
      "x.so: optimizer x: has no forward, which every optimizer needs" },
    { NNP_TAG("regularizer", "x"), "n", "accepted" },
    { NNP_TAG("regularizer", "x"), "s",
      "x.so: regularizer x: has none of forward, backward, finish" },
    { NNP_TAG("schedule", "x"), "f", "accepted" },
    { NNP_TAG("schedule", "x"), "",
      "x.so: schedule x: has no forward, which every schedule needs" },
    { NNP_TAG("initializer", "x"), "f", "accepted" },
    { NNP_TAG("metric", "x"), "stn", "accepted" },
    { NNP_TAG("metric", "x"), "sf",
      "x.so: metric x: has no fit, finish, which every metric needs" },
    { NNP_TAG("loader", "x"), "sf", "accepted" },
    { NNP_TAG("transform", "x"), "sf", "accepted" },
    { NNP_TAG("estimator", "x"), "sftn", "accepted" },
    { NNP_TAG("estimator", "x"), "sf",
      "x.so: estimator x: has no fit, finish, which every estimator needs" },
    { NNP_TAG("report", "x"), "f", "accepted" },
    { NNP_TAG("backend", "x"), "e", "accepted" },
    { NNP_TAG("backend", "x"), "f",
      "x.so: backend x: has no extension, which every backend needs" },
    { NNP_TAG("wizard", "x"), "sf",
      "x.so: wizard x: this nnpipe knows no kind 'wizard'" },
};

static nnp_component make(const char *tag, const char *slots)
{
    return (nnp_component){ .size = sizeof(nnp_component),
                            .tag = tag,
                            .doc = "doc",
                            .setup = strchr(slots, 's') ? slot : NULL,
                            .forward = strchr(slots, 'f') ? slot : NULL,
                            .backward = strchr(slots, 'b') ? slot : NULL,
                            .fit = strchr(slots, 't') ? slot : NULL,
                            .finish = strchr(slots, 'n') ? slot : NULL,
                            .extension = strchr(slots, 'e') ? extension : NULL };
}

START_TEST(each_kind_has_its_required_slots)
{
    nnp_component    c = make(kinds[_i].tag, kinds[_i].slots);
    struct component out = { .kind = NULL };

    validate_component(&v, &c, &out);
    ck_assert_str_eq(first_message(), kinds[_i].message);
}
END_TEST

/* ---- sizes ---- */

START_TEST(a_shorter_descriptor_reads_as_zeros)
{
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.size = offsetof(nnp_component, extension);
    c.extension = extension; /* behind the end: not the plugin's */
    c.ports = "a b";
    ck_assert_int_eq(validate_component(&v, &c, &out), 0);
    ck_assert_ptr_null(out.desc->extension);
    ck_assert_ptr_null(out.desc->ports);
    ck_assert_uint_eq(out.desc->size, sizeof(nnp_component));
    ck_assert_str_eq(out.kind, "layer");
    ck_assert_str_eq(out.name, "x");
}
END_TEST

START_TEST(a_longer_descriptor_is_cut_to_what_is_known)
{
    struct {
        nnp_component c;
        void         *more[4];
    } newer = { .c = make(NNP_TAG("layer", "x"), "sf"), .more = { &newer } };
    struct component out = { .kind = NULL };

    newer.c.size = sizeof newer;
    newer.c.flags = NNP_INPLACE | 1u << 31; /* an unknown promise */
    ck_assert_int_eq(validate_component(&v, &newer.c, &out), 0);
    ck_assert_ptr_eq(out.desc->setup, slot);
    ck_assert_uint_eq(out.desc->size, sizeof(nnp_component));
}
END_TEST

START_TEST(rows_of_another_size_are_read_at_their_stride)
{
    struct {
        nnp_param p;
        void     *more;
    } rows[] = { { ROW("a", NNP_REAL, real, "1", NULL), NULL },
                 { ROW("b", NNP_INT, whole, "2", NULL), NULL } };
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.self_size = sizeof(struct self);
    c.params = &rows[0].p;
    c.param_size = sizeof rows[0];
    c.n_params = 2;
    ck_assert_int_eq(validate_component(&v, &c, &out), 0);
    ck_assert_uint_eq(out.desc->param_size, sizeof(nnp_param));
    ck_assert_str_eq(out.desc->params[0].name, "a");
    ck_assert_str_eq(out.desc->params[1].name, "b");
    ck_assert_str_eq(out.desc->params[1].def, "2");
}
END_TEST

static const struct {
    uint32_t    size, param_size, n_params;
    const char *message;
} sizes[] = {
    { sizeof(nnp_component), 8, 1,
      "x.so: layer x: a row of the parameter table of 8 bytes is truncated, at least 40 "
      "are needed" },
    { sizeof(nnp_component), 1 << 20, 1,
      "x.so: layer x: a row of the parameter table says that it has 1048576 bytes; "
      "sizeof "
      "it is meant" },
    { sizeof(nnp_component), sizeof(nnp_param), 1000,
      "x.so: layer x: has 1000 parameters, at most 256 are possible" },
};

START_TEST(a_table_of_the_wrong_size_is_refused)
{
    nnp_param        row = ROW("a", NNP_REAL, real, "1", NULL);
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.size = sizes[_i].size;
    c.self_size = sizeof(struct self);
    c.params = &row;
    c.param_size = sizes[_i].param_size;
    c.n_params = sizes[_i].n_params;
    ck_assert_int_eq(validate_component(&v, &c, &out), -1);
    ck_assert_str_eq(first_message(), sizes[_i].message);
}
END_TEST

/* ---- the rest of a component ---- */

START_TEST(two_rows_may_not_share_name_place_or_short_form)
{
    nnp_param        rows[] = { ROW("a", NNP_REAL | NNP_MAIN, real, "1", NULL),
                                ROW("a", NNP_REAL | NNP_MAIN, real, "1", NULL) };
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.self_size = sizeof(struct self);
    c.params = rows;
    c.param_size = sizeof *rows;
    c.n_params = 2;
    ck_assert_int_eq(validate_component(&v, &c, &out), -1);
    ck_assert_uint_eq(diag.errors, 3);
    ck_assert_str_eq(diag.entries[0].text, "x.so: layer x: two parameters are called a");
    ck_assert_str_eq(diag.entries[1].text,
                     "x.so: layer x: parameters a and a overlap in self");
    ck_assert_str_eq(diag.entries[2].text,
                     "x.so: layer x: parameters a and a are both NNP_MAIN");
}
END_TEST

static const struct {
    const char *ports;
    uint32_t    min, max;
    const char *message;
} ports[] = {
    { "a b", 2, 2, "accepted" },
    { "x", 0, 0, "accepted" },
    { "a b", 1, UINT32_MAX, "accepted" },
    { "a b", 0, 0, "x.so: layer x: names 2 ports, but takes at most 1 inputs" },
    { "a  b", 2, 2,
      "x.so: layer x: ports 'a  b' are not names with one blank between them" },
    { "A", 1, 1, "x.so: layer x: ports 'A' are not names with one blank between them" },
    { NULL, 3, 2, "x.so: layer x: min_in is 3, but max_in is 2" },
};

START_TEST(ports_fit_the_inputs)
{
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.ports = ports[_i].ports;
    c.min_in = ports[_i].min;
    c.max_in = ports[_i].max;
    validate_component(&v, &c, &out);
    ck_assert_str_eq(first_message(), ports[_i].message);
}
END_TEST

START_TEST(a_stand_in_names_what_it_stands_for)
{
    nnp_component    c = make(NNP_TAG("layer", "x"), "sf");
    struct component out = { .kind = NULL };

    c.flags = NNP_STANDS_IN;
    ck_assert_int_eq(validate_component(&v, &c, &out), -1);
    ck_assert_str_eq(
        first_message(),
        "x.so: layer x: is NNP_STANDS_IN, but has no NNP_FOLLOWED_BY parameter");
}
END_TEST

START_TEST(all_mistakes_are_said_at_once)
{
    nnp_component    c = make(NNP_TAG("layer", "x"), "s");
    struct component out = { .kind = NULL };

    c.doc = NULL;
    c.self_size = 1u << 30;
    ck_assert_int_eq(validate_component(&v, &c, &out), -1);
    ck_assert_uint_eq(diag.errors, 3);
}
END_TEST

/* ---- the plugin ---- */

static const struct {
    const char *tag, *seen, *message; /* seen: names in the file, "a b" */
} tags[] = {
    { NNP_TAG("layer", "a"), "a", "accepted" },
    { NULL, "a", "x.so: a component has no tag" },
    { "layer:a", "a", "x.so: the tag 'layer:a' does not begin with @(#)nnp1:" },
    { NNP_TAG("layer", "A"), "a",
      "x.so: the tag 'layer:A' is not KIND:NAME, with a-z in the kind and a-z, 0-9, _ "
      "and "
      ". in the name" },
    { NNP_TAG("layer", "b"), "a",
      "x.so: a component calls itself layer b, the tags in the file say otherwise "
      "(layer:a)" },
    { NNP_TAG("layer", "a"), "a b",
      "x.so: the file has the tag layer:b, but no component is called that" },
};

START_TEST(tags_are_those_of_the_scan)
{
    static const struct tag names[] = { { "layer", "a" }, { "layer", "b" } };
    struct scan   seen = { .tags = names, .n_tags = strlen(tags[_i].seen) > 1 ? 2 : 1 };
    nnp_component c = make(tags[_i].tag, "sf");
    const nnp_component *list[] = { &c };
    nnp_plugin           p = { .size = sizeof p,
                               .abi = NNP_ABI,
                               .name = "p",
                               .version = "1.0",
                               .n = 1,
                               .components = list };
    nnp_plugin           out = { .size = 0 };

    int rc = validate_plugin(&v, &p, &seen, &out);
    ck_assert_str_eq(first_message(), tags[_i].message);
    if (rc == 0) {
        ck_assert_str_eq(out.license, "");
        ck_assert_str_eq(out.url, "");
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("validate");
    TCase *t = tcase_create("tables");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, a_right_row_is_accepted, 0, COUNT(right));
    tcase_add_loop_test(t, a_wrong_row_is_refused_with_its_own_sentence, 0, COUNT(wrong));
    tcase_add_loop_test(t, each_kind_has_its_required_slots, 0, COUNT(kinds));
    tcase_add_test(t, a_shorter_descriptor_reads_as_zeros);
    tcase_add_test(t, a_longer_descriptor_is_cut_to_what_is_known);
    tcase_add_test(t, rows_of_another_size_are_read_at_their_stride);
    tcase_add_loop_test(t, a_table_of_the_wrong_size_is_refused, 0, COUNT(sizes));
    tcase_add_test(t, two_rows_may_not_share_name_place_or_short_form);
    tcase_add_loop_test(t, ports_fit_the_inputs, 0, COUNT(ports));
    tcase_add_test(t, a_stand_in_names_what_it_stands_for);
    tcase_add_test(t, all_mistakes_are_said_at_once);
    tcase_add_loop_test(t, tags_are_those_of_the_scan, 0, COUNT(tags));
    suite_add_tcase(s, t);
    return nnt_main(s);
}
