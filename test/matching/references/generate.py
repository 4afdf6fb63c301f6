"""Score maps of pyTME 0.3.6 in double precision, small enough to ship.

    python generate.py   (pytme==0.3.6, numpy, scipy, mrcfile; about ten seconds)

Target and template are cut from notebooks/data; the rotations are random with a fixed seed. Arrays are stored raw, little-endian, C order; see shapes.json.
"""
import json
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
import mrcfile
import numpy as np
from scipy.ndimage import zoom
from scipy.spatial.transform import Rotation
from tme.analyzer import MaxScoreOverRotations
from tme.backends import backend
from tme.matching_data import MatchingData
from tme.matching_exhaustive import MATCHING_EXHAUSTIVE_REGISTER, match_exhaustive
from tme.matching_utils import create_mask

backend.change_backend("numpyfftw", float_dtype=np.float64, complex_dtype=np.complex128)
here = Path(__file__).parent
data = here.parents[2] / "notebooks" / "data"
target = mrcfile.read(data / "microtubule_13pf.mrc")[8:26, 96:119, 30:51].astype(np.float32)
template = zoom(mrcfile.read(data / "tubulin.mrc"), (0.7, 0.8, 0.9), order=1).astype(np.float32)
centre = tuple((np.array(template.shape) - 1) / 2)
mask = create_mask(mask_type="ellipse", shape=template.shape, radius=(3.2, 3.2, 3.2), center=centre).astype(np.float32)
rotations = np.concatenate([np.eye(3)[None], Rotation.random(8, random_state=11).as_matrix()]).astype(np.float32)

shapes = {}


def store(name, array):
    array.tofile(here / f"{name}.raw")
    shapes[name] = [str(array.dtype), *array.shape]


for name, array in (("target", target), ("template", template), ("mask", mask), ("rotations", rotations)):
    store(name, array)
setup, score = MATCHING_EXHAUSTIVE_REGISTER["FLCSphericalMask"]
for name, padded in (("padded", True), ("periodic", False)):
    matching = MatchingData(*(a.astype(np.float64) for a in (target, template)), template_mask=mask.astype(np.float64), rotations=rotations.astype(np.float64))
    scores, _, index, mapping, mean_square = match_exhaustive(
        matching, score, setup, MaxScoreOverRotations, job_schedule=(1, 1), pad_target_edges=padded, interpolation_order=1
    )
    position = np.array([np.argmin([np.abs(mapping[k] - r).max() for r in rotations]) for k in range(len(mapping))])
    store(f"FLCSphericalMask-{name}-scores", np.asarray(scores, np.float32))
    store(f"FLCSphericalMask-{name}-rotations", position[np.asarray(index)].astype(np.int32))
(here / "shapes.json").write_text(json.dumps(shapes, indent=2) + "\n")
