"""Runs other programs on files for the tests of formats, and prints JSON: python peers.py WHAT ARGUMENTS

pytom-match-pick and cryoCAT want a GPU, windows and older libraries, none of which their file formats need: those are
stood in for here.
"""

import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

import mrcfile
import numpy as np
import pandas as pd

STOOD_IN = """cupy cupy.cuda cupy.fft cupy.typing cupyx cupyx.scipy cupyx.scipy.fft cupyx.scipy.ndimage cupyx.scipy.fftpack
voltools voltools.utils lmfit numba numba.typed seaborn plotly plotly.graph_objects plotly.express plotly.subplots
matplotlib matplotlib.pyplot dash dash_bootstrap_components dash_ag_grid""".split()


def stand_in():
    for name in STOOD_IN:
        sys.modules[name] = MagicMock(__version__="13.6.0")
    to_numeric = pd.to_numeric

    def lenient(values, errors="raise", **options):
        try:
            return to_numeric(values, **options)
        except (ValueError, TypeError):
            if errors == "ignore":
                return values
            raise

    pd.to_numeric = lenient
    pd.DataFrame.applymap = pd.DataFrame.map


def pytom_angles(increments):
    from pytom_tm import angles

    return [[list(map(float, a)) for a in angles.get_angle_list(float(d), symmetry=int(s))] for d, s in increments]


def write_map(path, values):
    with mrcfile.new(path, overwrite=True) as file:
        file.set_data(values.astype(np.float32))
        file.voxel_size = 10


def pytom_run(folder, rotations):
    """A job whose maps have 24 peaks, one per rotation, and what pytom-match-pick extracts of it."""
    import starfile
    from pytom_tm import dataclass, extract, tmjob

    folder = Path(folder)
    random = np.random.default_rng(5)
    shape = (20, 30, 41)
    write_map(folder / "tomo.mrc", random.standard_normal(shape))
    write_map(folder / "template.mrc", random.standard_normal((9, 9, 9)))
    write_map(folder / "mask.mrc", np.ones((9, 9, 9)))
    job = tmjob.TMJob(
        "tomo",
        10,
        *(folder / f"{name}.mrc" for name in ("tomo", "template", "mask")),
        folder,
        ts_metadata=dataclass.TiltSeriesMetaData(tilt_angles=[-50.0, 0.0, 50.0]),
        angle_increment=float(rotations) if rotations.replace(".", "").isdigit() else rotations,
        voxel_size=10.0,
    )
    job.job_stats = {"search_space": 1000, "std": 0.05, "variance": 0.0025}
    scores = random.uniform(0, 0.05, shape)
    angles = random.integers(0, job.n_rotations, shape)
    corners = [(z, y, x) for z in (5, 14) for y in (5, 15, 25) for x in (5, 15, 25, 35)]
    for k, corner in enumerate(corners):
        scores[corner] = 0.9 - 0.01 * k
    write_map(folder / "tomo_scores.mrc", scores)
    write_map(folder / "tomo_angles.mrc", angles)
    job.write_to_json(folder / "tomo_job.json")
    loaded = tmjob.load_json_to_tmjob(folder / "tomo_job.json")
    tables = {}
    for version, relion5 in ((4, False), (5, True)):
        options = {"particle_diameter": 60, "cut_off": 0.3, "create_plot": False, "relion5_compat": relion5}
        table, _ = extract.extract_particles(loaded, len(corners), **options)
        starfile.write({"particles": table}, folder / f"picks{version}.star", overwrite=True)
        tables[version] = table.select_dtypes("number").to_dict("list")
    return [corners, tables[4]]


