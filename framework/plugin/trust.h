/* SPDX-License-Identifier: MIT */
/* Who may have written a plugin: root, the user, and nobody else. */
#ifndef NNP_PLUGIN_TRUST_H
#define NNP_PLUGIN_TRUST_H
#include <stdbool.h>
#include <sys/stat.h>

/* What was asked of the system about an owner and a group: the same answer serves all of
 * their files. Zero to begin with. */
struct trust {
    struct trust_group {
        uid_t owner;
        gid_t group;
        bool  own;
    } asked[8];
    unsigned n;
};

/* Why a file or a folder with this owner and mode is not trusted, or NULL. Where its group
 * may write, the group must be the owner's own with nobody else in it, as systems with a
 * group for each user make it (umask 002). [one thread at a time] */
const char *trust_why(struct trust *t, const struct stat *st);
/* The same of a file that the user named: that of her own is her word, whatever its group,
 * as long as not everybody may write to it. */
const char *trust_why_named(struct trust *t, const struct stat *st);
#endif
