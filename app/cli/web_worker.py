"""A gunicorn worker that reserves a thread for `/health`.

A load balancer must not remove a machine only because all of its threads are busy.
"""

import socket
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

ASKED = b"GET /health"


class HealthWorker(ThreadWorker):  # type: ignore[misc]
    """As gthread, except for connections whose next request begins with ASKED."""

    def init_process(self) -> None:
        """Starts with the extra thread."""
        self.health_pool = ThreadPoolExecutor(1, "health")
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Hands a connection to the pool, to the `/health` thread, or back until data arrives."""
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
    """The beginning of the next request, without consuming it; None if nothing has arrived yet."""
    try:
        return sock.recv(len(ASKED), socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        # The connection broke; its handler notices.
        return b""
