/* SPDX-License-Identifier: MIT */
/* For libFuzzer only: changes a pipeline file by lines and words, as a person would. What
 * random bytes make of a file is refused at the first room; this gets further in. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <string.h>

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

struct text {
    char    *p;
    size_t   n, max;
    uint32_t state;
};

struct span {
    size_t at, n;
};

static size_t below(struct text *t, size_t n)
{
    t->state ^= t->state << 13; /* xorshift32, Marsaglia (2003) */
    t->state ^= t->state >> 17;
    t->state ^= t->state << 5;
    return n ? t->state % n : 0;
}

static struct span line(struct text *t)
{
    struct span s = { below(t, t->n), 0 };

    while (s.at > 0 && t->p[s.at - 1] != '\n')
        s.at--;
    while (s.at + s.n < t->n && t->p[s.at + s.n++] != '\n')
        ;
    return s;
}

static int in_word(char c)
{
    return !memchr(" \n,:[]{}()", c, 10);
}

static struct span word(struct text *t)
{
    struct span s = { below(t, t->n), 0 };

    while (s.at < t->n && !in_word(t->p[s.at]))
        s.at++;
    while (s.at > 0 && in_word(t->p[s.at - 1]))
        s.at--;
    while (s.at + s.n < t->n && in_word(t->p[s.at + s.n]))
        s.n++;
    return s;
}

static void replace(struct text *t, struct span old, const char *with, size_t n)
{
    if (t->n - old.n + n > t->max)
        return;
    memmove(t->p + old.at + n, t->p + old.at + old.n, t->n - old.at - old.n);
    memcpy(t->p + old.at, with, n);
    t->n += n - old.n;
}

/* Both come from the text itself: copied out before it moves. */
static void copy_over(struct text *t, struct span to, struct span from)
{
    char bytes[256];

    if (from.n > sizeof bytes)
        return;
    memcpy(bytes, t->p + from.at, from.n);
    replace(t, to, bytes, from.n);
}

static void known_word(struct text *t)
{
    static const char *const words[] = {
        "0",
        "1",
        "-1",
        "0.5",
        "1e9",
        "2.5",
        "true",
        "null",
        "{}",
        "[]",
        "x",
        "y",
        "prev",
        "$h",
        "$(h*2)",
        "all",
        "train",
        "eval",
        "as",
        "from",
        "use",
        "share",
        "init",
        "freeze",
        "lr",
        "when",
        "repeat",
        "weight",
        "note",
        "official",
        "dense",
        "relu",
        "act",
        "concat",
        "0..1",
        "10%..50%",
        "[x, y]",
        "code.weight.T",
        "biases",
        "units",
        "bias",
        "activation",
        "'a b'",
        "\"1\"",
        "9223372036854775807",
        ".inf",
        "$data.classes",
        "$data.x.shape",
        "bce",
        "xent",
        "mse",
        "of",
        "to",
        "where",
        "reshape",
        "add",
        "flatten",
        "softmax",
        "dropout",
        "sgd",
        "plateau",
        "watch",
    };
    const char *with = words[below(t, sizeof words / sizeof *words)];

    replace(t, word(t), with, strlen(with));
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    struct text t = { (char *)data, size, max, seed * 2654435761u | 1 };

    if (!size || below(&t, 8) == 0)
        return LLVMFuzzerMutate(data, size, max);
    for (size_t edits = 1 + below(&t, 3); edits > 0; edits--) {
        struct span none = line(&t);

        none.n = 0;
        switch (below(&t, 5)) {
        case 0: replace(&t, line(&t), "", 0); break;
        case 1: copy_over(&t, none, line(&t)); break;
        case 2: known_word(&t); break;
        case 3: copy_over(&t, word(&t), word(&t)); break;
        default: copy_over(&t, line(&t), line(&t));
        }
    }
    return t.n;
}
