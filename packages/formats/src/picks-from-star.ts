import { RotoscopeError } from "@rotoscope/core";
import { checkOptions, checkTriple } from "./check-argument.js";
import { matrixFromRelionAngles, matrixFromZxzAngles } from "./euler.js";
import type { PickList } from "./peer-result.js";
import { readStar, type StarBlock } from "./star-file.js";
import type { StarColumn } from "./star-rows.js";

/** What a file of picks doesn't say itself. */
export interface PickReadOptions {
  /** Shape of the tomogram, z, y, x. RELION 5 counts from its centre, so its files need it. */
  readonly shape?: readonly number[];
  /** Edge of a voxel in angstrom, z, y, x, where the file doesn't say it. */
  readonly voxelSizeAngstrom?: readonly number[];
}

/** Prefixes of the programs that write RELION's columns under names of their own. */
const PREFIXES = ["rln", "ptm", "wrp", "pytme"];
const SCORES = ["AutopickFigureOfMerit", "LCCmax", "Score", "MaxValueProbDistribution"];

/**
 * The picks of a STAR file: RELION's particles of versions 3 to 5, with the columns of pyTME and pytom-match-pick, or a STOPGAP motive list.
 * Of several tables it is the block `particles`, as for RELION, else the first with coordinates.
 *
 * Positions are voxels from 0 on. RELION's origin offsets (voxels up to 3.0, angstrom since) and STOPGAP's shifts are applied; STOPGAP counts from 1. RELION 5's coordinates count from size / 2 - 1; pyTME's files of that version count
 * from floor(size / 2) and pytom-match-pick's from size / 2, told by their score columns. Without angles the rotation is the identity. Throws a `RotoscopeError`: `file` for damage or a missing column,
 * `argument` when the shape is needed and not given.
 */
export function picksFromStar(bytes: Uint8Array, name: string, options: PickReadOptions = {}): PickList {
  checkPickReadOptions(options);
  const blocks = readStar(bytes, name);
  const motives = blocks.find((block) => block.columns.has("orig_x"));
  if (motives) return fromMotiveList(motives, name, options);
  const particles =
    blocks.find((block) => block.name === "particles") ??
    blocks.find((block) => column(block, "CoordinateX") ?? column(block, "CenteredCoordinateXAngst")) ??
    blocks.at(-1)!;
  const optics = blocks.find((block) => block.name === "optics");
  return fromParticles(particles, optics, name, options);
}

/** Throws a `RotoscopeError` (`argument`) for a shape or a voxel size that is none. */
export function checkPickReadOptions(options: PickReadOptions): void {
  checkOptions(options);
  if (options.shape !== undefined) checkTriple("shape", options.shape, 1);
  if (options.voxelSizeAngstrom !== undefined) checkTriple("voxelSizeAngstrom", options.voxelSizeAngstrom, 0);
}

function fromParticles(
  block: StarBlock,
  optics: StarBlock | undefined,
  name: string,
  options: PickReadOptions,
): PickList {
  const optional = (label: string): Float64Array | null => numbers(column(block, label), label, name);
  const centred = optional("CenteredCoordinateXAngst") !== null;
  const required = (label: string): Float64Array => optional(label) ?? missing(name, block, `rln${label}`);
  const sizes = pixelSizes(block, optics, name);
  const voxelSizeAngstrom = options.voxelSizeAngstrom ?? new Array<number>(3).fill(sizes?.(0) ?? 0);
  const size = (row: number, axis: number): number => options.voxelSizeAngstrom?.[axis] ?? sizes?.(row) ?? 0;
  const centre = centred ? centreOf(block, name, options.shape) : [0, 0, 0];
  const coordinates = ["Z", "Y", "X"].map((axis) =>
    required(centred ? `CenteredCoordinate${axis}Angst` : `Coordinate${axis}`),
  );
  const origins = ["Z", "Y", "X"].map((axis) => optional(`Origin${axis}Angst`));
  // RELION up to 3.0 had them in voxels.
  const voxelOrigins = ["Z", "Y", "X"].map((axis) => optional(`Origin${axis}`));
  const needsSize = centred || origins.some((origin) => origin?.some((value) => value !== 0));
  if (needsSize && block.rowCount > 0 && !(size(0, 0) > 0))
    throw new RotoscopeError(
      "argument",
      `${name}: coordinates are in angstrom and the file has no pixel size; say the voxel size`,
    );
  const position = (row: number): number[] =>
    coordinates.map((values, axis) => {
      const moved = origins[axis]?.[row] ? origins[axis]![row]! / size(row, axis) : (voxelOrigins[axis]?.[row] ?? 0);
      return (centred ? values[row]! / size(row, axis) + centre[axis]! : values[row]!) - moved;
    });
  const [rot, tilt, psi] = ["AngleRot", "AngleTilt", "AnglePsi"].map((label) => optional(label));
  return pickList(block, name, options, {
    voxelSizeAngstrom,
    position,
    matrix: (row) => matrixFromRelionAngles(rot?.[row] ?? 0, tilt?.[row] ?? 0, psi?.[row] ?? 0),
    scores: SCORES.map((label) => optional(label)).find((values) => values !== null) ?? null,
    names: column(block, "TomoName") ?? column(block, "MicrographName"),
    classes: optional("ClassNumber"),
  });
}

