import { type Peak, RotoscopeError } from "@rotoscope/core";
import { checkOptions, checkPicks, checkTriple, wrongArgument } from "./check-argument.js";
import { TextBytes } from "./text-bytes.js";
import { pickAngles } from "./writable-picks.js";

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
  /** The tomogram of each peak, where they are of several; empty ones get `tomogramName`. */
  readonly tomogramNames?: readonly string[];
  /** rlnClassNumber of each peak; default 1. */
  readonly classes?: readonly number[];
  /** RELION's main version; default 5. */
  readonly version?: 4 | 5;
}

const LAST_LABELS = [
  "rlnAngleRot",
  "rlnAngleTilt",
  "rlnAnglePsi",
  "rlnAutopickFigureOfMerit",
  "rlnClassNumber",
  "rlnOpticsGroup",
];

/**
 * The peaks as a RELION particle STAR file with an optics block, in their order.
 *
 * For RELION 5 the coordinates are in angstrom from the tomogram's centre, which is voxel size / 2 - 1 of each axis
 * (3dem/relion issue 1137; pyTME 0.3.6 uses floor(size / 2)); for RELION 4 they are voxels from 0 on. The score is in
 * rlnAutopickFigureOfMerit, RELION's own column for it, the class in rlnClassNumber. Throws a `RotoscopeError` (`argument`) for a peak without a rotation,
 * an unknown voxel size, or a tomogram name that no STAR file can hold. Positions outside of the tomogram are written as they are, as RELION reads them.
 *
 * @example
 * const star = writeStar(peaks, { ...result, shape: result.scores.shape, tomogramName: "TS_01" });
 */
export function writeStar(peaks: readonly Peak[], options: StarOptions): string {
  return starText(peaks, options).toString();
}

/** The bytes of the text that `writeStar` gives. */
export function starText(peaks: readonly Peak[], options: StarOptions): TextBytes {
  checkOptions(options, "rotationMapping", "shape", "voxelSizeAngstrom", "tomogramName");
  checkPicks(peaks, options.rotationMapping);
  const { shape, voxelSizeAngstrom, version = 5 } = options;
  if (version !== 4 && version !== 5) throw wrongArgument("version", version, "4 or 5");
  checkTriple("shape", shape, 1);
  checkTriple("voxelSizeAngstrom", voxelSizeAngstrom);
  if (!voxelSizeAngstrom.every((size) => size > 0))
    throw new RotoscopeError(
      "argument",
      `voxelSizeAngstrom is [${voxelSizeAngstrom.join(", ")}], a STAR file needs it`,
    );
  const name = token(options.tomogramName);
  const centre = shape.map((length) => length / 2 - 1);
  const coordinates =
    version === 5
      ? ["X", "Y", "Z"].map((axis) => `rlnCenteredCoordinate${axis}Angst`)
      : ["X", "Y", "Z"].map((axis) => `rlnCoordinate${axis}`);
  const text = new TextBytes().text(`# version ${version}0001\n\n`);
  startTable(text, "optics", ["rlnOpticsGroup", "rlnOpticsGroupName", "rlnImagePixelSize"])
    .text("1\topticsGroup1\t")
    .fixed(voxelSizeAngstrom[2]!)
    .text("\n\n\n");
  startTable(text, "particles", ["rlnTomoName", ...coordinates, ...LAST_LABELS]);
  const list = { picks: peaks, rotationMapping: options.rotationMapping };
  peaks.forEach((peak, index) => {
    const [rot, tilt, psi] = pickAngles(list, index);
    const own = options.tomogramNames?.[index];
    text.text(own && own !== options.tomogramName ? token(own) : name).tab();
    for (let axis = 2; axis >= 0; axis--) {
      const voxel = peak.position[axis]!;
      text.fixed(version === 5 ? (voxel - centre[axis]!) * voxelSizeAngstrom[axis]! : voxel).tab();
    }
    text.fixed(rot).tab().fixed(tilt).tab().fixed(psi).tab();
    text
      .significant(peak.score)
      .tab()
      .number(options.classes?.[index] || 1)
      .text("\t1\n");
  });
  return text.endLine();
}

/** Starts a table; its rows follow, and a blank line. */
export function startTable(text: TextBytes, name: string, labels: readonly string[]): TextBytes {
  return text.text([`data_${name}`, "", "loop_", ...labels.map((label, i) => `_${label} #${i + 1}`), ""].join("\n"));
}

/** A value as STAR text: in quotes when it has blanks. */
function token(value: string): string {
  if (typeof value !== "string") throw wrongArgument("tomogramName", value, "text");
  if (/^[^\s"'#_$[\];][^\s"']*$/.test(value)) return value;
  if (value !== "" && !/["\r\n]/.test(value)) return `"${value}"`;
  throw new RotoscopeError("argument", `tomogramName is ${JSON.stringify(value)}, a STAR file can't hold it`);
}
