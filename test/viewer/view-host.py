"""Answers the viewer's requests as a kernel does: a plane holds step / 10 everywhere."""

from array import array

description = {
    "title": "Live view",
    "shape": [8, 10, 12],
    "voxelSizeAngstrom": [0, 0, 0],
    "maps": ["scores"],
    "stepCount": 50,
    "hasHistory": True,
    "scoreThreshold": 0,
    "ranges": {"target": None, "scores": [0, 5]},
    "picks": [],
    "running": False,
    "notes": [],
}
shapes = [[10, 12], [8, 12], [8, 10]]


def answer(comm, request):
    sequence = request["sequence"]
    if request["type"] == "describe":
        comm.send({"type": "description", "sequence": sequence, "description": description}, buffers=[b""])
        return
    step = 50 if request["step"] is None else request["step"]
    planes = [{**plane, "shape": shapes[plane["axis"]]} for plane in request["planes"]]
    buffers = [array("f", [step / 10] * (plane["shape"][0] * plane["shape"][1])).tobytes() for plane in planes]
    frame = {"type": "frame", "sequence": sequence, "step": step, "maxScore": step / 10, "planes": planes}
    comm.send(frame, buffers=buffers)


def on_open(comm, message):
    if message["content"]["data"] == {"id": "synthetic"}:
        comm.on_msg(lambda sent: answer(comm, sent["content"]["data"]))
    else:
        comm.send({"type": "lost", "message": "The kernel doesn't know this view."})


get_ipython().kernel.comm_manager.register_target("rotoscope.view", on_open)  # noqa: F821
