/*
 * taskd.h - a device, an edge or a cloud as a process: tasks in real Wasm, first come, first
 * served, on one processor that is its own by share.
 *
 * Threads: the first one hears orders and datagrams, answers hellos and tells how much waits at
 * every multiple of the period; it computes nothing.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_TASKD_H
#define MODELS_CHOREOGRAPHY_REAL_TASKD_H

/* With its lines inherited: a worker or the relay, as it is told, until the starter is gone. Exit
 * code. */
int taskd_main(void);

#endif
