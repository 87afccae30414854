/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "support/nnt.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "plugin/trust.h"

enum { NOBODYS_GROUP = 54321 };

static const struct {
    mode_t      mode;
    bool        mine;
    const char *why, *why_named;
} files[] = {
    { 0755, true, NULL, NULL },
    { 0644, true, NULL, NULL },
    { 0775, true, "writable by a group with others in it (chmod g-w)", NULL },
    { 0777, true, "writable by everybody (chmod o-w)",
      "writable by everybody (chmod o-w)" },
    { 0757, true, "writable by everybody (chmod o-w)",
      "writable by everybody (chmod o-w)" },
    { 0755, false, "owned by neither root nor you", "owned by neither root nor you" },
};

static const char *text(const char *why)
{
    return why ? why : "";
}

START_TEST(only_root_and_the_user_may_have_written_it)
{
    struct trust t = { 0 };
    struct stat  st = { .st_mode = S_IFREG | files[_i].mode, .st_gid = NOBODYS_GROUP };

    st.st_uid = files[_i].mine ? geteuid() : geteuid() + 4711;
    ck_assert_str_eq(text(trust_why(&t, &st)), text(files[_i].why));
    ck_assert_str_eq(text(trust_why_named(&t, &st)), text(files[_i].why_named));
    st.st_uid = 0;
    if (!files[_i].mine)
        ck_assert_ptr_null(trust_why(&t, &st));
}
END_TEST

/* As the files of the system tell it. */
static bool has_a_group_of_her_own(const struct passwd *me)
{
    char          name[256];
    gid_t         group = me->pw_gid;
    uid_t         user = me->pw_uid;
    bool          own = true;
    struct group *g = getgrgid(group);

    snprintf(name, sizeof name, "%s", me->pw_name);
    for (char **m = g ? g->gr_mem : NULL; m && *m; m++)
        own = own && strcmp(*m, name) == 0;
    FILE *f = fopen("/etc/passwd", "r");
    for (struct passwd *p; f && (p = fgetpwent(f));)
        own = own && (p->pw_gid != group || p->pw_uid == user);
    if (f)
        fclose(f);
    return g && own;
}

START_TEST(a_group_of_ones_own_may_write)
{
    struct trust   t = { 0 };
    struct passwd *me = getpwuid(geteuid());

    if (!me)
        return; /* a user that the system does not know has no group of her own */
    struct stat st = { .st_mode = S_IFREG | 0775,
                       .st_uid = me->pw_uid,
                       .st_gid = me->pw_gid };
    bool        own = has_a_group_of_her_own(me);
    for (int again = 0; again < 2; again++) /* asked, then remembered */
        ck_assert_str_eq(text(trust_why(&t, &st)),
                         own ? "" : "writable by a group with others in it (chmod g-w)");
    ck_assert_uint_eq(t.n, 1);
}
END_TEST

START_TEST(more_groups_than_are_remembered_are_asked_for_again)
{
    struct trust t = { 0 };

    for (unsigned k = 0; k < 20; k++) {
        struct stat st = { .st_mode = S_IFREG | 0775,
                           .st_uid = geteuid(),
                           .st_gid = NOBODYS_GROUP + k };
        ck_assert_ptr_nonnull(trust_why(&t, &st));
    }
    ck_assert_uint_le(t.n, sizeof t.asked / sizeof *t.asked);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("trust");
    TCase *t = tcase_create("owners and modes");

    tcase_add_loop_test(t, only_root_and_the_user_may_have_written_it, 0,
                        sizeof files / sizeof *files);
    tcase_add_test(t, a_group_of_ones_own_may_write);
    tcase_add_test(t, more_groups_than_are_remembered_are_asked_for_again);
    suite_add_tcase(s, t);
    return nnt_main(s);
}
