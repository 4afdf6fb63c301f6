"""Answers the viewer's requests as a kernel does: a plane holds step / 10 everywhere."""

from array import array

description = {
    "title": "Live view",
    "shape": [8, 10, 12],
    "voxelSizeAngstrom": [0, 0, 0],
    "maps": ["scores"],
    "stepCount": 50,
    "hasHistory": True,
    "hasThisRotation": False,
    "hasTemplate": False,
    "scoreThreshold": 0,
    "statistics": None,
    "choice": {"threshold": 0, "removed": []},
    "keepsChoice": True,
    "binning": 1,
    "wholeShape": [8, 10, 12],
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
    if request["type"] == "histogram":
        comm.send(
            {"type": "histogram", "sequence": sequence, "map": "scores", "low": 0, "high": 5},
            buffers=[array("I", [15] * 64).tobytes()],
        )
        return
    if request["type"] == "course":
        course = {"voxel": request["voxel"], "steps": [1, 8], "scores": [0.1, 0.8]}
        comm.send({"type": "course", "sequence": sequence, **course})
        return
    step = 50 if request["step"] is None else request["step"]
    planes = [{**plane, "shape": shapes[plane["axis"]]} for plane in request["planes"]]
    buffers = [array("f", [step / 10] * (plane["shape"][0] * plane["shape"][1])).tobytes() for plane in planes]
    frame = {"type": "frame", "sequence": sequence, "step": step, "view": request["view"], "maxScore": step / 10, "planes": planes}
    comm.send(frame, buffers=buffers)


def on_open(comm, message):
    if message["content"]["data"] == {"id": "synthetic"}:
        comm.on_msg(lambda sent: answer(comm, sent["content"]["data"]))
    else:
        comm.send({"type": "lost", "message": "The kernel doesn't know this view."})


get_ipython().kernel.comm_manager.register_target("rotoscope.view", on_open)  # noqa: F821
