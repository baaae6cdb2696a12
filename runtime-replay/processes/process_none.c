/* Stands in for process.c on a host that has no processes to start. */
#include <stdio.h>

#include "runtime-replay/processes/process.h"

bool process_is_available(void)
{
    return false;
}

enum sim_status process_start(struct process *p, struct process_group *group,
                              const char *const *argument, char text[PROCESS_TEXT_MAX])
{
    (void)group;
    (void)argument;
    *p = (struct process){.line = {-1, -1}};
    (void)snprintf(text, PROCESS_TEXT_MAX, "this host has no processes");
    return SIM_ERR_NOTFOUND;
}

bool process_is_over(struct process *p, char text[PROCESS_TEXT_MAX])
{
    (void)p;
    text[0] = '\0';
    return true;
}

bool process_is_soon_over(struct process *p, char text[PROCESS_TEXT_MAX])
{
    return process_is_over(p, text);
}

int64_t process_cpu_ns(const struct process *p)
{
    (void)p;
    return 0;
}

void process_end(struct process *p)
{
    (void)p;
}

void process_end_all(struct process *p, uint32_t count, struct process_group *group)
{
    (void)p;
    (void)count;
    group->id = 0;
}

bool process_line_inherit(struct process_line *line)
{
    *line = (struct process_line){-1, -1};
    return false;
}

enum sim_status process_line_order(const struct process_line *line, const void *bytes,
                                   size_t length)
{
    (void)line;
    (void)bytes;
    (void)length;
    return SIM_ERR_NOTFOUND;
}

enum sim_status process_line_take_order(const struct process_line *line, void *bytes, size_t room,
                                        int wait_ms, size_t *length)
{
    (void)line;
    (void)bytes;
    (void)room;
    (void)wait_ms;
    *length = 0;
    return SIM_ERR_NOTFOUND;
}

enum sim_status process_line_send(const struct process_line *line, const void *bytes, size_t length)
{
    return process_line_order(line, bytes, length);
}

enum sim_status process_line_receive(const struct process_line *line, void *bytes, size_t room,
                                     int wait_ms, size_t *length)
{
    return process_line_take_order(line, bytes, room, wait_ms, length);
}
