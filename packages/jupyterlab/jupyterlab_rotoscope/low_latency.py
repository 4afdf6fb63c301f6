"""Messages from kernels to browsers leave at once.

Without this, Nagle's algorithm and the browser's delayed acknowledgements hold a small message that follows another
for some 40 ms, which is what a dragged slider waits for.
"""

import functools

import jupyter_server
from jupyter_server.services.kernels import websocket


def send_at_once(log):
    """Sets TCP_NODELAY on each websocket to a kernel that opens from now on."""
    handler = getattr(websocket, "KernelWebsocketHandler", None)
    if jupyter_server.version_info[0] != 2 or not hasattr(handler, "set_nodelay"):
        log.info(
            "jupyterlab_rotoscope: small messages may take 40 ms longer, jupyter_server %s is not known to it",
            jupyter_server.__version__,
        )
        return
    if getattr(handler.open, "sends_at_once", False):
        return
    handler.open = _without_delay(handler.open)


def _without_delay(open_socket):
    @functools.wraps(open_socket)
    async def open_without_delay(self, *args, **kwargs):
        self.set_nodelay(True)
        await open_socket(self, *args, **kwargs)

    open_without_delay.sends_at_once = True
    return open_without_delay
