/* SPDX-License-Identifier: MIT */
/* The folder of bad plugins has one that is right (good.so); copies of it in folders of
 * their own show the search, its order and whom it trusts. */
#include <config.h>
#include "support/nnt.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/fsio.h"
#include "plugin/registry.h"

static struct arena arena;
static struct diag  diag;
static char         top[64];
static const char  *searched; /* folders, colon between */

static char *at_top(const char *name)
{
    return arena_printf(&arena, "%s/%s", top, name);
}

static void folder(const char *name)
{
    ck_assert_int_eq(fsio_folder(at_top(name), &diag), 0);
}

static void plant(const char *from, const char *to)
{
    const char *bad = getenv("NNT_BAD_PLUGINS");
    char       *bytes;
    size_t      n;

    ck_assert_ptr_nonnull(bad);
    ck_assert_int_eq(fsio_read(arena_printf(&arena, "%s/%s.so", bad, from), 1 << 24,
                               &bytes, &n, &diag),
                     0);
    ck_assert_int_eq(fsio_replace(at_top(to), bytes, n, &diag), 0);
    ck_assert_int_eq(chmod(at_top(to), 0755), 0);
    free(bytes);
}

static void open_all(void)
{
    umask(022);
    diag_init(&diag, &arena);
    snprintf(top, sizeof top, "registry_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    ck_assert_int_eq(chmod(top, 0755), 0);
    searched = at_top("a");
    folder("a/layers");
    folder("b/layers");
}

static int forget(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void close_all(void)
{
    ck_assert_int_eq(nftw(top, forget, 16, FTW_DEPTH | FTW_PHYS), 0);
    arena_close(&arena);
}

static struct registry *start(bool trust, const char *chosen)
{
    const char             *list[] = { chosen, NULL };
    struct registry_options o = { .plugins = list, .path = searched, .trust = trust };

    return registry_open(&arena, &o, &diag);
}

static const char *message(void)
{
    return diag.n ? diag.entries[diag.n - 1].text : "no message";
}

/* The message without the name of the temporary folder. */
static void expect(const char *want)
{
    struct strbuf s = { 0 };
    const char   *text = message(), *hit;

    while ((hit = strstr(text, top))) {
        strbuf_add(&s, text, (size_t)(hit - text));
        strbuf_puts(&s, "TOP");
        text = hit + strlen(top);
    }
    strbuf_puts(&s, text);
    ck_assert_str_eq(strbuf_text(&s), want);
    strbuf_close(&s);
}

static const struct component *find(struct registry *r, const char *kinds,
                                    const char *name)
{
    return registry_find(r, kinds, name, NULL, &diag);
}

/* ---- where ---- */

static const char *const places[] = { "a/good.so", "a/layers/good.so",
                                      "a/layers/of_another_name.so" };

START_TEST(a_plugin_is_found_in_the_folder_and_in_folders_of_kinds)
{
    plant("good", places[_i]);
    struct registry        *r = start(false, NULL);
    const struct component *c = find(r, "layer", "good");
    ck_assert_msg(c != NULL, "%s", message());
    ck_assert_str_eq(c->kind, "layer");
    ck_assert_str_eq(c->name, "good");
    ck_assert_str_eq(c->plugin, "good");
    ck_assert_str_eq(c->version, "1.0");
    ck_assert_str_eq(c->license, "MIT");
    ck_assert(c->file[0] == '/');
    ck_assert_ptr_nonnull(c->desc->forward);
    ck_assert_ptr_eq(find(r, "loss layer", "good"), c);
}
END_TEST

START_TEST(other_folders_are_not_searched)
{
    folder("a/elsewhere");
    folder("a/layers/.libs");
    plant("good", "a/elsewhere/good.so");
    plant("good", "a/layers/.libs/good.so");
    ck_assert_uint_eq(registry_n_files(start(false, NULL)), 0);
}
END_TEST

START_TEST(a_file_under_two_names_is_one_file)
{
    plant("good", "a/layers/good.so");
    ck_assert_int_eq(link(at_top("a/layers/good.so"), at_top("b/layers/good.so")), 0);
    searched = arena_printf(&arena, "%s:%s", at_top("a"), at_top("b"));
    struct registry *r = start(false, NULL);
    ck_assert_uint_eq(registry_n_files(r), 1);
    ck_assert_ptr_nonnull(find(r, "layer", "good"));
}
END_TEST

/* ---- two of one name ---- */

START_TEST(two_files_that_offer_one_component_are_an_error)
{
    plant("good", "a/layers/good.so");
    plant("good", "b/layers/good.so");
    searched = arena_printf(&arena, "%s:%s", at_top("a"), at_top("b"));
    struct registry *r = start(false, NULL);
    ck_assert_str_eq(registry_has(r, "layer", "good"), "layer");
    ck_assert_ptr_null(find(r, "layer", "good"));
    expect("two files offer layer good: TOP/a/layers/good.so and TOP/b/layers/good.so");
    ck_assert_int_eq(diag_exit(&diag), DIAG_PLUGIN);
}
END_TEST

START_TEST(a_chosen_plugin_wins)
{
    plant("good", "a/layers/good.so");
    plant("good", "b/mine.so");
    struct registry        *r = start(false, at_top("b/mine.so"));
    const struct component *c = find(r, "layer", "good");
    ck_assert_msg(c != NULL, "%s", message());
    ck_assert_ptr_nonnull(strstr(c->file, "/b/mine.so"));
    c = find(start(false, at_top("b")), "layer", "good");
    ck_assert_msg(c != NULL, "%s", message());
    ck_assert_ptr_nonnull(strstr(c->file, "/b/mine.so"));
}
END_TEST

/* ---- names ---- */

static const struct {
    const char *kinds, *name, *message;
} misses[] = {
    { "layer", "goood", "no layer is called 'goood'; 'good' is" },
    { "layer transform", "goood", "no layer or transform is called 'goood'; 'good' is" },
    { "layer", "swish", "no layer is called 'swish'" },
    { "loss", "good", "'good' is a layer, not a loss" },
    { "optimizer", "good", "'good' is a layer, not an optimizer" },
    { "loss metric regularizer", "x", "no loss, metric or regularizer is called 'x'" },
};

START_TEST(a_name_that_is_not_there_gets_a_hint)
{
    plant("good", "a/layers/good.so");
    struct registry *r = start(false, NULL);
    ck_assert_ptr_null(find(r, misses[_i].kinds, misses[_i].name));
    expect(misses[_i].message);
    ck_assert_int_eq(diag_exit(&diag), DIAG_FILE);
}
END_TEST

START_TEST(names_are_sorted_and_each_once)
{
    plant("good", "a/layers/good.so");
    plant("good", "a/layers/again.so");
    plant("writes_past", "a/layers/writes_past.so");
    plant("crash_in_setup", "a/layers/crash_in_setup.so");
    const char *const *n = registry_names(start(false, NULL), "loss layer", &arena);
    ck_assert_str_eq(n[0], "crash_in_setup");
    ck_assert_str_eq(n[1], "good");
    ck_assert_str_eq(n[2], "writes_past");
    ck_assert_ptr_null(n[3]);
    ck_assert_ptr_null(registry_names(start(false, NULL), "loss", &arena)[0]);
}
END_TEST

START_TEST(an_empty_search_says_where_it_looked)
{
    struct registry *r = start(false, NULL);

    ck_assert_ptr_null(find(r, "layer", "good"));
    expect("no layer is called 'good'");
    char *note = arena_printf(&arena, "no plugin is in the searched folders: %s/a", top);
    ck_assert_str_eq(diag.entries[0].notes[0], note);
}
END_TEST

/* ---- trust ---- */

static const struct {
    const char *path;
    mode_t      mode;
    const char *message;
} untrusted[] = {
    { "a/layers/good.so", 0757,
      "layer 'good' cannot be used: TOP/a/layers/good.so: writable by everybody (chmod "
      "o-w)" },
    { "a/layers/good.so", 0775,
      "layer 'good' cannot be used: TOP/a/layers/good.so: writable by a group with "
      "others in it (chmod g-w)" },
    { "a/layers", 0777,
      "layer 'good' cannot be used: TOP/a/layers/good.so: in the folder TOP/a/layers, "
      "which is writable by everybody (chmod o-w)" },
    { "a", 0775,
      "layer 'good' cannot be used: TOP/a/layers/good.so: in the folder TOP/a, which is "
      "writable by a group with others in it (chmod g-w)" },
};

enum { NOBODYS_GROUP = 54321 };

START_TEST(what_others_may_write_is_not_loaded)
{
    plant("good", "a/layers/good.so");
    /* Only root can give a file away; to others their own group may well be theirs alone.
     */
    if (untrusted[_i].mode == 0775 &&
        chown(at_top(untrusted[_i].path), (uid_t)-1, NOBODYS_GROUP))
        return;
    ck_assert_int_eq(chmod(at_top(untrusted[_i].path), untrusted[_i].mode), 0);
    struct registry *r = start(false, NULL);
    ck_assert_ptr_null(registry_has(r, "layer", "good"));
    ck_assert_ptr_null(find(r, "layer", "good"));
    expect(untrusted[_i].message);
    ck_assert_int_eq(diag_exit(&diag), DIAG_PLUGIN);
    ck_assert_ptr_nonnull(find(start(true, NULL), "layer", "good"));
}
END_TEST

START_TEST(a_link_is_trusted_as_what_it_leads_to)
{
    folder("shared");
    plant("good", "shared/good.so");
    char *real = realpath(at_top("shared/good.so"), NULL);
    ck_assert_int_eq(symlink(real, at_top("a/layers/good.so")), 0);
    ck_assert_ptr_nonnull(registry_has(start(false, NULL), "layer", "good"));
    ck_assert_int_eq(chmod(at_top("shared"), 0777), 0);
    ck_assert_ptr_null(registry_has(start(false, NULL), "layer", "good"));
    free(real);
}
END_TEST

/* ---- --plugin and single files ---- */

START_TEST(a_chosen_path_that_is_of_no_use_is_an_error)
{
    ck_assert_ptr_null(start(false, at_top("none.so")));
    expect("--plugin TOP/none.so: No such file or directory");
    ck_assert_ptr_null(start(false, at_top("b")));
    expect("--plugin TOP/b: no plugin is in this folder");
    ck_assert_int_eq(fsio_replace(at_top("b/text.so"), "hello", 5, &diag), 0);
    ck_assert_ptr_null(start(false, at_top("b/text.so")));
    expect("TOP/b/text.so: not a shared object (it has no ELF header)");
    ck_assert_int_eq(diag_exit(&diag), DIAG_PLUGIN);
}
END_TEST

START_TEST(a_file_can_be_loaded_outside_the_search)
{
    struct registry        *r = start(false, NULL);
    const struct component *c = NULL;
    size_t                  n = 0;

    plant("good", "b/good.so");
    plant("missing_slot", "b/missing_slot.so");
    ck_assert_int_eq(registry_load_file(r, at_top("b/good.so"), &c, &n, &diag), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_eq(c->name, "good");
    ck_assert_ptr_null(registry_has(r, "layer", "good"));
    ck_assert_int_eq(registry_load_file(r, at_top("b/missing_slot.so"), &c, &n, &diag),
                     -1);
    expect("TOP/b/missing_slot.so: layer missing_slot: has no forward, which every layer "
           "needs");
    ck_assert_int_eq(registry_load_file(r, at_top("b/none.so"), &c, &n, &diag), -1);
    expect("TOP/b/none.so: No such file or directory");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("registry");
    TCase *t = tcase_create("search");

    tcase_add_checked_fixture(t, open_all, close_all);
    tcase_add_loop_test(t, a_plugin_is_found_in_the_folder_and_in_folders_of_kinds, 0,
                        COUNT(places));
    tcase_add_test(t, other_folders_are_not_searched);
    tcase_add_test(t, a_file_under_two_names_is_one_file);
    tcase_add_test(t, two_files_that_offer_one_component_are_an_error);
    tcase_add_test(t, a_chosen_plugin_wins);
    tcase_add_loop_test(t, a_name_that_is_not_there_gets_a_hint, 0, COUNT(misses));
    tcase_add_test(t, names_are_sorted_and_each_once);
    tcase_add_test(t, an_empty_search_says_where_it_looked);
    tcase_add_loop_test(t, what_others_may_write_is_not_loaded, 0, COUNT(untrusted));
    tcase_add_test(t, a_link_is_trusted_as_what_it_leads_to);
    tcase_add_test(t, a_chosen_path_that_is_of_no_use_is_an_error);
    tcase_add_test(t, a_file_can_be_loaded_outside_the_search);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
