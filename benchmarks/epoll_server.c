/* The smallest server that answers modem heartbeats: epoll, one process, frames #…$, no JSON, nothing kept.
 * It copies the value of "referenceId" into a ready answer. Prints its port, serves until it is killed. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE 4096
struct peer { int fd; int used; char buffer[SIZE]; };

static void answer(int fd, char *from, char *until) {
  static const char key[] = "\"referenceId\": \"";
  char out[512], *at = memmem(from, until - from, key, sizeof key - 1), *end;
  if (!at) return;
  at += sizeof key - 1;
  end = memchr(at, '"', until - at);
  if (!end || end - at > 64) return;
  int n = snprintf(out, sizeof out,
                   "#{\"function\":\"ack\",\"referenceId\":\"%.*s\",\"response\":{\"failCode\":0}}$", (int)(end - at), at);
  if (write(fd, out, n) < 0) return;
}

static int hear(struct peer *peer) {
  int got = read(peer->fd, peer->buffer + peer->used, SIZE - peer->used);
  if (got <= 0) return 0;
  peer->used += got;
  char *from = peer->buffer, *until = peer->buffer + peer->used, *end;
  while ((end = memchr(from, '$', until - from))) {
    answer(peer->fd, from, end);
    from = end + 1;
  }
  peer->used = until - from;
  memmove(peer->buffer, from, peer->used);
  return peer->used < SIZE;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL}, events[256];
  if (bind(listening, (void *)&address, length) || listen(listening, 1024)) return 1;
  getsockname(listening, (void *)&address, &length);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  epoll_ctl(poll, EPOLL_CTL_ADD, listening, &event);
  for (;;) {
    int n = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < n; i++) {
      struct peer *peer = events[i].data.ptr;
      if (!peer) {
        struct peer *fresh = calloc(1, sizeof *fresh);
        fresh->fd = accept(listening, NULL, NULL);
        event.data.ptr = fresh;
        epoll_ctl(poll, EPOLL_CTL_ADD, fresh->fd, &event);
      } else if (!hear(peer)) {
        close(peer->fd);
        free(peer);
      }
    }
  }
}
