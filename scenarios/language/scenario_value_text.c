/* Values that are texts: names, words of a policy, paths. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/language/scenario_read.h"

enum { TEXT_MAX = 100, PATH_MAX_BYTES = 4096 };

char *reader_copy_text(struct reader *r, const char *text)
{
    char *copy = strdup(text);

    r->nomem = r->nomem || copy == NULL;
    return copy;
}

/*
 * True if printing the text in double quotes and reading it again gives the same: no control
 * character, and none of those that YAML takes for a line's end or for no character at all.
 */
static bool is_one_line(const char *text)
{
    static const char *const breaks[] = {"\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF",
                                         "\xEF\xBF\xBE", "\xEF\xBF\xBF"};

    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        bool c1 = p[0] == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0;

        if (*p < 0x20 || *p == 0x7F || c1) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        if (strstr(text, breaks[i]) != NULL) {
            return false;
        }
    }
    return true;
}

static bool check_text(struct reader *r, size_t index, const struct doc_node *node, size_t most,
                       const char *expected)
{
    if (!reader_is_text(r, index, node, expected)) {
        return false;
    }
    if (strlen(node->text) > most) {
        reader_fail(r, index, node->at, "longer than %u bytes", (unsigned)most);
        return false;
    }
    if (!is_one_line(node->text)) {
        reader_fail(r, index, node->at, "holds a control character; one line of text only");
        return false;
    }
    return true;
}

bool reader_store_text(struct reader *r, size_t index, const struct doc_node *node, void *value)
{
    if (!check_text(r, index, node, TEXT_MAX, "a text")) {
        return false;
    }
    *(char **)value = reader_copy_text(r, node->text);
    return *(char **)value != NULL;
}

bool reader_check_path(struct reader *r, size_t index, const struct doc_node *node,
                       const char *expected)
{
    return check_text(r, index, node, PATH_MAX_BYTES, expected);
}

bool reader_resolve(struct reader *r, const char *written, char **resolved, char **kept)
{
    char here[PATH_MAX_BYTES] = "";
    size_t length = strlen(written);
    size_t size;
    const char *folder = r->folder;

    if (folder == NULL) {
        folder = "";
        if (getcwd(here, sizeof(here) - 1) != NULL) {
            memcpy(here + strlen(here), "/", sizeof("/"));
            folder = here;
        }
    }
    if (written[0] == '/') {
        folder = "";
    }
    size = strlen(folder) + length + 1;
    *resolved = malloc(size);
    *kept = malloc(size);
    if (*resolved == NULL || *kept == NULL) {
        free(*resolved);
        free(*kept);
        *resolved = NULL;
        *kept = NULL;
        r->nomem = true;
        return false;
    }
    snprintf(*resolved, size, "%s%s", folder, written);
    snprintf(*kept, size, "%s%s", r->folder == NULL ? folder : "", written);
    return true;
}
