/* In place of crew.c, where the program is built for a host without processes. */
#include "runtime-replay/processes/crew.h"

#include <stdio.h>

enum sim_status crew_start(struct crew *c, uint32_t count, const char *const *argument,
                           char text[CREW_TEXT_MAX])
{
    (void)count;
    (void)argument;
    *c = (struct crew){0};
    (void)snprintf(text, CREW_TEXT_MAX, "this program was built without processes");
    return SIM_ERR_NOTFOUND;
}

void crew_end(struct crew *c)
{
    *c = (struct crew){0};
}

enum sim_status crew_hear(struct crew *c, int64_t until_ns, uint32_t *worker, void *word,
                          size_t bytes, char text[CREW_TEXT_MAX])
{
    (void)c;
    (void)until_ns;
    (void)worker;
    (void)word;
    (void)bytes;
    text[0] = '\0';
    return SIM_ERR_IO;
}

bool crew_limit(struct crew *c, uint32_t worker, double share, const char *root)
{
    (void)c;
    (void)worker;
    (void)share;
    (void)root;
    return false;
}

int64_t crew_resident_bytes(const struct crew *c, uint32_t worker)
{
    (void)c;
    (void)worker;
    return 0;
}

bool crew_pin(uint32_t index, int *processor)
{
    (void)index;
    *processor = 0;
    return false;
}

bool crew_unpin(void)
{
    return false;
}

int crew_processor(void)
{
    return -1;
}

enum sim_status crew_line_hear(const struct process_line *line, int64_t until_ns, void *word,
                               size_t bytes, bool *is_order)
{
    (void)line;
    (void)until_ns;
    (void)word;
    (void)bytes;
    *is_order = false;
    return SIM_ERR_IO;
}

void quota_init(struct quota *q, double share)
{
    *q = (struct quota){.share = share};
}

void quota_deinit(struct quota *q)
{
    (void)q;
}

void quota_take(struct quota *q, bool goes_on)
{
    (void)q;
    (void)goes_on;
}

void quota_give(struct quota *q, int64_t processor_ns)
{
    q->worked_ns += processor_ns;
}
