/*
 * pcapng.h - blocks of a capture file, as draft-ietf-opsawg-pcapng describes them.
 *
 * A section begins anew: interfaces are numbered from 0 in the order in which they are described.
 * Little-endian on every host. Times are nanoseconds, as if the epoch were the start of the run.
 *
 * Errors: the stream's own; ferror() tells.
 */
#ifndef SIM_CAPTURE_PCAPNG_H
#define SIM_CAPTURE_PCAPNG_H

#include <stdio.h>

#include "sim/engine/base.h"

/* What no link layer of the world's is: reserved for whoever writes the file. */
#define PCAPNG_LINKTYPE_USER0 147u

/* Wireshark takes no packet that is longer for a sane one: what is behind is counted, not kept. */
#define PCAPNG_PACKET_MAX 262144u

enum pcapng_direction { PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2 };

/* The first bytes of a file: the kind of its first block. */
#define PCAPNG_BEGIN "\n\r\r\n"

enum { PCAPNG_COMMENTS_MAX = 3 };

struct pcapng_packet {
    uint32_t interface;
    sim_time at;
    enum pcapng_direction direction;
    const unsigned char *part[2]; /* one behind the other; NULL where there are no bytes */
    size_t part_bytes[2];
    size_t bytes; /* of the packet as it was on its way: at least those of the parts */
    const char *comment[PCAPNG_COMMENTS_MAX];
    size_t comments;
};

void pcapng_put_section(FILE *to);
void pcapng_put_interface(FILE *to, const char *name, const char *description);
void pcapng_put_packet(FILE *to, const struct pcapng_packet *p);

#endif
