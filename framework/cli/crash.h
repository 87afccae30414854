/* SPDX-License-Identifier: MIT */
/* Last words: when a plugin crashes or calls exit, says which one, where in the pipeline
 * file it stands and what it was doing, and ends with exit code 4. */
#ifndef NNP_CLI_CRASH_H
#define NNP_CLI_CRASH_H

/* Once, at the start of main. A crash outside any plugin is said to be ours and then
 * takes its usual way (core dump). */
void crash_install(void);
/* The same for a call of a plugin that takes longer than that. -1: it cannot be watched. */
int crash_limit(double seconds);
#endif
