import { Axis } from "./engine-lines";

/** What a pair of rotations is scored by. */
export const PRODUCT: i32 = 1;
export const LOCAL: i32 = 3;
export const MASKED: i32 = 6;

/** Where a worker finds what; all fields are addresses, byte counts or counts of 32 bits, as engine-share.ts writes them. */
@unmanaged
export class Plan {
  axisA: Axis;
  axisB: Axis;
  axisC: Axis;
  template: usize;
  /** Matrices of the pair, 2 x 9 f64. */
  matrices: usize;
  /** Number of correlations per rotation: PRODUCT, LOCAL or MASKED. */
  score: i32;
  /** Rotated templates: [box][a][b][c vectors]. */
  box: usize;
  boxBytes: usize;
  /** Vectors in a row of the box. */
  boxVectors: i32;
  /** Per plane of a, after the first pass: [box][a][b][c vectors]. */
  planes: usize;
  planesBytes: usize;
  tile: usize;
  /** Tiles of the middle axis: vectors of b each, starts (i32, one more than tiles). */
  tilesB: i32;
  startsB: usize;
  /** [tile][c][vector], before and after the middle axis. */
  planeIn: usize;
  planeOut: usize;
  rowsIn: i32;
  rowsOut: i32;
  /** Bytes of planeOut, which comes twice where a plane meets two spectra at once. */
  planeOutBytes: usize;
  /** [spectrum][pair of planes of a][tile][c][vector] */
  spectrum: usize;
  spectrumBytes: usize;
  planeBytes: usize;
  /** Planes of a whose frequencies are k and -k, i32 each; the same one twice where it is its own. */
  pairs: usize;
  pairCount: i32;
  /** Tiles of the last two axes: vectors of c each. */
  tilesC: i32;
  startsC: usize;
  /** [correlation][a][tile of c][b][vector]; score maps take the place of the first one. */
  slabs: usize;
  slabBytes: usize;
  /** Bytes from plane to plane of a slab. */
  slabPitch: usize;
  /** [correlation][row][a][vector] */
  rowTiles: usize;
  rowTilesBytes: usize;
  /** [tile of c][b][a][vector]: factor and best score, winners. */
  state: usize;
  winners: usize;
  /** Steps of the score map's flat index along b and c. */
  stepB: i32;
  stepC: i32;
  /** What was subtracted from the squares of the target. */
  meanSquare: f32;
}
