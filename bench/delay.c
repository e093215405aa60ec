/*
 * A DNS pass-through that delays every answer by a fixed time, many in flight.
 *
 *   delay LISTEN_IP LISTEN_PORT SERVER_IP SERVER_PORT DELAY_MS STATS_FILE
 *
 * UDP goes through one epoll loop with batched system calls; ids are exchanged on the way, so that any
 * number of clients share the sockets towards the server. TCP connections (rare: truncated
 * answers) get a thread each. On SIGTERM the counters are written to STATS_FILE as JSON: questions, distinct
 * questions (name and type, case ignored), the repeated ones, how many were in flight at most, and when the
 * first questions arrived (milliseconds), which shows the rounds of a single run.
 *
 * Linux only, as is the benchmark: recvmmsg, epoll.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { UPSTREAMS = 16, IDS = 65536, BATCH = 64, PACKET = 4096, TABLE = 1 << 21, REPEATS = 40, ARRIVALS = 4096 };

struct waiting { struct sockaddr_in client; uint16_t id; uint8_t used; };
struct late { uint64_t due; struct sockaddr_in client; uint32_t length; uint8_t *data; };

static int listener, upstream[UPSTREAMS], turn;
static struct waiting *waiting[UPSTREAMS];
static uint16_t next_id[UPSTREAMS];
static struct late *queue;
static size_t head, tail, room = 1 << 18;
static uint64_t delay_ns, first_ns;
static uint64_t asked, answered, in_flight, most_in_flight, distinct, repeated, streams, lost;
static uint64_t *seen;
static char repeats[REPEATS][300];
static int repeats_kept;
static double arrivals[ARRIVALS];
static volatile sig_atomic_t ended;
static struct sockaddr_in server_address;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void fail(const char *what) { perror(what); exit(1); }
static void end(int sig) { (void)sig; ended = 1; }

/* Counts a question; the name's case does not make it another one. */
static void note(const uint8_t *packet, size_t length) {
    uint64_t hash = 1469598103934665603u;
    size_t at = 12, text = 0;
    char name[300];
    uint64_t moment = now();
    if (!asked) first_ns = moment;
    if (asked < ARRIVALS) arrivals[asked] = (double)(moment - first_ns) / 1e6;
    asked++;
    while (at < length && packet[at]) {
        size_t label = packet[at];
        if (at + label + 1 >= length || label > 63) return;
        for (size_t i = 0; i <= label; i++) {
            uint8_t c = packet[at + i];
            if (i && c >= 'A' && c <= 'Z') c += 32;
            hash = (hash ^ c) * 1099511628211u;
            if (i && text < 280) name[text++] = c > 32 && c < 127 && c != '"' && c != '\\' ? (char)c : '?';
        }
        if (text < 280) name[text++] = '.';
        at += label + 1;
    }
    if (at + 3 > length) return;
    hash = (hash ^ packet[at + 1]) * 1099511628211u;
    hash = (hash ^ packet[at + 2]) * 1099511628211u;
    if (!hash) hash = 1;
    snprintf(name + text, sizeof name - text, " %d", packet[at + 1] * 256 + packet[at + 2]);
    for (size_t slot = hash & (TABLE - 1);; slot = (slot + 1) & (TABLE - 1)) {
        if (!seen[slot]) { if (distinct < TABLE / 2) seen[slot] = hash; distinct++; return; }
        if (seen[slot] == hash) break;
    }
    repeated++;
    if (repeats_kept < REPEATS) snprintf(repeats[repeats_kept++], sizeof repeats[0], "%s", name);
}

