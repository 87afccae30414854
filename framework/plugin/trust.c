/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "plugin/trust.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A group with more members than fit is nobody's own. */
enum { ROOM = 16384 };

/* Is `group` the first group of anybody but `owner`? The list of members of a group does
 * not name those. If not everybody can be looked at, somebody may be one. */
static bool first_group_of_others(gid_t group, uid_t owner)
{
    struct passwd *p;
    bool           others = false;

    setpwent();
    while (!others && (errno = 0, p = getpwent()))
        others = p->pw_gid == group && p->pw_uid != owner;
    others = others || (errno && errno != ENOENT);
    endpwent();
    return others;
}

static bool has_other_members(gid_t group, const char *owner, char *room)
{
    struct group g, *found;

    if (getgrgid_r(group, &g, room, ROOM, &found) || !found)
        return true;
    for (char **member = g.gr_mem; *member; member++)
        if (strcmp(*member, owner) != 0)
            return true;
    return false;
}

static bool is_own(uid_t owner, gid_t group)
{
    char          of_owner[ROOM], room[ROOM];
    struct passwd p, *found;

    return !getpwuid_r(owner, &p, of_owner, sizeof of_owner, &found) && found &&
           p.pw_gid == group && !has_other_members(group, p.pw_name, room) &&
           !first_group_of_others(group, owner);
}

static bool own_group(struct trust *t, uid_t owner, gid_t group)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->asked[i].owner == owner && t->asked[i].group == group)
            return t->asked[i].own;
    bool own = is_own(owner, group);
    if (t->n < sizeof t->asked / sizeof *t->asked)
        t->asked[t->n++] = (struct trust_group){ owner, group, own };
    return own;
}

static const char *why(struct trust *t, const struct stat *st, bool any_group)
{
    if (st->st_uid != 0 && st->st_uid != geteuid())
        return "owned by neither root nor you";
    if (st->st_mode & S_IWOTH)
        return "writable by everybody (chmod o-w)";
    if (st->st_mode & S_IWGRP && !any_group && !own_group(t, st->st_uid, st->st_gid))
        return "writable by a group with others in it (chmod g-w)";
    return NULL;
}

const char *trust_why(struct trust *t, const struct stat *st)
{
    return why(t, st, false);
}

const char *trust_why_named(struct trust *t, const struct stat *st)
{
    return why(t, st, st->st_uid == geteuid());
}
