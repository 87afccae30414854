/* SPDX-License-Identifier: MIT */
/* How many processors a process may use: a machine has more than a batch queue or a
 * container leaves to it, and threads that have to share one wait for each other. */
#ifndef NNP_BASE_PROCESSORS_H
#define NNP_BASE_PROCESSORS_H

/* Those that the calling thread may run on, or fewer where a control group grants less;
 * at least 1. */
unsigned processors_usable(void);

/* Whole processors that control groups grant, 0: they set no limit. `groups` is a file
 * like /proc/self/cgroup, `root` a folder like /sys/fs/cgroup. */
unsigned processors_granted(const char *groups, const char *root);
#endif
