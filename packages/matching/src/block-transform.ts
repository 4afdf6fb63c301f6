import { factorise } from "./fast-length.js";

interface Stage {
  readonly radix: number;
  /** Butterflies of this stage: remaining length / radix. */
  readonly count: number;
  /** exp(+2 pi i p k / remaining length) at (p * radix + k) * 2. */
  readonly twiddles: Float64Array;
}

/**
 * Unnormalised backward Fourier transforms, out[k] = sum over j of in[j] exp(+2 pi i j k / n), of many lines at once.
 *
 * A block holds `width` lines of length n side by side: element j of line b at j * width + b. Stockham's autosort scheme (Van Loan, "Computational
 * Frameworks for the Fast Fourier Transform", 1992) in float64 with radices 2, 3, 4, 5 unrolled and 7, 11, 13 by definition.
 */
export class BlockTransform {
  readonly length: number;
  readonly width: number;
  /** Input and, after `run`, output; the arrays change places, so read them anew each time. */
  re: Float64Array;
  im: Float64Array;
  #otherRe: Float64Array;
  #otherIm: Float64Array;
  readonly #stages: Stage[] = [];
  readonly #roots = new Map<number, Float64Array>();

  constructor(length: number, width: number) {
    this.length = length;
    this.width = width;
    this.re = new Float64Array(length * width);
    this.im = new Float64Array(length * width);
    this.#otherRe = new Float64Array(length * width);
    this.#otherIm = new Float64Array(length * width);
    let remaining = length;
    for (const radix of factorise(length)) {
      this.#stages.push({ radix, count: remaining / radix, twiddles: twiddlesOf(remaining, radix) });
      if (radix > 5) this.#roots.set(radix, rootsOf(radix));
      remaining /= radix;
    }
  }

