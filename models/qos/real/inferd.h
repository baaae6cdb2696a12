/*
 * inferd.h - a node of the cluster as a process: pods that infer, a thread each, on one processor
 * that is theirs by share.
 *
 * A pod serves its frames first come, first served, one at a time; an inference is a convolution in
 * the embedded Wasm runtime, in slices between which the pods take turns.
 *
 * Threads: the first one hears orders and datagrams and answers pings; it computes nothing.
 */
#ifndef MODELS_QOS_REAL_INFERD_H
#define MODELS_QOS_REAL_INFERD_H

#include "runtime-replay/trials/kernel.h"

#define INFERD_WORK KERNEL_CONVOLUTION
enum { INFERD_MEMORY_BYTES = 4 << 20 };

/* With its lines inherited: serves until the starter is gone. Exit code. */
int inferd_main(void);

#endif