static void from_clients(void) {
    static uint8_t data[BATCH][PACKET];
    static struct sockaddr_in from[BATCH];
    static struct iovec part[BATCH];
    static struct mmsghdr message[BATCH];
    for (int i = 0; i < BATCH; i++) {
        part[i] = (struct iovec){data[i], PACKET};
        message[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &part[i], .msg_iovlen = 1};
    }
    int got = recvmmsg(listener, message, BATCH, MSG_DONTWAIT, NULL);
    if (got <= 0) return;
    int u = turn = (turn + 1) % UPSTREAMS, kept = 0;
    for (int i = 0; i < got; i++) {
        size_t length = message[i].msg_len;
        if (length < 17) continue;
        pthread_mutex_lock(&lock);
        note(data[i], length);
        pthread_mutex_unlock(&lock);
        uint16_t id = next_id[u]++;
        struct waiting *w = &waiting[u][id];
        if (w->used) { lost++; in_flight--; }
        *w = (struct waiting){from[i], (uint16_t)(data[i][0] << 8 | data[i][1]), 1};
        data[i][0] = (uint8_t)(id >> 8);
        data[i][1] = (uint8_t)id;
        if (++in_flight > most_in_flight) most_in_flight = in_flight;
        part[kept] = (struct iovec){data[i], length};
        message[kept].msg_hdr = (struct msghdr){.msg_iov = &part[kept], .msg_iovlen = 1};
        kept++;
    }
    for (int sent = 0; sent < kept;) {
        int n = sendmmsg(upstream[u], message + sent, (unsigned)(kept - sent), 0);
        if (n < 0) { if (errno == EINTR) continue; lost += (uint64_t)(kept - sent); break; }
        sent += n;
    }
}

static void push(const struct sockaddr_in *client, const uint8_t *data, size_t length) {
    size_t next = (tail + 1) & (room - 1);
    if (next == head) { lost++; return; }
    queue[tail] = (struct late){now() + delay_ns, *client, (uint32_t)length, malloc(length)};
    memcpy(queue[tail].data, data, length);
    tail = next;
}

static void from_server(int u) {
    static uint8_t data[BATCH][PACKET];
    static struct iovec part[BATCH];
    static struct mmsghdr message[BATCH], out[BATCH];
    static struct iovec piece[BATCH];
    for (int i = 0; i < BATCH; i++) {
        part[i] = (struct iovec){data[i], PACKET};
        message[i].msg_hdr = (struct msghdr){.msg_iov = &part[i], .msg_iovlen = 1};
    }
    int got = recvmmsg(upstream[u], message, BATCH, MSG_DONTWAIT, NULL), ready = 0;
    for (int i = 0; i < got; i++) {
        struct waiting *w = &waiting[u][data[i][0] << 8 | data[i][1]];
        if (message[i].msg_len < 12 || !w->used) continue;
        w->used = 0;
        in_flight--;
        answered++;
        data[i][0] = (uint8_t)(w->id >> 8);
        data[i][1] = (uint8_t)w->id;
        if (delay_ns) { push(&w->client, data[i], message[i].msg_len); continue; }
        piece[ready] = (struct iovec){data[i], message[i].msg_len};
        out[ready].msg_hdr = (struct msghdr){.msg_name = &w->client, .msg_namelen = sizeof w->client, .msg_iov = &piece[ready], .msg_iovlen = 1};
        ready++;
    }
    for (int sent = 0; sent < ready;) {
        int n = sendmmsg(listener, out + sent, (unsigned)(ready - sent), 0);
        if (n < 0) { if (errno == EINTR) continue; lost += (uint64_t)(ready - sent); break; }
        sent += n;
    }
}

static void release(void) {
    uint64_t moment = now();
    while (head != tail && queue[head].due <= moment) {
        struct late *l = &queue[head];
        if (sendto(listener, l->data, l->length, 0, (struct sockaddr *)&l->client, sizeof l->client) < 0) lost++;
        free(l->data);
        head = (head + 1) & (room - 1);
    }
}

static int whole(int fd, uint8_t *data, size_t length, int out) {
    for (size_t at = 0; at < length;) {
        ssize_t n = out ? write(fd, data + at, length - at) : read(fd, data + at, length - at);
        if (n <= 0) return 0;
        at += (size_t)n;
    }
    return 1;
}

/* One TCP connection: question and answer in turn, each answer delayed. */
static void *stream(void *argument) {
    int client = (int)(intptr_t)argument, server = socket(AF_INET, SOCK_STREAM, 0);
    static __thread uint8_t data[65538];
    if (connect(server, (struct sockaddr *)&server_address, sizeof server_address) == 0)
        while (whole(client, data, 2, 0)) {
            size_t length = (size_t)(data[0] << 8 | data[1]);
            if (!whole(client, data + 2, length, 0)) break;
            pthread_mutex_lock(&lock);
            streams++;
            pthread_mutex_unlock(&lock);
            if (!whole(server, data, length + 2, 1) || !whole(server, data, 2, 0)) break;
            length = (size_t)(data[0] << 8 | data[1]);
            if (!whole(server, data + 2, length, 0)) break;
            struct timespec pause = {(time_t)(delay_ns / 1000000000u), (long)(delay_ns % 1000000000u)};
            nanosleep(&pause, NULL);
            if (!whole(client, data, length + 2, 1)) break;
        }
    close(client);
    close(server);
    return NULL;
}