  /** Transforms all lines of the block. */
  run(): void {
    let stride = this.width;
    for (const { radix, count, twiddles } of this.#stages) {
      const [re, im, outRe, outIm] = [this.re, this.im, this.#otherRe, this.#otherIm];
      if (radix === 4) radix4(re, im, outRe, outIm, count, stride, twiddles);
      else if (radix === 2) radix2(re, im, outRe, outIm, count, stride, twiddles);
      else if (radix === 3) radix3(re, im, outRe, outIm, count, stride, twiddles);
      else if (radix === 5) radix5(re, im, outRe, outIm, count, stride, twiddles);
      else radixAny(re, im, outRe, outIm, count, stride, twiddles, radix, this.#roots.get(radix)!);
      [this.re, this.im, this.#otherRe, this.#otherIm] = [outRe, outIm, re, im];
      stride *= radix;
    }
  }
}

function twiddlesOf(remaining: number, radix: number): Float64Array {
  const count = remaining / radix;
  const twiddles = new Float64Array(count * radix * 2);
  for (let p = 0; p < count; p++)
    for (let k = 0; k < radix; k++) {
      const angle = (2 * Math.PI * ((p * k) % remaining)) / remaining;
      twiddles[(p * radix + k) * 2] = Math.cos(angle);
      twiddles[(p * radix + k) * 2 + 1] = Math.sin(angle);
    }
  return twiddles;
}

function rootsOf(radix: number): Float64Array {
  const roots = new Float64Array(radix * 2);
  for (let k = 0; k < radix; k++) {
    roots[k * 2] = Math.cos((2 * Math.PI * k) / radix);
    roots[k * 2 + 1] = Math.sin((2 * Math.PI * k) / radix);
  }
  return roots;
}

type Lines = Float64Array;

function radix2(re: Lines, im: Lines, outRe: Lines, outIm: Lines, count: number, stride: number, w: Lines): void {
  const half = count * stride;
  for (let p = 0; p < count; p++) {
    const wr = w[p * 4 + 2]!;
    const wi = w[p * 4 + 3]!;
    let to = p * 2 * stride;
    for (let from = p * stride, end = from + stride; from < end; from++, to++) {
      const ar = re[from]!;
      const ai = im[from]!;
      const br = re[from + half]!;
      const bi = im[from + half]!;
      const dr = ar - br;
      const di = ai - bi;
      outRe[to] = ar + br;
      outIm[to] = ai + bi;
      outRe[to + stride] = dr * wr - di * wi;
      outIm[to + stride] = dr * wi + di * wr;
    }
  }
}

const SIN_60 = Math.sqrt(3) / 2;

function radix3(re: Lines, im: Lines, outRe: Lines, outIm: Lines, count: number, stride: number, w: Lines): void {
  const third = count * stride;
  for (let p = 0; p < count; p++) {
    const at = p * 6;
    const w1r = w[at + 2]!;
    const w1i = w[at + 3]!;
    const w2r = w[at + 4]!;
    const w2i = w[at + 5]!;
    let to = p * 3 * stride;
    for (let from = p * stride, end = from + stride; from < end; from++, to++) {
      const ar = re[from]!;
      const ai = im[from]!;
      const br = re[from + third]!;
      const bi = im[from + third]!;
      const cr = re[from + 2 * third]!;
      const ci = im[from + 2 * third]!;
      const sr = br + cr;
      const si = bi + ci;
      const mr = ar - sr * 0.5;
      const mi = ai - si * 0.5;
      const tr = -(bi - ci) * SIN_60;
      const ti = (br - cr) * SIN_60;
      const ur = mr + tr;
      const ui = mi + ti;
      const vr = mr - tr;
      const vi = mi - ti;
      outRe[to] = ar + sr;
      outIm[to] = ai + si;
      outRe[to + stride] = ur * w1r - ui * w1i;
      outIm[to + stride] = ur * w1i + ui * w1r;
      outRe[to + 2 * stride] = vr * w2r - vi * w2i;
      outIm[to + 2 * stride] = vr * w2i + vi * w2r;
    }
  }
}

function radix4(re: Lines, im: Lines, outRe: Lines, outIm: Lines, count: number, stride: number, w: Lines): void {
  const quarter = count * stride;
  for (let p = 0; p < count; p++) {
    const at = p * 8;
    const w1r = w[at + 2]!;
    const w1i = w[at + 3]!;
    const w2r = w[at + 4]!;
    const w2i = w[at + 5]!;
    const w3r = w[at + 6]!;
    const w3i = w[at + 7]!;
    let to = p * 4 * stride;
    for (let from = p * stride, end = from + stride; from < end; from++, to++) {
      const ar = re[from]!;
      const ai = im[from]!;
      const br = re[from + quarter]!;
      const bi = im[from + quarter]!;
      const cr = re[from + 2 * quarter]!;
      const ci = im[from + 2 * quarter]!;
      const dr = re[from + 3 * quarter]!;
      const di = im[from + 3 * quarter]!;
      const sr = ar + cr;
      const si = ai + ci;
      const tr = ar - cr;
      const ti = ai - ci;
      const ur = br + dr;
      const ui = bi + di;
      const vr = -(bi - di);
      const vi = br - dr;
      const xr = tr + vr;
      const xi = ti + vi;
      const yr = sr - ur;
      const yi = si - ui;
      const zr = tr - vr;
      const zi = ti - vi;
      outRe[to] = sr + ur;
      outIm[to] = si + ui;
      outRe[to + stride] = xr * w1r - xi * w1i;
      outIm[to + stride] = xr * w1i + xi * w1r;
      outRe[to + 2 * stride] = yr * w2r - yi * w2i;
      outIm[to + 2 * stride] = yr * w2i + yi * w2r;
      outRe[to + 3 * stride] = zr * w3r - zi * w3i;
      outIm[to + 3 * stride] = zr * w3i + zi * w3r;
    }
  }
}

const COS_72 = Math.cos((2 * Math.PI) / 5);
const SIN_72 = Math.sin((2 * Math.PI) / 5);
const COS_144 = Math.cos((4 * Math.PI) / 5);
const SIN_144 = Math.sin((4 * Math.PI) / 5);

function radix5(re: Lines, im: Lines, outRe: Lines, outIm: Lines, count: number, stride: number, w: Lines): void {
  const fifth = count * stride;
  for (let p = 0; p < count; p++) {
    const at = p * 10;
    let to = p * 5 * stride;
    for (let from = p * stride, end = from + stride; from < end; from++, to++) {
      const ar = re[from]!;
      const ai = im[from]!;
      const br = re[from + fifth]!;
      const bi = im[from + fifth]!;
      const cr = re[from + 2 * fifth]!;
      const ci = im[from + 2 * fifth]!;
      const dr = re[from + 3 * fifth]!;
      const di = im[from + 3 * fifth]!;
      const er = re[from + 4 * fifth]!;
      const ei = im[from + 4 * fifth]!;
      const b1r = br + er;
      const b1i = bi + ei;
      const b2r = br - er;
      const b2i = bi - ei;
      const c1r = cr + dr;
      const c1i = ci + di;
      const c2r = cr - dr;
      const c2i = ci - di;
      const m1r = ar + b1r * COS_72 + c1r * COS_144;
      const m1i = ai + b1i * COS_72 + c1i * COS_144;
      const m2r = ar + b1r * COS_144 + c1r * COS_72;
      const m2i = ai + b1i * COS_144 + c1i * COS_72;
      const n1r = -(b2i * SIN_72 + c2i * SIN_144);
      const n1i = b2r * SIN_72 + c2r * SIN_144;
      const n2r = -(b2i * SIN_144 - c2i * SIN_72);
      const n2i = b2r * SIN_144 - c2r * SIN_72;
      outRe[to] = ar + b1r + c1r;
      outIm[to] = ai + b1i + c1i;
      put(outRe, outIm, to + stride, m1r + n1r, m1i + n1i, w[at + 2]!, w[at + 3]!);
      put(outRe, outIm, to + 2 * stride, m2r + n2r, m2i + n2i, w[at + 4]!, w[at + 5]!);
      put(outRe, outIm, to + 3 * stride, m2r - n2r, m2i - n2i, w[at + 6]!, w[at + 7]!);
      put(outRe, outIm, to + 4 * stride, m1r - n1r, m1i - n1i, w[at + 8]!, w[at + 9]!);
    }
  }
}

function put(re: Lines, im: Lines, at: number, r: number, i: number, wr: number, wi: number): void {
  re[at] = r * wr - i * wi;
  im[at] = r * wi + i * wr;
}

function radixAny(
  re: Lines,
  im: Lines,
  outRe: Lines,
  outIm: Lines,
  count: number,
  stride: number,
  w: Lines,
  radix: number,
  roots: Lines,
): void {
  const part = count * stride;
  for (let p = 0; p < count; p++)
    for (let k = 0; k < radix; k++) {
      const wr = w[(p * radix + k) * 2]!;
      const wi = w[(p * radix + k) * 2 + 1]!;
      let to = (p * radix + k) * stride;
      for (let from = p * stride, end = from + stride; from < end; from++, to++) {
        let sr = 0;
        let si = 0;
        for (let j = 0; j < radix; j++) {
          const root = ((j * k) % radix) * 2;
          const r = re[from + j * part]!;
          const i = im[from + j * part]!;
          sr += r * roots[root]! - i * roots[root + 1]!;
          si += r * roots[root + 1]! + i * roots[root]!;
        }
        put(outRe, outIm, to, sr, si, wr, wi);
      }
    }
}
