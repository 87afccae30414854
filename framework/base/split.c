/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "base/split.h"

#include <string.h>

const char *const split_names[] = { SPLIT_WORD_TRAIN, SPLIT_WORD_VAL, SPLIT_WORD_TEST,
                                    NULL };

enum split split_find(const char *name)
{
    int k = 0;

    while (k < N_SPLITS && (!name || strcmp(name, split_names[k]) != 0))
        k++;
    return (enum split)k;
}

enum split split_of(const char *figure)
{
    int k = 0;

    while (k < N_SPLITS &&
           (strncmp(figure, split_names[k], strlen(split_names[k])) != 0 ||
            figure[strlen(split_names[k])] != '.'))
        k++;
    return (enum split)k;
}

const char *split_metric(const char *figure)
{
    enum split k = split_of(figure);

    return k < N_SPLITS ? figure + strlen(split_names[k]) + 1 : figure;
}
