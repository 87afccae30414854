/* SPDX-License-Identifier: MIT */
/* Any bytes as a file of weights: refused with a message, or tensors that lie inside it.
 */
#include <config.h>
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "train/safetensors.h"

/* Touches every byte, so that a sanitizer sees one that is not there. */
static unsigned sum(const unsigned char *bytes, size_t n)
{
    unsigned total = 0;

    for (size_t i = 0; i < n; i++)
        total += bytes[i];
    return total;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena       a = { 0 };
    struct diag        d;
    struct safetensors s = { 0 };
    char              *bytes = malloc(size ? size : 1);
    volatile unsigned  total = 0;

    fuzz_expect(bytes != NULL, "there is memory");
    if (size)
        memcpy(bytes, data, size);
    diag_init(&d, &a);
    int rc = safetensors_parse(&a, "t.safetensors", bytes, size, &s, &d);
    fuzz_expect((rc != 0) == (d.errors > 0), "no tensors means a message");
    for (size_t i = 0; !rc && i < s.n; i++) {
        const nnp_tensor *t = &s.v[i].t;
        total += sum(t->data, nnp_count(t) * t->bits / 8);
        fuzz_expect(safetensors_find(&s, s.v[i].name) != NULL, "a name is found");
    }
    for (size_t i = 0; !rc && s.meta && s.meta[i]; i++)
        total += (unsigned)strlen(s.meta[i]);
    fuzz_check_diag(&d);
    free(bytes);
    arena_close(&a);
    (void)total;
    return 0;
}
