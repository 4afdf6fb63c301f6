"""rotoscope in JupyterLab: the viewer, a kernelspec, and small messages without delay."""

__version__ = "0.1.0"


def _jupyter_server_extension_points():
    return [{"module": "jupyterlab_rotoscope"}]


def _load_jupyter_server_extension(app):
    from .low_latency import send_at_once

    send_at_once(app.log)
