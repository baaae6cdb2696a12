/*
 * noded.h - the daemon: one node's core, as a process of its own.
 *
 * It does what its orders grant it, an event at a time, and answers with what its core wants; its
 * messages it sends and receives as datagrams, encoded as the protocol has them. It reads no
 * clock, no file and no scenario: all it knows is its outfit and what it was told since.
 * Memory is taken once, when the outfit is complete. Where tasklets are really run, a second thread
 * is the executor (worker.h); the binaries that it loads came with data messages (hold.h).
 *
 * What its core takes for granted is checked here: times that fall, words of an executor that runs
 * nothing, updates at a node that is no registry are refused; frames that are no message of the
 * protocol, and binaries that are not what they are said to be, are counted and dropped.
 *
 * Errors: the exit code. 0: its orders have ended, as they do when the access point is gone; 65:
 *   orders that nobody could have given; 70: it has no memory, or a line is broken; 2: it was
 *   started by hand.
 */
#ifndef MODELS_NIMBLENET_REAL_NODED_H
#define MODELS_NIMBLENET_REAL_NODED_H

/* Serves until it is told to end. Exit code. */
int noded_main(void);

#endif
