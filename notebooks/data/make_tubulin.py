"""Makes tubulin.mrc, the template of the first notebook: python make_tubulin.py beta-tubulin.mrc

The map (20 x 20 x 20 voxels of 5.144 A) is brought to the tomogram's 10.52 A a voxel. Its Fourier series is cut at the
new Nyquist frequency, with a cosine edge against ringing, and evaluated at the centres of the new voxels: nothing
aliases, and no interpolation blurs. The old box and the new one share their centre.
"""

import sys
from pathlib import Path

import mrcfile
import numpy as np

VOXEL_SIZE = 10.52
SIZE = 10
EDGE = 0.3  # width of the cosine edge in units of the new Nyquist frequency


def resample(density, step):
    series = np.fft.fftn(density) / density.size
    frequencies = [np.fft.fftfreq(n) for n in density.shape]
    radius = np.sqrt(sum(f**2 for f in np.meshgrid(*frequencies, indexing="ij")))
    series = series * low_pass(radius * 2 * step)
    waves = [fourier_basis(n, f, step) for n, f in zip(density.shape, frequencies)]
    return np.einsum("zyx,az,by,cx->abc", series, *waves, optimize=True).real


def low_pass(frequency):
    """1 up to the edge, 0 from the new Nyquist frequency on, where `frequency` is 1."""
    return 0.5 + 0.5 * np.cos(np.pi * np.clip((frequency - (1 - EDGE)) / EDGE, 0, 1))


def fourier_basis(n, frequencies, step):
    positions = (np.arange(SIZE) - (SIZE - 1) / 2) * step + (n - 1) / 2
    return np.exp(2j * np.pi * np.outer(positions, frequencies))


def main(source, target):
    with mrcfile.open(source) as file:
        tubulin = resample(file.data.astype(np.float64), VOXEL_SIZE / float(file.voxel_size.x))
    with mrcfile.new(target, overwrite=True) as file:
        file.set_data(tubulin.astype(np.float32))
        file.voxel_size = VOXEL_SIZE
        file.header.nlabl = 1
        file.header.label[0] = "beta-tubulin cut from EMD-7974, resampled to 10.52 A by make_tubulin.py"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else Path(__file__).with_name("tubulin.mrc"))
