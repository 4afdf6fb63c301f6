"""Answers engine.mjs: makes inputs, and runs pyTME on them. One JSON object a line."""
import json
import os
import sys
import tempfile
import time
import warnings

import numpy as np
from scipy.spatial.transform import Rotation
from tme.analyzer import MaxScoreOverRotations
from tme.matching_data import MatchingData
from tme.matching_exhaustive import MATCHING_EXHAUSTIVE_REGISTER, match_exhaustive

warnings.filterwarnings("ignore")


def cpu_seconds():
    t = os.times()
    return t.user + t.system + t.children_user + t.children_system


def make(shape, template_shape, count):
    random = np.random.default_rng(1)
    target, template = random.random(shape, np.float32), random.random(template_shape, np.float32)
    return target, template, Rotation.random(count, random_state=1).as_matrix().astype(np.float32)


def peak_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def main():
    folder = tempfile.mkdtemp()
    answer = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        task = json.loads(line)
        reply = {}
        if "make" in task or "take" in task:
            if "make" in task:
                target, template, rotations = make(*task["make"])
            else:
                read = lambda name, shape: np.fromfile(task["take"][name], np.float32).reshape(shape)
                target, template = read("target", task["shape"]), read("template", task["templateShape"])
                rotations = read("rotations", (-1, 3, 3))
            centre = (np.array(template.shape).reshape(3, 1, 1, 1) - 1) / 2
            radius = min(template.shape) / 2 - 0.6
            mask = (((np.indices(template.shape) - centre) ** 2).sum(0) <= radius ** 2).astype(np.float32)
            for name, array in (("target", target), ("template", template), ("rotations", rotations)):
                reply[name] = os.path.join(folder, name)
                array.tofile(reply[name])
        else:
            setup, score = MATCHING_EXHAUSTIVE_REGISTER[task["score"]]
            start, cpu = time.time(), cpu_seconds()
            data = MatchingData(target, template, template_mask=mask, rotations=rotations[: task["run"]])
            # job_schedule: splits side by side, rotations side by side on each; the target isn't split.
            result = match_exhaustive(
                data, score, setup, MaxScoreOverRotations, job_schedule=(1, task["jobs"]),
                pad_target_edges=True, interpolation_order=task["order"],
            )
            reply = {"wall": time.time() - start, "cpu": cpu_seconds() - cpu, "peak": peak_bytes()}
            if task.get("keep"):
                reply["scores"] = os.path.join(folder, "scores")
                np.asarray(result[0], np.float32).tofile(reply["scores"])
        print(json.dumps(reply), file=answer, flush=True)


if __name__ == "__main__":
    main()
