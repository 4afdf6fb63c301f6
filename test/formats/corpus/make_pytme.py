"""Makes pytme-VERSION.pickle.gz and pytme-VERSION-peaks.pickle.gz with an older pyTME: python make_pytme.py VERSION

Run it in an environment of its own that has pytme==VERSION (0.3.0, 0.3.3) and mrcfile. The target is a piece of the
notebooks' microtubule, the template the notebooks' tubulin (see notebooks/data/README.md for source and licence).
"""

import gzip
import subprocess
import sys
import tempfile
from pathlib import Path

import mrcfile
import numpy as np

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "notebooks/data"
sys.path.insert(0, str(DATA))

from make_pytme_run import write_without_folder


def main(version):
    with tempfile.TemporaryDirectory() as folder:
        pieces = {"target": ("microtubule_13pf", np.s_[10:22, 90:104, 30:46]), "template": ("tubulin", np.s_[2:8, 2:8, 2:8])}
        for name, (source, piece) in pieces.items():
            with mrcfile.open(DATA / f"{source}.mrc") as file, mrcfile.new(f"{folder}/{name}.mrc") as made:
                made.set_data(np.ascontiguousarray(file.data[piece], dtype=np.float32))
                made.voxel_size = 10.52
        program = Path(sys.executable).with_name("match_template")
        for name, options in ((version, []), (f"{version}-peaks", ["-p", "--num-peaks", "20"])):
            command = [program, *"-m target.mrc -i template.mrc -a 90 -s FLCSphericalMask -n 1 -o run.pickle".split(), *options]
            subprocess.run(command, cwd=folder, check=True)
            packed = Path(folder) / "run.pickle.gz"
            packed.write_bytes(gzip.compress((Path(folder) / "run.pickle").read_bytes()))
            write_without_folder(packed, HERE / f"pytme-{name}.pickle.gz")


if __name__ == "__main__":
    main(sys.argv[1])
