/*
 * process.h - this program started once more, as one of several processes that belong together.
 *
 * Each is tied to the one that started it by a line: orders, a socket of packets that keep their
 * order and are never lost; and frames, UDP datagrams over 127.0.0.1, at ports that the kernel
 * chooses, each end connected to the other and deaf to everybody else. A process is given the two
 * at PROCESS_ORDERS and PROCESS_FRAMES, and nothing else: no file, no terminal but stderr.
 *
 * None outlives its starter, however that ends: the kernel kills it when the thread that started it
 * is gone, and its orders end. All of them are one process group, apart from the starter's, so
 * that a terminal's interrupt reaches the starter alone.
 *
 * Units: bytes; milliseconds of this host to wait, -1: for ever.
 * Ownership: the caller owns struct process, and ends it with process_end_all().
 * Errors: SIM_ERR_IO with a text; SIM_ERR_NOTFOUND where this program was built for a host without
 *   processes. Of a line: SIM_ERR_IO, the other end is gone; SIM_ERR_NOTFOUND, the wait was in
 *   vain; SIM_ERR_FULL, what came is longer than the room for it, and lost.
 * Threads: processes are started, and ended, by the thread that uses their lines.
 */
#ifndef RUNTIME_REPLAY_PROCESSES_PROCESS_H
#define RUNTIME_REPLAY_PROCESSES_PROCESS_H

#include "sim/engine/base.h"

enum { PROCESS_ORDERS = 3, PROCESS_FRAMES = 4, PROCESS_TEXT_MAX = 128 };
/* The longest packet of orders; and the longest datagram that UDP carries. */
enum { PROCESS_ORDER_MAX = 32768, PROCESS_FRAME_MAX = 65507 };

struct process_line {
    int orders, frames;
};

struct process {
    int32_t pid; /* 0: there is none */
    struct process_line line;
};

struct process_group {
    int32_t id; /* 0: nobody has been started yet */
};

/* Whether this program can start any. */
bool process_is_available(void);

/* Starts this program with these arguments, argument[0] first and NULL behind the last. */
SIM_MUST_CHECK enum sim_status process_start(struct process *p, struct process_group *group,
                                             const char *const *argument,
                                             char text[PROCESS_TEXT_MAX]);

/* Whether it has ended, and how: "was killed by signal 9". */
bool process_is_over(struct process *p, char text[PROCESS_TEXT_MAX]);
/* The same of one whose line is dead: the process itself may take a moment longer. */
bool process_is_soon_over(struct process *p, char text[PROCESS_TEXT_MAX]);

/* The processor time that it has taken so far, of all its threads; 0 where nobody can tell. */
int64_t process_cpu_ns(const struct process *p);

/* Kills it, as a power failure ends a node, and waits until it is gone; it can be started again. */
void process_end(struct process *p);

/* Closes the lines, kills whoever is left, and waits for all of them. */
void process_end_all(struct process *p, uint32_t count, struct process_group *group);

/* In a process that was started: its own end; false where it was started by somebody else. */
SIM_MUST_CHECK bool process_line_inherit(struct process_line *line);

SIM_MUST_CHECK enum sim_status process_line_order(const struct process_line *line,
                                                  const void *bytes, size_t length);
SIM_MUST_CHECK enum sim_status process_line_take_order(const struct process_line *line, void *bytes,
                                                       size_t room, int wait_ms, size_t *length);
SIM_MUST_CHECK enum sim_status process_line_send(const struct process_line *line, const void *bytes,
                                                 size_t length);
SIM_MUST_CHECK enum sim_status process_line_receive(const struct process_line *line, void *bytes,
                                                    size_t room, int wait_ms, size_t *length);

#endif