def motive_list(folder):
    """A STOPGAP list of random motives and the RELION table that cryoCAT makes of it."""
    import starfile
    from cryocat import cryomotl

    random = np.random.default_rng(6)
    n = 50
    table = pd.DataFrame(
        {
            "motl_idx": np.arange(1, n + 1),
            "tomo_num": 3,
            "object": 1,
            "subtomo_num": np.arange(1, n + 1),
            "halfset": "A",
            **{f"orig_{axis}": random.integers(1, 40, n) for axis in "xyz"},
            "score": random.random(n),
            **{f"{axis}_shift": 0.0 for axis in "xyz"},
            "phi": random.uniform(-180, 180, n),
            "psi": random.uniform(-180, 180, n),
            "the": random.uniform(0, 180, n),
            "class": 1,
        }
    )
    starfile.write({"stopgap_motivelist": table}, Path(folder) / "motl.star", overwrite=True)
    return read_motives(Path(folder) / "motl.star")


def read_motives(path):
    """What cryoCAT makes of a STOPGAP list: its own coordinates, from 1, and RELION's angles."""
    import starfile
    from cryocat import cryomotl

    relion = Path(path).with_suffix(".relion.star")
    cryomotl.stopgap2relion(str(path), 3.1, output_motl_path=str(relion), load_kwargs={"pixel_size": 10.0})
    particles = starfile.read(relion)["particles"]
    wanted = [f"rlnCoordinate{axis}" for axis in "XYZ"] + [f"rlnAngle{name}" for name in ("Rot", "Tilt", "Psi")]
    scores = cryomotl.StopgapMotl(str(path)).df["score"]
    return [particles[wanted].astype(float).values.tolist(), scores.tolist()]


def orientation_maps(folder):
    """Score and orientation maps as GAPSTOP and STOPGAP write them, and the peaks that cryoCAT extracts."""
    import emfile
    from cryocat import tmana

    folder = Path(folder)
    random = np.random.default_rng(7)
    n = 12
    angles = np.column_stack([random.uniform(0, high, n) for high in (360, 180, 360)])
    places = [(4, 6, 8), (12, 20, 30), (10, 10, 20), (3, 25, 35)]
    found = {}
    for name, first, order in (("gapstop", 0, "zxz"), ("stopgap", 1, "zzx")):
        (folder / name).mkdir(exist_ok=True)
        scores = random.uniform(0, 0.2, (20, 30, 41)).astype("f4")
        indices = random.integers(first, n + first, scores.shape).astype("f4")
        indices.flat[:2] = first, n - 1 + first
        for k, place in enumerate(places):
            scores[place] = 0.9 - 0.1 * k
        pair = ("scores_0_1", "angles_0_1") if first == 0 else ("smap_1", "omap_1")
        for part, values in zip(pair, (scores, indices)):
            emfile.write(folder / name / f"{part}.em", values, overwrite=True)
        columns = angles if order == "zxz" else angles[:, [0, 2, 1]]
        np.savetxt(folder / name / "anglist.csv", columns, delimiter=",", fmt="%.6f")
        motives = tmana.scores_extract_particles(
            scores_map=str(folder / name / f"{pair[0]}.em"),
            angles_map=str(folder / name / f"{pair[1]}.em"),
            angles_list=str(folder / name / "anglist.csv"),
            tomo_id=1,
            particle_diameter=3,
            object_id=1,
            scores_threshold=0.5,
            angles_order=order,
            angles_numbering=first,
        )
        found[name] = motives.df[["score", "x", "y", "z", "phi", "theta", "psi"]].values.tolist()
    return found


def relion_matrices(angles):
    """RELION's angles to matrices, by the package eulerangles."""
    from eulerangles import euler2matrix

    eulers = np.array(json.loads(angles))
    return euler2matrix(eulers, axes="zyz", intrinsic=True, right_handed_rotation=True).reshape(-1, 9).tolist()


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    printed, sys.stdout = sys.stdout, sys.stderr
    stand_in()
    runs = {
        "pytom-angles": lambda: pytom_angles(json.loads(arguments[0])),
        "pytom-run": lambda: pytom_run(*arguments),
        "motive-list": lambda: motive_list(*arguments),
        "read-motives": lambda: read_motives(*arguments),
        "orientation-maps": lambda: orientation_maps(*arguments),
        "relion-matrices": lambda: relion_matrices(*arguments),
    }
    print(json.dumps(runs[what](), default=float), file=printed)
