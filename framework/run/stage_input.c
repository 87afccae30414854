/* SPDX-License-Identifier: MIT */
#include <config.h>
#include "run/stage_input.h"

#include <stdlib.h>
#include <string.h>

void stage_input_close(struct stage_input *c)
{
    free(c->bytes);
    c->bytes = NULL;
}

void stage_input_take(const struct stage_input *c, const int64_t *index, int64_t n,
                      void *to)
{
    for (int64_t i = 0; i < n; i++)
        memcpy((unsigned char *)to + (size_t)i * c->row,
               c->bytes + (size_t)index[i] * c->row, c->row);
}
