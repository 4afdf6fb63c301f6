import { type Peak, RotoscopeError, spatialMatrix } from "@rotoscope/core";
import { relionAngles } from "./euler.js";

export { relionAngles };

/** What a STAR file needs beside the peaks. */
export interface StarOptions {
  /** Rotation index to its 3 x 3 matrix (or 2 x 2 for one z plane), row-major, array axis order, target to template. */
  readonly rotationMapping: ReadonlyMap<number, Float32Array>;
  /** Shape of the tomogram, z, y, x. */
  readonly shape: readonly number[];
  /** Edge of a voxel in angstrom, per axis (z, y, x). */
  readonly voxelSizeAngstrom: readonly number[];
  /** rlnTomoName; RELION finds the tomogram by it. */
  readonly tomogramName: string;
  /** RELION's main version; default 5. */
  readonly version?: 4 | 5;
}

/**
 * The peaks as a RELION particle STAR file with an optics block, in their order.
 *
 * For RELION 5 the coordinates are in angstrom from the tomogram's centre, which is voxel size / 2 - 1 of each axis
 * (3dem/relion issue 1137; pyTME 0.3.6 uses floor(size / 2)); for RELION 4 they are voxels from 0 on. The score is in
 * rlnAutopickFigureOfMerit, RELION's own column for it. Throws a `RotoscopeError` (`argument`) for a peak without a rotation,
 * an unknown voxel size, or a tomogram name that no STAR file can hold.
 *
 * @example
 * const star = writeStar(peaks, { ...result, shape: result.scores.shape, tomogramName: "TS_01" });
 */
export function writeStar(peaks: readonly Peak[], options: StarOptions): string {
  const { shape, voxelSizeAngstrom, version = 5 } = options;
  if (shape.length !== 3 || voxelSizeAngstrom.length !== 3)
    throw new RotoscopeError("argument", `shape [${shape.join(", ")}]: STAR files are written for z, y, x`);
  if (!voxelSizeAngstrom.every((size) => size > 0))
    throw new RotoscopeError(
      "argument",
      `voxelSizeAngstrom is [${voxelSizeAngstrom.join(", ")}], a STAR file needs it`,
    );
  const name = token(options.tomogramName);
  const coordinates =
    version === 5
      ? ["X", "Y", "Z"].map((axis) => `rlnCenteredCoordinate${axis}Angst`)
      : ["X", "Y", "Z"].map((axis) => `rlnCoordinate${axis}`);
  const particles = peaks.map((peak, index) => {
    const matrix = options.rotationMapping.get(peak.rotation);
    if (!matrix || peak.position.length !== 3)
      throw new RotoscopeError(
        "argument",
        `peak ${index} at [${peak.position.join(", ")}] has rotation ${peak.rotation}`,
      );
    const place = [2, 1, 0].map((axis) => {
      const voxel = peak.position[axis]!;
      return version === 5 ? (voxel - (shape[axis]! / 2 - 1)) * voxelSizeAngstrom[axis]! : voxel;
    });
    return [
      name,
      ...[...place, ...relionAngles(Float32Array.from(spatialMatrix(matrix, shape[0]!)))].map((value) =>
        value.toFixed(6),
      ),
      peak.score.toPrecision(9),
      1,
    ];
  });
  const opticsLabels = ["rlnOpticsGroup", "rlnOpticsGroupName", "rlnImagePixelSize"];
  const labels = [
    "rlnTomoName",
    ...coordinates,
    "rlnAngleRot",
    "rlnAngleTilt",
    "rlnAnglePsi",
    "rlnAutopickFigureOfMerit",
  ];
  return [
    `# version ${version}0001\n`,
    block("optics", opticsLabels, [[1, "opticsGroup1", voxelSizeAngstrom[2]!.toFixed(6)]]),
    block("particles", [...labels, "rlnOpticsGroup"], particles),
  ].join("\n");
}

function block(name: string, labels: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const header = labels.map((label, i) => `_${label} #${i + 1}`);
  return [`data_${name}`, "", "loop_", ...header, ...rows.map((row) => row.join("\t")), "", ""].join("\n");
}

/** A value as STAR text: in quotes when it has blanks. */
function token(value: string): string {
  if (/^[^\s"'#_$[\];][^\s"']*$/.test(value)) return value;
  if (value !== "" && !/["\r\n]/.test(value)) return `"${value}"`;
  throw new RotoscopeError("argument", `tomogramName is ${JSON.stringify(value)}, a STAR file can't hold it`);
}
