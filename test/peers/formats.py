"""The Python side of formats.mjs: reads lines "WORK PATH ...", answers each with CPU seconds, wall seconds and a checksum."""

import json
import os
import pickle
import sys
import time

import mrcfile
import numpy as np
import starfile


def read_mrc(path):
    data = mrcfile.read(path)
    return [float(data[-1, -1, -1]), list(data.shape)]


def write_mrc_unsynced(path, source):
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(VOLUMES[source])
        file.voxel_size = 10
    return os.path.getsize(path)


def write_mrc(path, source):
    size = write_mrc_unsynced(path, source)
    # mrcfile leaves the writing to the system; ours is on the disk when it says so.
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
    return size


def read_star(path):
    table = starfile.read(path)["particles"]
    return [len(table), float(table["rlnAngleRot"].sum())]


def write_star(path, source):
    starfile.write(TABLES[source], path, overwrite=True)
    return os.path.getsize(path) > 0


def read_pickle(path):
    with open(path, "rb") as file:
        items = [pickle.load(file) for _ in range(6)]
    return [float(items[0][-1, -1, -1]), len(items[3])]


def read_pickle_zyx(path):
    with open(path, "rb") as file:
        items = [pickle.load(file) for _ in range(6)]
    scores, rotations = (np.ascontiguousarray(items[i].T) for i in (0, 2))
    return [float(scores[-1, -1, -1]), len(items[3]), int(rotations[0, 0, 0])]


def make_pickle(path, length):
    import argparse

    random = np.random.default_rng(1)
    shape = (int(length),) * 3
    items = [
        random.standard_normal(shape, dtype=np.float32),
        np.zeros(3, dtype=np.int64),
        random.integers(-1, 500, shape, dtype=np.int32),
        {i: np.eye(3, dtype=np.float32) for i in range(500)},
        np.array([0.1], dtype=np.float32),
        (np.zeros(3, np.float32), np.zeros(3, np.float32), np.full(3, 10, np.float32), argparse.Namespace(target="a.mrc")),
    ]
    with open(path, "wb") as file:
        for item in items:
            pickle.dump(item, file)


def load(mrc, star):
    VOLUMES["volume"] = mrcfile.read(mrc).copy()
    TABLES["picks"] = starfile.read(star)


VOLUMES, TABLES = {}, {}

for line in sys.stdin:
    work, *arguments = json.loads(line)
    wall, cpu = time.perf_counter(), time.process_time()
    answer = globals()[work](*arguments)
    print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall, answer]), flush=True)
