import type { Shape3 } from "./sliced-file.js";
import type { WholeMaps } from "./whole-maps.js";

/** Takes `factor` voxels per axis together: scores and their rotations by maximum, the target by mean. NaN counts where there is nothing else. */
export function binMaps(maps: WholeMaps, shape: Shape3, factor: number): WholeMaps & { readonly shape: Shape3 } {
  if (factor === 1) return { ...maps, shape };
  const binned = shape.map((length) => Math.ceil(length / factor)) as unknown as Shape3;
  const size = binned[0] * binned[1] * binned[2];
  const { target, scores, rotations } = maps;
  const best = scores && new Float32Array(size).fill(Number.NaN);
  const winners = rotations && new Int32Array(size).fill(-1);
  const sums = target && new Float64Array(size);
  const counts = target && new Uint32Array(size);
  const [nz, ny, nx] = shape;
  for (let z = 0, voxel = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const row = (Math.floor(z / factor) * binned[1] + Math.floor(y / factor)) * binned[2];
      for (let x = 0; x < nx; x++, voxel++) {
        const bin = row + Math.floor(x / factor);
        if (sums && counts) {
          sums[bin] = sums[bin]! + target[voxel]!;
          counts[bin] = counts[bin]! + 1;
        }
        if (!best || !(scores[voxel]! > best[bin]! || Number.isNaN(best[bin]!))) continue;
        best[bin] = scores[voxel]!;
        if (winners) winners[bin] = rotations[voxel]!;
      }
    }
  const means = sums && Float32Array.from(sums, (sum, bin) => sum / counts![bin]!);
  return { target: means, scores: best, rotations: winners, shape: binned };
}