function fromMotiveList(block: StarBlock, name: string, options: PickReadOptions): PickList {
  const optional = (label: string): Float64Array | null => numbers(block.columns.get(label) ?? null, label, name);
  const required = (label: string): Float64Array => optional(label) ?? missing(name, block, label);
  const places = ["z", "y", "x"].map((axis) => required(`orig_${axis}`));
  const shifts = ["z", "y", "x"].map((axis) => optional(`${axis}_shift`));
  const [phi, theta, psi] = ["phi", "the", "psi"].map(required) as [Float64Array, Float64Array, Float64Array];
  return pickList(block, name, options, {
    voxelSizeAngstrom: options.voxelSizeAngstrom ?? [0, 0, 0],
    position: (row) => places.map((values, axis) => values[row]! + (shifts[axis]?.[row] ?? 0) - 1),
    matrix: (row) => matrixFromZxzAngles(phi[row]!, theta[row]!, psi[row]!),
    scores: optional("score"),
    names: block.columns.get("tomo_num") ?? null,
    classes: optional("class"),
  });
}

/** What the rows of a table mean. */
interface Meaning {
  readonly voxelSizeAngstrom: readonly number[];
  readonly position: (row: number) => number[];
  readonly matrix: (row: number) => Float32Array;
  readonly scores: Float64Array | null;
  readonly names: StarColumn | null;
  readonly classes: Float64Array | null;
}

function pickList(block: StarBlock, name: string, options: PickReadOptions, meaning: Meaning): PickList {
  const rotationMapping = new Map<number, Float32Array>();
  const picks = Array.from({ length: block.rowCount }, (_, row) => {
    const position = meaning.position(row);
    const matrix = meaning.matrix(row);
    if (!position.every(Number.isFinite) || !matrix.every(Number.isFinite))
      throw new RotoscopeError(
        "file",
        `${name}: block "${block.name}", row ${row + 1}: a coordinate or an angle isn't finite`,
      );
    rotationMapping.set(row, matrix);
    return { position, score: meaning.scores?.[row] ?? 0, rotation: row };
  });
  return {
    picks,
    rotationMapping,
    voxelSizeAngstrom: meaning.voxelSizeAngstrom,
    shape: options.shape ?? null,
    tomogramNames: picks.map((_, row) => String(meaning.names?.[row] ?? "")),
    classes: picks.map((_, row) => meaning.classes?.[row] ?? 0),
  };
}

function column(block: StarBlock, label: string): StarColumn | null {
  for (const prefix of PREFIXES) {
    const found = block.columns.get(prefix + label);
    if (found) return found;
  }
  return null;
}

function numbers(values: StarColumn | null, label: string, name: string): Float64Array | null {
  if (values === null || values instanceof Float64Array) return values;
  const row = values.findIndex((value) => value === "" || Number.isNaN(Number(value)));
  throw new RotoscopeError(
    "file",
    `${name}: ${label} is "${(values[row] ?? "").slice(0, 40)}" in row ${row + 1}, expected a number`,
  );
}

/** The pixel size of a row: the particle's own, else its optics group's. */
function pixelSizes(block: StarBlock, optics: StarBlock | undefined, name: string): ((row: number) => number) | null {
  const labels = ["TomoTiltSeriesPixelSize", "DetectorPixelSize", "PixelSize", "ImagePixelSize"];
  const own = labels.map((label) => numbers(column(block, label), label, name)).find((values) => values !== null);
  if (own) return (row) => own[row] ?? 0;
  const shared =
    optics &&
    ["ImagePixelSize", "TomoTiltSeriesPixelSize"]
      .map((label) => numbers(column(optics, label), label, name))
      .find((values) => values !== null);
  if (!optics || !shared) return null;
  const groups = numbers(column(optics, "OpticsGroup"), "OpticsGroup", name);
  const ofRow = numbers(column(block, "OpticsGroup"), "OpticsGroup", name);
  const byGroup = new Map(Array.from(groups ?? [], (group, i) => [group, shared[i] ?? 0]));
  return (row) => byGroup.get(ofRow?.[row] ?? Number.NaN) ?? shared[0] ?? 0;
}

/** The voxel, z, y, x, that a program's centred coordinates count from. */
function centreOf(block: StarBlock, name: string, shape: readonly number[] | undefined): number[] {
  if (shape?.length !== 3)
    throw new RotoscopeError(
      "argument",
      `${name}: its coordinates count from the centre of the tomogram (RELION 5); say the tomogram's shape`,
    );
  if (block.columns.has("pytmeScore")) return shape.map((length) => Math.floor(length / 2));
  if (column(block, "LCCmax")) return shape.map((length) => length / 2);
  return shape.map((length) => length / 2 - 1);
}

function missing(name: string, block: StarBlock, label: string): never {
  throw new RotoscopeError("file", `${name}: block "${block.name}" has no column ${label}`);
}
