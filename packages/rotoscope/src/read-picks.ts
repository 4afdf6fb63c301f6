import { readPeaks } from "@rotoscope/arrow";
import { fileKind, type PickList, type PickReadOptions, readPickFile } from "@rotoscope/formats";

/**
 * Reads picks: RELION STAR (versions 3 to 5, also as pyTME and pytom-match-pick write them), a STOPGAP motive list, a table such as pyTME's .tsv, an Arrow file of ours, or the peaks that pyTME up to 0.3.3 keeps in
 * a .pickle. Positions are voxels z, y, x from 0 on; each pick's rotation is an index into `rotationMapping`.
 *
 * RELION 5 counts from the tomogram's centre: give its `shape`. Throws a `RotoscopeError` that names the file, the row and the column.
 *
 * @example
 * const { picks } = await readPicks("picks.star", { shape: target.shape });
 */
export async function readPicks(path: string, options: PickReadOptions = {}): Promise<PickList> {
  if ((await fileKind(path)) !== "arrow") return readPickFile(path, options);
  const { peaks, rotationMapping, shape, voxelSizeAngstrom } = await readPeaks(path);
  return {
    picks: peaks,
    rotationMapping,
    shape,
    voxelSizeAngstrom,
    tomogramNames: peaks.map(() => ""),
    classes: peaks.map(() => 0),
  };
}
