#include "sim/capture/pcapng.h"

#include <string.h>

enum block_kind { BLOCK_SECTION = 0x0A0D0D0A, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum option {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_NAME = 2,
    OPTION_FLAGS = 2, /* of a packet */
    OPTION_DESCRIPTION = 3,
    OPTION_PROGRAM = 4,
    OPTION_RESOLUTION = 9,
};

enum { RESOLUTION_NS = 9, BLOCK_FRAME = 12, TEXT_MAX = 255, HEAD_MAX = 1024 };

/* The bytes of a block but for a packet's own. */
struct block {
    unsigned char byte[HEAD_MAX];
    size_t length;
};

static void put_u16(struct block *b, uint32_t value)
{
    ASSERT(value <= UINT16_MAX && b->length + 2 <= sizeof b->byte);
    b->byte[b->length++] = (unsigned char)value;
    b->byte[b->length++] = (unsigned char)(value >> 8);
}

static void put_u32(struct block *b, uint32_t value)
{
    put_u16(b, value & UINT16_MAX);
    put_u16(b, value >> 16);
}

static size_t padding_of(size_t length)
{
    return (4 - length % 4) % 4;
}

static void put_option(struct block *b, enum option code, const void *value, size_t length)
{
    const size_t padded = length + padding_of(length);
    put_u16(b, (uint32_t)code);
    put_u16(b, (uint32_t)length);
    ASSERT(b->length + padded <= sizeof b->byte);
    memset(b->byte + b->length, 0, padded);
    if (length > 0) {
        memcpy(b->byte + b->length, value, length);
    }
    b->length += padded;
}

static void put_text(struct block *b, enum option code, const char *text)
{
    put_option(b, code, text, strnlen(text, TEXT_MAX));
}

static void write_word(FILE *to, uint32_t value)
{
    struct block word = {.length = 0};
    put_u32(&word, value);
    (void)fwrite(word.byte, 1, word.length, to);
}

static void begin_block(FILE *to, enum block_kind kind, size_t length)
{
    write_word(to, (uint32_t)kind);
    write_word(to, (uint32_t)(length + BLOCK_FRAME));
}

static void end_block(FILE *to, size_t length)
{
    write_word(to, (uint32_t)(length + BLOCK_FRAME));
}

static void write_block(FILE *to, enum block_kind kind, const struct block *b)
{
    begin_block(to, kind, b->length);
    (void)fwrite(b->byte, 1, b->length, to);
    end_block(to, b->length);
}

void pcapng_put_section(FILE *to)
{
    struct block b = {.length = 0};
    put_u32(&b, 0x1A2B3C4D); /* tells the order of bytes */
    put_u16(&b, 1);
    put_u16(&b, 0);
    put_u32(&b, UINT32_MAX); /* two words: the section's length, which is not known */
    put_u32(&b, UINT32_MAX);
    put_text(&b, OPTION_PROGRAM, "nimblesim");
    put_option(&b, OPTION_END, NULL, 0);
    write_block(to, BLOCK_SECTION, &b);
}

void pcapng_put_interface(FILE *to, const char *name, const char *description)
{
    const unsigned char resolution = RESOLUTION_NS;
    struct block b = {.length = 0};
    put_u16(&b, PCAPNG_LINKTYPE_USER0);
    put_u16(&b, 0);
    put_u32(&b, PCAPNG_PACKET_MAX);
    put_text(&b, OPTION_NAME, name);
    put_text(&b, OPTION_DESCRIPTION, description);
    put_option(&b, OPTION_RESOLUTION, &resolution, 1);
    put_option(&b, OPTION_END, NULL, 0);
    write_block(to, BLOCK_INTERFACE, &b);
}

static void put_options(struct block *b, const struct pcapng_packet *p)
{
    const unsigned char flags[4] = {(unsigned char)p->direction};
    for (size_t i = 0; i < p->comments; i++) {
        put_text(b, OPTION_COMMENT, p->comment[i]);
    }
    put_option(b, OPTION_FLAGS, flags, sizeof flags);
    put_option(b, OPTION_END, NULL, 0);
}

void pcapng_put_packet(FILE *to, const struct pcapng_packet *p)
{
    static const unsigned char zeros[4] = {0};
    struct block head = {.length = 0};
    struct block options = {.length = 0};
    size_t kept[2];
    ASSERT(p->at >= 0 && p->comments <= PCAPNG_COMMENTS_MAX);
    ASSERT(p->bytes >= p->part_bytes[0] + p->part_bytes[1]);
    kept[0] = p->part_bytes[0] < PCAPNG_PACKET_MAX ? p->part_bytes[0] : PCAPNG_PACKET_MAX;
    kept[1] = p->part_bytes[1] < PCAPNG_PACKET_MAX - kept[0] ? p->part_bytes[1]
                                                             : PCAPNG_PACKET_MAX - kept[0];
    put_u32(&head, p->interface);
    put_u32(&head, (uint32_t)((uint64_t)p->at >> 32));
    put_u32(&head, (uint32_t)p->at);
    put_u32(&head, (uint32_t)(kept[0] + kept[1]));
    put_u32(&head, p->bytes < UINT32_MAX ? (uint32_t)p->bytes : UINT32_MAX);
    put_options(&options, p);

    const size_t padding = padding_of(kept[0] + kept[1]);
    const size_t length = head.length + kept[0] + kept[1] + padding + options.length;
    begin_block(to, BLOCK_PACKET, length);
    (void)fwrite(head.byte, 1, head.length, to);
    for (size_t i = 0; i < 2; i++) {
        if (kept[i] > 0) {
            (void)fwrite(p->part[i], 1, kept[i], to);
        }
    }
    (void)fwrite(zeros, 1, padding, to);
    (void)fwrite(options.byte, 1, options.length, to);
    end_block(to, length);
}
