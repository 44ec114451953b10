"""How is a peer without power noticed, and how much does the kernel hold for one that does not read?"""

import socket

from osos.headend.settings import LinkLimits

# Names rather than values: not every system has every one.
_OPTIONS = (
    ("TCP_KEEPIDLE", "keepalive_idle_s", 1),
    ("TCP_KEEPINTVL", "keepalive_interval_s", 1),
    ("TCP_KEEPCNT", "keepalive_probes", 1),
    ("TCP_USER_TIMEOUT", "user_timeout_s", 1000),
    ("TCP_NODELAY", None, 1),
)


def tame(sock: socket.socket, limits: LinkLimits) -> None:
    """Let the kernel probe a quiet peer, give up on one that is gone (F24, F25), and hold little (F36)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.kernel_send_bytes)
    for option, limit, factor in _OPTIONS:
        number = getattr(socket, option, None)
        if number is not None:
            value = 1 if limit is None else getattr(limits, limit) * factor
            sock.setsockopt(socket.IPPROTO_TCP, number, value)
