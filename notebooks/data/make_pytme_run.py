"""Makes pytme_run.pickle.gz, the run of the third and fourth notebook: python make_pytme_run.py

pyTME 0.3.6 searches a piece of the tomogram (all of z, y from 66 to 145, x from 18 to 81) for tubulin.mrc. The folder that
it ran in is taken out of the names of its files.
"""

import gzip
import pickle
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import mrcfile
import numpy as np

HERE = Path(__file__).parent


def main(target):
    with tempfile.TemporaryDirectory() as folder:
        piece = Path(folder) / "piece.mrc"
        with mrcfile.open(HERE / "microtubule_13pf.mrc") as file:
            density = file.data[:, 66:146, 18:82].astype(np.float32)
        with mrcfile.new(piece) as file:
            file.set_data(density)
            file.voxel_size = 10.52
        shutil.copy(HERE / "tubulin.mrc", folder)
        options = "-m piece.mrc -i tubulin.mrc -a 30 -s FLCSphericalMask --interpolation-order 1 --pad-edges -n 1"
        program = [str(Path(sys.executable).with_name("match_template"))]
        subprocess.run([*program, *options.split(), "-o", "run.pickle.gz"], cwd=folder, check=True)
        write_without_folder(Path(folder) / "run.pickle.gz", target)


def write_without_folder(run, target):
    items = []
    with gzip.open(run) as file:
        while file.peek(1):
            items.append(pickle.load(file))
    options = vars(items[-1][-1])
    for name, value in options.items():
        if isinstance(value, str) and value.startswith("/"):
            options[name] = Path(value).name if Path(value).suffix else "."
    with open(target, "wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed:
        for item in items:
            pickle.dump(item, packed)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE / "pytme_run.pickle.gz")
