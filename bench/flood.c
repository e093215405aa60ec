/*
 * Asks a name server as fast as it answers, to show what server and forwarder can carry.
 *
 *   flood IP PORT SECONDS WINDOW < "name type-number" lines        prints answers per second
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MOST = 200000, BATCH = 32 };
static uint8_t *packets[MOST];
static size_t lengths[MOST];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t build(uint8_t *out, const char *name, int type) {
    size_t at = 12;
    memcpy(out, "\0\0\1\0\0\1\0\0\0\0\0\1", 12);
    while (*name) {
        const char *dot = strchrnul(name, '.');
        size_t label = (size_t)(dot - name);
        if (label > 63 || at + label > 260) return 0;
        out[at++] = (uint8_t)label;
        memcpy(out + at, name, label);
        at += label;
        name = *dot ? dot + 1 : dot;
    }
    out[at++] = 0;
    out[at++] = 0;
    out[at++] = (uint8_t)type;
    memcpy(out + at, "\0\1\0\0\51\4\320\0\0\0\0\0\0", 13); /* IN, and EDNS with 1232 octets */
    return at + 13;
}

int main(int argc, char **argv) {
    if (argc != 5) return 2;
    static uint8_t data[BATCH][4096];
    char name[300];
    int type, count = 0, window = atoi(argv[4]), in_flight = 0;
    while (count < MOST && scanf("%299s %d", name, &type) == 2) {
        uint8_t packet[400];
        size_t length = build(packet, name, type);
        if (!length) continue;
        packets[count] = malloc(length);
        memcpy(packets[count], packet, lengths[count] = length);
        count++;
    }
    if (!count) return 2;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &server.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (connect(fd, (struct sockaddr *)&server, sizeof server)) return 1;
    struct iovec part[BATCH];
    struct mmsghdr message[BATCH];
    double began = now(), until = began + atof(argv[3]), heard = began;
    uint64_t answers = 0, sent = 0, lost = 0;
    while (now() < until) {
        while (in_flight + BATCH <= window) {
            for (int i = 0; i < BATCH; i++) {
                size_t k = (size_t)(sent++ % (uint64_t)count);
                packets[k][0] = (uint8_t)(sent >> 8);
                packets[k][1] = (uint8_t)sent;
                part[i] = (struct iovec){packets[k], lengths[k]};
                message[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
            }
            int n = sendmmsg(fd, message, BATCH, 0);
            in_flight += n > 0 ? n : 0;
        }
        struct pollfd wait = {fd, POLLIN, 0};
        poll(&wait, 1, 20);
        for (int i = 0; i < BATCH; i++) {
            part[i] = (struct iovec){data[i], sizeof data[i]};
            message[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
        }
        int got = recvmmsg(fd, message, BATCH, MSG_DONTWAIT, NULL);
        if (got > 0) {
            answers += (uint64_t)got;
            in_flight -= got;
            heard = now();
        } else if (now() - heard > 0.3) { /* what has not come by now does not come */
            lost += (uint64_t)in_flight;
            in_flight = 0;
            heard = now();
        }
    }
    printf("{\"answers_per_second\": %.0f, \"lost\": %lu}\n", (double)answers / (now() - began), lost);
    return 0;
}
