"""pyTME's side of analyzers.mjs: takes commands as lines of JSON, answers each with a line. The data and the answers are raw files in the folder given."""

import json
import sys
import time
import warnings

import numpy as np
import tme.analyzer as tme
from scipy.ndimage import gaussian_filter

warnings.filterwarnings("ignore")
folder, length = sys.argv[1], int(sys.argv[2])
shape = (length,) * 3
random = np.random.default_rng(0)
eye = np.eye(3, dtype=np.float32)


def save(name, array):
    array.tofile(f"{folder}/{name}")


def update(half):
    """Scores against a state of scores in [0, 1): half of them are better by 1, or none is."""
    best = random.random(shape, dtype=np.float32)
    better = random.random(shape, dtype=np.float32) < 0.5 if half else np.zeros(shape, bool)
    scores = np.where(better, best + 1, best - 1).astype(np.float32)
    analyzer = tme.MaxScoreOverRotations(shape=shape)
    state = [analyzer(analyzer.init_state(), best, eye)]
    save("best", best)
    save("scores", scores)

    def prepare():
        state[0][0][:] = best
        state[0][1][:] = 0

    def run():
        state[0] = analyzer(state[0], scores, eye * 2)

    def answer():
        save("answer.scores", state[0][0])
        save("answer.rotations", state[0][1].astype(np.int32))

    return prepare, run, answer


def peaks(caller):
    scores = gaussian_filter(random.standard_normal(shape).astype(np.float32), 1)
    scores -= scores.min() - np.float32(0.01)
    analyzer = getattr(tme, caller)(shape=shape, num_peaks=500, min_distance=8)
    found = []
    save("scores", scores)

    def run():
        found[:] = analyzer(analyzer.init_state(), scores, rotation_matrix=eye)

    def answer():
        positions, _, values, _ = analyzer.result(tuple(found))
        real = np.asarray(positions)[:, 0] >= 0
        save("answer.positions", np.asarray(positions)[real].astype(np.int32))
        save("answer.scores", np.asarray(values)[real].astype(np.float32))

    return lambda: None, run, answer


def merge():
    """Eight splits of 5/8 of the length that overlap by a quarter, with a hundred matrices that each numbers differently, and no score in two of them."""
    size, step = length * 5 // 8, length * 3 // 8
    splits = []
    for number in range(8):
        offset = np.array([number >> 2, number >> 1 & 1, number & 1]) * step
        scores = (random.integers(1, 2**21, (size,) * 3) * 8 + number).astype(np.float32) / np.float32(2**24)
        rotations = random.integers(0, 100, scores.shape, dtype=np.int32)
        matrices = {k: eye * (1 + (k + 13 * number) % 100) for k in range(100)}
        splits.append((scores, offset, rotations, matrices, np.ones(1, np.float32)))
        save(f"scores.{number}", scores)
        save(f"rotations.{number}", rotations)
    copies, merged = [], []

    def prepare():
        copies[:] = [(s.copy(), o.copy(), r.copy(), m, q) for s, o, r, m, q in splits]

    def run():
        merged[:] = tme.MaxScoreOverRotations.merge(copies)

    def answer():
        matrix = np.zeros(max(merged[3]) + 1, np.int32)
        for index, value in merged[3].items():
            matrix[index] = round(float(value[0, 0]))
        save("answer.scores", np.asarray(merged[0]))
        save("answer.matrices", matrix[np.asarray(merged[2])])

    return prepare, run, answer


cases = {"update": update, "peaks": peaks, "merge": merge}
prepare = run = answer = None
for line in sys.stdin:
    command, *arguments = json.loads(line)
    reply = None
    if command == "case":
        name, *options = arguments
        prepare, run, answer = cases[name](*options)
    elif command == "time":
        prepare()
        start = time.perf_counter(), time.process_time()
        run()
        reply = {"wall": time.perf_counter() - start[0], "cpu": time.process_time() - start[1]}
    elif command == "answer":
        answer()
    print(json.dumps(reply), flush=True)
