"""Answers engine.mjs: makes inputs, and times pyTME on them. One JSON object a line."""
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


def main():
    folder = tempfile.mkdtemp()
    setup, score = MATCHING_EXHAUSTIVE_REGISTER["FLCSphericalMask"]
    answer = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        task = json.loads(line)
        reply = {}
        if "make" in task:
            shape, template_shape, count = task["make"]
            random = np.random.default_rng(1)
            target, template = random.random(shape, np.float32), random.random(template_shape, np.float32)
            rotations = Rotation.random(count, random_state=1).as_matrix().astype(np.float32)
            centre = (np.array(template_shape).reshape(3, 1, 1, 1) - 1) / 2
            mask = (((np.indices(template_shape) - centre) ** 2).sum(0) <= (min(template_shape) / 2 - 0.6) ** 2).astype(np.float32)
            for name, array in (("target", target), ("template", template), ("rotations", rotations)):
                reply[name] = os.path.join(folder, name)
                array.tofile(reply[name])
        else:
            data = MatchingData(target, template, template_mask=mask, rotations=rotations[: task["run"]])
            start, cpu = time.time(), cpu_seconds()
            result = match_exhaustive(
                data, score, setup, MaxScoreOverRotations, job_schedule=(1, task["jobs"]) if task["jobs"] == 1 else (task["jobs"], 1),
                pad_target_edges=True, interpolation_order=1,
            )
            reply = {"wall": time.time() - start, "cpu": cpu_seconds() - cpu}
            if task.get("keep"):
                reply["scores"] = os.path.join(folder, "scores")
                np.asarray(result[0], np.float32).tofile(reply["scores"])
        print(json.dumps(reply), file=answer, flush=True)


if __name__ == "__main__":
    main()
