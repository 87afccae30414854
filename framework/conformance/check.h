/* SPDX-License-Identifier: MIT */
/* One component under all groups of checks: the frame that it accepts, and how findings are
 * said. */
#ifndef NNP_CONFORMANCE_CHECK_H
#define NNP_CONFORMANCE_CHECK_H
#include "conformance/frame.h"

/* Exit codes of a child: its pipe is gone; the machine lacked something. */
enum { CHECK_UNHEARD = 99, CHECK_LACKS = 98 };

struct check {
    const struct conformance *c;
    struct frame              frame;
    struct arena              arena;
    int                       fd;   /* of the pipe; -1: text is kept in `said` */
    struct strbuf             said; /* lines "@where", "Ffinding", "Sskipped", "Nnote" */
    unsigned                  findings;
    const char               *param, *text; /* set in every trial that says nothing else */
    bool                      broken; /* a plain run breaks a contract: check 3 says so */
    bool                      unstable; /* two plain runs differ: check 4 says so */
};

/* A line of `said` with the tag in front of it; the four below have one each. */
void check_say(struct check *k, char tag, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void check_fail(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_skip(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_note(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Where the check is now: what a crash is said to have happened in. */
void check_at(struct check *k, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool check_is(const struct check *k, const char *kinds); /* "layer transform" */
bool check_promises(const struct check *k, uint32_t flag);

/* The groups. */
void check_descriptor(struct check *k);
void check_setup(struct check *k);
void check_writes(struct check *k);
void check_same_bits(struct check *k);
void check_gradients(struct check *k);
void check_adding(struct check *k);
void check_unwanted(struct check *k);
void check_memory_promises(struct check *k);
void check_lasting(struct check *k);
void check_errors(struct check *k);
void check_surroundings(struct check *k);
void check_loading(struct check *k); /* a part of it, before there is a component */
void check_file(struct check *k);
void check_kind(struct check *k);
#endif
