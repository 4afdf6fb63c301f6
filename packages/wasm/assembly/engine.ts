import { beginPair, endPair } from "./engine-improve";
import { gather, product, score } from "./engine-kernels";
import { Axis, backwardInside, forwardOuter, innermost, lastOuter, stageOf } from "./engine-lines";
import { clearMember, rotateInto, Template } from "./engine-template";

export { highest, keepLogs, squaresOf } from "./engine-improve";

/** Where a worker finds what; all fields are addresses or counts of 32 bits, as engine-layout.ts writes them. */
@unmanaged
class Plan {
  axisA: usize;
  axisB: usize;
  axisC: usize;
  template: usize;
  /** Matrices of the pair, 2 x 9 f64. */
  matrices: usize;
  /** Rotated templates: [a][b][c vectors]. */
  box: usize;
  /** Vectors of four in a row of the box. */
  boxVectors: i32;
  /** Per plane of a, after the first pass: [b][c vectors]. */
  planes: usize;
  tile: usize;
  /** Tiles of the middle axis: vectors of four b each, starts (i32, one more than tiles). */
  tilesB: i32;
  startsB: usize;
  /** [tile][c][vector], before and after the middle axis. */
  planeIn: usize;
  planeOut: usize;
  rowsIn: i32;
  rowsOut: i32;
  /** [plane of a][tile][c][vector] */
  spectrum: usize;
  planeBytes: usize;
  /** Tiles of the last two axes: vectors of four c each. */
  tilesC: i32;
  startsC: usize;
  /** [tile of c][block of b rows][a][row][vector] */
  slabs: usize;
  /** Rows of b in a block: 2^shift. */
  shift: i32;
  blocks: i32;
  /** Chunks per block: one for each plane of a, and what keeps blocks from colliding in the cache. */
  chunks: i32;
  rowTiles: usize;
  /** [tile of c][b][a][vector]: factor and best score, winners. */
  state: usize;
  winners: usize;
  /** Steps of the score map's flat index along b and c. */
  stepB: i32;
  stepC: i32;
}

/** Scores one or two rotations, whose matrices lie at the plan's place, into the state; an index below 0 isn't counted. */
export function scan(plan: Plan, firstIndex: i32, secondIndex: i32, two: bool): void {
  correlate(plan, two);
  beginPair(firstIndex, secondIndex);
  backAlongA(plan, false);
  endPair();
}

/** Scores one or two rotations and leaves both maps where the slabs were: [tile of c][b][a][vector], four scores of the first, four of the second. */
export function scoreMaps(plan: Plan, two: bool): void {
  correlate(plan, two);
  backAlongA(plan, true);
}

function correlate(plan: Plan, two: bool): void {
  rotatePair(plan, two);
  alongA(plan);
  const a = changetype<Axis>(plan.axisA);
  for (let plane = 0; plane < a.length; plane++) {
    alongB(plan, plane);
    alongC(plan, plane);
    backAlongB(plan, plane);
  }
}

function rotatePair(plan: Plan, two: bool): void {
  const template = changetype<Template>(plan.template);
  rotateInto(template, plan.matrices, plan.box);
  if (two) rotateInto(template, plan.matrices + 72, plan.box + 16);
  else clearMember(template, plan.box + 16);
}

function alongA(plan: Plan): void {
  const a = changetype<Axis>(plan.axisA), b = changetype<Axis>(plan.axisB);
  const row = <usize>plan.boxVectors * 32;
  const plane = row * b.inputs;
  for (let y: usize = 0, rows = <usize>b.inputs; y < rows; y++)
    for (let x: usize = 0; x < row; x += 128) {
      const width = min<usize>(128, row - x);
      forwardOuter(a, plan.box + y * row + x, plane, plan.tile, width);
      innermost(a, plan.tile, width);
      let to = plan.planes + y * row + x;
      let from = plan.tile;
      for (let k = 0; k < a.length; k++, to += plane, from += width)
        for (let p: usize = 0; p < width; p += 16) v128.store(to + p, v128.load(from + p));
    }
}

function alongB(plan: Plan, plane: i32): void {
  const b = changetype<Axis>(plan.axisB);
  const row = <usize>plan.boxVectors * 32;
  const source = plan.planes + row * (b.inputs * plane);
  for (let x: usize = 0; x < row; x += 128) {
    const width = min<usize>(128, row - x);
    forwardOuter(b, source + x, row, plan.tile, width);
    innermost(b, plan.tile, width);
    transposeIn(plan, x >> 3, width);
  }
}

/** Columns `column` ... of the tile, from lanes of c to lanes of b. */
function transposeIn(plan: Plan, column: usize, width: usize): void {
  let from = plan.tile;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = load<i32>(plan.startsB + 4 * tile), end = load<i32>(plan.startsB + 4 * tile, 4);
    const pitch = <usize>(end - start) * 32;
    let to = plan.planeIn + <usize>start * 32 * plan.rowsIn + column * pitch;
    for (let vector = start; vector < end; vector++) {
      for (let p: usize = 0; p < width; p += 32) transpose(from + p, width, to + (p >> 3) * pitch, pitch);
      from += 4 * width;
      to += 32;
    }
  }
}

