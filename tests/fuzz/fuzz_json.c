/* SPDX-License-Identifier: MIT */
/* Any bytes as JSON: refused with a reason inside the text, or a tree that is written and
 * read again to the same text. */
#include <config.h>
#include "fuzz/fuzz.h"

#include <string.h>
#include "base/arena.h"
#include "base/json_read.h"
#include "base/strbuf.h"
#include "text/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena     a = { 0 };
    struct json_read r;
    struct strbuf    once = { 0 }, twice = { 0 };

    json_read_open(&r, &a, (const char *)data, size);
    int rc = json_read_skip(&r) || json_read_end(&r);
    fuzz_expect(rc == (r.wrong != NULL), "what is refused has a reason");
    fuzz_expect(r.p >= r.start && r.p <= r.end, "the place is in the text");
    const struct node *tree = tree_json(&a, (const char *)data, size);
    fuzz_expect((tree == NULL) == rc, "a tree is what can be passed by");
    if (tree) {
        tree_print_json(tree, &once);
        const struct node *again = tree_json(&a, strbuf_text(&once), once.n);
        fuzz_expect(again != NULL, "what is written can be read");
        tree_print_json(again, &twice);
        fuzz_expect(strcmp(strbuf_text(&once), strbuf_text(&twice)) == 0,
                    "written twice is the same");
    }
    strbuf_close(&once);
    strbuf_close(&twice);
    arena_close(&a);
    return 0;
}
