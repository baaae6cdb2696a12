/* Any text as a measured ledger: its rows have all their texts, and its comments fit. */
#include <stdlib.h>
#include <string.h>

#include "sim/ledger/ledger_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const struct ledger_line *line, const char *text)
{
    ASSERT(text >= line->text && text < line->text + sizeof line->text);
    ASSERT(memchr(text, '\0', (size_t)(line->text + sizeof line->text - text)) != NULL);
    ASSERT(strpbrk(text, "\t\n") == NULL);
}

static void read_rows(const char *text)
{
    struct ledger_line line;
    const char *before = text;
    for (const char *cursor = text; ledger_file_next(&cursor, &line); before = cursor) {
        ASSERT(cursor > before && cursor <= text + strlen(text));
        check_text(&line, line.figure);
        check_text(&line, line.key);
        check_text(&line, line.sets);
        check_text(&line, line.verdict);
    }
}

static void read_comments(const char *text)
{
    static const char *const names[] = {"scenario", "hash", "seed", "replications"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *value = malloc(65); /* its end is watched */
        ASSERT(value != NULL);
        ledger_file_comment(text, names[i], value, 65);
        ASSERT(strchr(value, '\n') == NULL);
        ledger_file_comment(text, names[i], value, 1);
        ASSERT(value[0] == '\0');
        free(value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    ASSERT(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    read_rows(text);
    read_comments(text);
    free(text);
    return 0;
}