/** Four rows of one vector each become four rows of one vector each, lanes and rows exchanged. */
// @ts-ignore: decorator
@inline
function transpose(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  transposeParts(from, fromPitch, to, toPitch);
  transposeParts(from + 16, fromPitch, to + 16, toPitch);
}

// @ts-ignore: decorator
@inline
function transposeParts(from: usize, fromPitch: usize, to: usize, toPitch: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + fromPitch);
  const r2 = v128.load(from + 2 * fromPitch), r3 = v128.load(from + 3 * fromPitch);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const c = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, c, 0, 2));
  v128.store(to + toPitch, v128.shuffle<i64>(a, c, 1, 3));
  v128.store(to + 2 * toPitch, v128.shuffle<i64>(b, d, 0, 2));
  v128.store(to + 3 * toPitch, v128.shuffle<i64>(b, d, 1, 3));
}

/** The middle axis, fused: forward, times the spectrum, back. */
function alongC(plan: Plan, plane: i32): void {
  const c = changetype<Axis>(plan.axisC);
  const spectrum = plan.spectrum + plan.planeBytes * plane;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = <usize>load<i32>(plan.startsB + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsB + 4 * tile, 4) * 32 - start;
    forwardOuter(c, plan.planeIn + start * plan.rowsIn, width, plan.tile, width);
    product(c.inner, plan.tile, width, width, c.length / c.inner, spectrum + start * c.length);
    backwardInside(c, plan.tile, width);
    lastOuter(c, plan.tile, width, plan.planeOut + start * plan.rowsOut, 30, 0);
  }
}

function backAlongB(plan: Plan, plane: i32): void {
  const b = changetype<Axis>(plan.axisB);
  for (let tile = 0; tile < plan.tilesC; tile++) {
    const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
    transposeOut(plan, start >> 3, width);
    innermost(b, plan.tile, width);
    backwardInside(b, plan.tile, width);
    const chunk = width << plan.shift;
    const slab = plan.slabs + (start << plan.shift) * (plan.blocks * plan.chunks);
    lastOuter(b, plan.tile, width, slab + chunk * plane, plan.shift, chunk * plan.chunks);
  }
}

/** Columns `column` ... of the plane, from lanes of b to lanes of c, into the tile. */
function transposeOut(plan: Plan, column: usize, width: usize): void {
  let to = plan.tile;
  for (let tile = 0; tile < plan.tilesB; tile++) {
    const start = load<i32>(plan.startsB + 4 * tile), end = load<i32>(plan.startsB + 4 * tile, 4);
    const pitch = <usize>(end - start) * 32;
    let from = plan.planeOut + <usize>start * 32 * plan.rowsOut + column * pitch;
    for (let vector = start; vector < end; vector++) {
      for (let p: usize = 0; p < width; p += 32) transpose(from + (p >> 3) * pitch, pitch, to + p, width);
      from += 32;
      to += 4 * width;
    }
  }
}

function backAlongA(plan: Plan, maps: bool): void {
  const a = changetype<Axis>(plan.axisA), b = changetype<Axis>(plan.axisB);
  const outermost = stageOf(a, 0);
  for (let tile = 0; tile < plan.tilesC; tile++) {
    const start = <usize>load<i32>(plan.startsC + 4 * tile) * 32;
    const width = <usize>load<i32>(plan.startsC + 4 * tile, 4) * 32 - start;
    const chunk = width << plan.shift;
    const slab = plan.slabs + (start << plan.shift) * (plan.blocks * plan.chunks);
    for (let block = 0; block < plan.blocks; block++) {
      const y0 = block << plan.shift;
      const rows = min(1 << plan.shift, b.outputs - y0);
      const tileBytes = width * a.length;
      gather(a.inner, slab + chunk * (plan.chunks * block), chunk, width, rows, a.length / a.inner, plan.rowTiles, width, tileBytes);
      for (let r = 0; r < rows; r++) {
        const row = plan.rowTiles + tileBytes * r;
        backwardInside(a, row, width);
        const place = (start * b.outputs + width * (y0 + r)) * a.outputs;
        if (maps) {
          lastOuter(a, row, width, row, 30, 0);
          multiply(row, plan.state + place, plan.slabs + place, width * a.outputs);
          continue;
        }
        const voxel = (y0 + r) * plan.stepB + <i32>(start >> 3) * plan.stepC;
        score(outermost.radix, row, width, width, a.outputs, outermost.m, outermost.twiddles, plan.state + place, plan.winners + (place >> 1), voxel);
      }
    }
  }
}

function multiply(tile: usize, state: usize, to: usize, bytes: usize): void {
  for (let p: usize = 0; p < bytes; p += 32) {
    const factor = v128.load(state + p);
    v128.store(to + p, f32x4.mul(v128.load(tile + p), factor));
    v128.store(to + p, f32x4.mul(v128.load(tile + p, 16), factor), 16);
  }
}