static void *accepting(void *argument) {
    int fd = (int)(intptr_t)argument;
    for (;;) {
        int client = accept(fd, NULL, NULL);
        pthread_t thread;
        if (client < 0) continue;
        if (pthread_create(&thread, NULL, stream, (void *)(intptr_t)client)) close(client);
        else pthread_detach(thread);
    }
    return NULL;
}

static void report(const char *path) {
    FILE *f = fopen(path, "w");
    if (!f) fail(path);
    fprintf(f, "{\"questions\": %lu, \"distinct\": %lu, \"repeated\": %lu, \"answers\": %lu, \"streams\": %lu, "
               "\"lost\": %lu, \"most_in_flight\": %lu, \"repeats\": [",
            asked, distinct, repeated, answered, streams, lost, most_in_flight);
    for (int i = 0; i < repeats_kept; i++) fprintf(f, "%s\"%s\"", i ? ", " : "", repeats[i]);
    fprintf(f, "], \"arrivals_ms\": [");
    for (uint64_t i = 0; i < asked && i < ARRIVALS; i++) fprintf(f, "%s%.2f", i ? ", " : "", arrivals[i]);
    fprintf(f, "]}\n");
    fclose(f);
}

static int bound(int kind, const struct sockaddr_in *address) {
    int fd = socket(AF_INET, kind, 0), size = 8 << 20, yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (address && bind(fd, (const struct sockaddr *)address, sizeof *address)) fail("bind");
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 7) { fprintf(stderr, "delay LISTEN_IP PORT SERVER_IP PORT MS STATS\n"); return 2; }
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    server_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[4]))};
    inet_pton(AF_INET, argv[1], &own.sin_addr);
    inet_pton(AF_INET, argv[3], &server_address.sin_addr);
    delay_ns = (uint64_t)(atof(argv[5]) * 1e6);
    queue = calloc(room, sizeof *queue);
    seen = calloc(TABLE, sizeof *seen);
    signal(SIGPIPE, SIG_IGN);
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    listener = bound(SOCK_DGRAM, &own);
    int tcp = bound(SOCK_STREAM, &own), poll = epoll_create1(0);
    if (listen(tcp, 256)) fail("listen");
    pthread_t thread;
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    pthread_create(&thread, NULL, accepting, (void *)(intptr_t)tcp);
    pthread_sigmask(SIG_UNBLOCK, &all, NULL);
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){EPOLLIN, {.u32 = UPSTREAMS}});
    for (int u = 0; u < UPSTREAMS; u++) {
        upstream[u] = bound(SOCK_DGRAM, NULL);
        if (connect(upstream[u], (struct sockaddr *)&server_address, sizeof server_address)) fail("connect");
        waiting[u] = calloc(IDS, sizeof **waiting);
        epoll_ctl(poll, EPOLL_CTL_ADD, upstream[u], &(struct epoll_event){EPOLLIN, {.u32 = (uint32_t)u}});
    }
    while (!ended) {
        struct epoll_event events[UPSTREAMS + 1];
        struct timespec pause = {0, 200000000}; /* to notice the end; else until the next answer is due */
        if (head != tail) {
            uint64_t moment = now(), due = queue[head].due;
            pause.tv_nsec = due > moment ? (long)(due - moment) : 0;
            if (pause.tv_nsec > 200000000) pause.tv_nsec = 200000000;
        }
        int n = epoll_pwait2(poll, events, UPSTREAMS + 1, &pause, NULL);
        for (int i = 0; i < n; i++)
            if (events[i].data.u32 == UPSTREAMS) from_clients();
            else from_server((int)events[i].data.u32);
        release();
    }
    report(argv[6]);
    return 0;
}
