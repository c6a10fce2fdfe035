"""The worker of gunicorn that keeps a thread for `/health`.

A load balancer must not take a machine away because all of its threads have much to do.
"""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

ASKED = b"GET /health"


class HealthWorker(ThreadWorker):  # type: ignore[misc]
    """As gthread, but for connections whose next request begins with ASKED."""

    def init_process(self) -> None:
        """Starts with the thread of its own."""
        self.health_pool = ThreadPoolExecutor(1, "health")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hands a connection to the threads, to that of `/health`, or back until data is there."""
        begins = look_ahead(conn.sock)
        if begins is None:
            later: Future[object] = Future()
            later.set_result(_DEFER)
            self.finish_request(conn, later)
            return
        pool = self.health_pool if begins == ASKED else self.tpool
        done = partial(self.method_queue.defer, self.finish_request, conn)
        pool.submit(self.handle, conn).add_done_callback(done)


def look_ahead(sock: socket.socket) -> bytes | None:
    """How the next request begins, without reading it; None when nothing has arrived yet."""
    try:
        return sock.recv(len(ASKED), socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        # Broken off: whoever handles it notices.
        return b""
