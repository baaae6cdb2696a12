/*
 * A capture's blocks, read back byte by byte; and whose interfaces a study's frames have.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/capture/capture.h"
#include "sim/capture/pcapng.h"
#include "sim/terminal/exit.h"

struct written {
    char *byte;
    size_t length;
    FILE *to;
};

/* It must not move until it is closed. */
static void begin(struct written *w)
{
    *w = (struct written){.byte = NULL};
    w->to = open_memstream(&w->byte, &w->length);
    cr_assert_not_null(w->to);
}

static uint32_t word(const struct written *w, size_t at)
{
    uint32_t value = 0;
    cr_assert_leq(at + 4, w->length);
    for (size_t i = 0; i < 4; i++) {
        value |= (uint32_t)(unsigned char)w->byte[at + i] << (8 * i);
    }
    return value;
}

/* Every block is as long as it says, before and behind; how many there are. */
static size_t count_blocks(const struct written *w)
{
    size_t count = 0;
    for (size_t at = 0; at < w->length; count++) {
        const uint32_t length = word(w, at + 4);
        cr_assert(length >= 12 && length % 4 == 0 && length <= w->length - at);
        cr_assert_eq(word(w, at + length - 4), length);
        at += length;
    }
    return count;
}

static const unsigned char bytes[PCAPNG_PACKET_MAX + 8] = {1, 2, 3, 4, 5, 6, 7};

static struct written write_packet(size_t head, size_t body, size_t all, size_t comments)
{
    struct written w;
    begin(&w);
    const struct pcapng_packet p = {
        .interface = 7,
        .at = INT64_C(0x123456789A),
        .direction = PCAPNG_INBOUND,
        .part = {bytes, body > 0 ? bytes : NULL},
        .part_bytes = {head, body},
        .bytes = all,
        .comment = {"lost", "again, and again"},
        .comments = comments,
    };
    pcapng_put_packet(w.to, &p);
    (void)fclose(w.to);
    return w;
}

Test(pcapng, a_file_begins_with_a_section_and_its_interfaces)
{
    struct written w;
    begin(&w);
    pcapng_put_section(w.to);
    pcapng_put_interface(w.to, "node 1 > node 2", "a run");
    (void)fclose(w.to);
    cr_expect_eq(count_blocks(&w), 2);
    cr_expect_eq(word(&w, 0), 0x0A0D0D0A);
    cr_expect_eq(word(&w, 8), 0x1A2B3C4D);
    const size_t interface = word(&w, 4);
    cr_expect_eq(word(&w, interface), 1);
    cr_expect_eq(word(&w, interface + 8), PCAPNG_LINKTYPE_USER0);
    free(w.byte);
}

Test(pcapng, a_packet_of_any_length_is_padded)
{
    for (size_t head = 0; head <= 5; head++) {
        for (size_t body = 0; body <= 5; body++) {
            struct written w = write_packet(head, body, head + body, head % 3);
            cr_expect_eq(count_blocks(&w), 1);
            cr_expect_eq(word(&w, 0), 6);
            cr_expect_eq(word(&w, 8), 7);
            cr_expect_eq(word(&w, 12), 0x12);
            cr_expect_eq(word(&w, 16), 0x3456789A);
            cr_expect_eq(word(&w, 20), head + body);
            cr_expect_eq(word(&w, 24), head + body);
            cr_expect_eq(memcmp(w.byte + 28, bytes, head), 0);
            cr_expect_eq(memcmp(w.byte + 28 + head, bytes, body), 0);
            free(w.byte);
        }
    }
}

Test(pcapng, a_packet_without_bytes_still_says_how_long_it_was)
{
    struct written w = write_packet(0, 0, 82, 1);
    cr_expect_eq(word(&w, 20), 0);
    cr_expect_eq(word(&w, 24), 82);
    free(w.byte);
}

Test(pcapng, what_is_longer_than_a_packet_may_be_is_cut)
{
    struct written w = write_packet(44, PCAPNG_PACKET_MAX, PCAPNG_PACKET_MAX + 44, 2);
    cr_expect_eq(count_blocks(&w), 1);
    cr_expect_eq(word(&w, 20), PCAPNG_PACKET_MAX);
    cr_expect_eq(word(&w, 24), PCAPNG_PACKET_MAX + 44);
    free(w.byte);
}

/* ---- a study ---- */

enum { RUNS = 4 };

/* Of a run that is told by how many links it has. */
static uint32_t links_of(const void *system)
{
    return *(const uint32_t *)system;
}

static void name_link(const void *system, uint32_t link, char *text, size_t length)
{
    (void)snprintf(text, length, "%u of %u", link, links_of(system));
}

static struct written read_back(const char *path)
{
    struct written w = {.byte = calloc(1, 65536)};
    FILE *from = fopen(path, "rb");
    cr_assert(w.byte != NULL && from != NULL);
    w.length = fread(w.byte, 1, 65536, from);
    (void)fclose(from);
    return w;
}

/* Wireshark numbers interfaces through the file: those of all runs before come first. */
Test(capture, a_frame_is_of_its_own_runs_link)
{
    static const uint32_t links[RUNS] = {2, 3, 1, 2};
    static const struct model_capture model = {links_of, name_link};
    char path[] = "/tmp/nimblesim-capture-XXXXXX";
    struct capture c;
    const int file = mkstemp(path);
    cr_assert_geq(file, 0);
    (void)close(file);
    cr_assert_eq(capture_open(&c, path, true), EXIT_OK);
    for (uint32_t run = 0; run < RUNS; run++) {
        capture_begin_run(&c, &model, &links[run], "run");
        for (uint32_t link = 0; link < links[run]; link++) {
            const struct model_frame frame = {
                .link = link, .head = bytes, .head_bytes = 4, .bytes = 4};
            capture_put(&c, &frame);
        }
    }
    cr_assert(capture_is_sound(&c));
    cr_assert_eq(capture_close(&c, true), EXIT_OK);

    struct written w = read_back(path);
    uint32_t interfaces = 0;
    uint32_t packets = 0;
    for (size_t at = 0; at < w.length; at += word(&w, at + 4)) {
        interfaces += word(&w, at) == 1;
        if (word(&w, at) == 6) {
            cr_expect_eq(word(&w, at + 8), packets++);
        }
    }
    cr_expect_eq(interfaces, 8);
    cr_expect_eq(packets, 8);
    (void)unlink(path);
    free(w.byte);
}
