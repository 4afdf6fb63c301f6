import { type NdArray, ndarray } from "@rotoscope/core";
import { rootOfUnity } from "@rotoscope/wasm";

interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * A volume with the amplitudes of `volume`'s Fourier transform and the phases of white noise from `seed`; the mean stays. What it scores is what the template's power spectrum
 * alone scores. The same bits on every machine.
 */
export function scramblePhases(volume: NdArray<Float32Array>, seed: number): NdArray<Float32Array> {
  const { data, shape } = volume;
  const zeros = new Float64Array(data.length);
  const spectrum = transform({ re: Float64Array.from(data), im: zeros }, shape, -1);
  const noise = transform({ re: whiteNoise(data.length, seed), im: zeros }, shape, -1);
  const re = spectrum.re.slice();
  const im = spectrum.im.slice();
  for (let k = 1; k < data.length; k++) {
    const amplitude = Math.sqrt(spectrum.re[k]! ** 2 + spectrum.im[k]! ** 2);
    const length = Math.sqrt(noise.re[k]! ** 2 + noise.im[k]! ** 2);
    re[k] = (amplitude * noise.re[k]!) / length;
    im[k] = (amplitude * noise.im[k]!) / length;
  }
  const values = transform({ re, im }, shape, 1).re;
  return ndarray(
    Float32Array.from(values, (value) => value / data.length),
    shape,
  );
}

/** Uniform on (-1/2, 1/2): a linear congruential generator (Park and Miller, 1988), its start spread over its range. */
function whiteNoise(length: number, seed: number): Float64Array {
  const modulus = 2147483647;
  let state = ((seed % modulus) + modulus) % modulus || 1;
  const next = (): number => {
    state = (state * 48271) % modulus;
    return state / modulus - 0.5;
  };
  for (let skipped = 0; skipped < 16; skipped++) next();
  return Float64Array.from({ length }, next);
}

/** The Fourier transform by definition, one axis after the other: templates are small, and of any length. */
function transform({ re, im }: Spectrum, shape: readonly number[], sign: 1 | -1): Spectrum {
  const values = { re: re.slice(), im: im.slice() };
  shape.forEach((length, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    const roots = Array.from({ length }, (_, k) => rootOfUnity(sign * k, length));
    const unit = { re: Float64Array.from(roots, ([c]) => c), im: Float64Array.from(roots, ([, s]) => s) };
    const line = { re: new Float64Array(length), im: new Float64Array(length) };
    for (let outer = 0; outer < re.length; outer += length * stride)
      for (let first = outer; first < outer + stride; first++) transformLine(values, first, stride, unit, line);
  });
  return values;
}

/** Transforms the values at `first`, `first + stride` ... in place; there are as many as `roots`, and `line` has room for them. */
function transformLine({ re, im }: Spectrum, first: number, stride: number, roots: Spectrum, line: Spectrum): void {
  const { length } = line.re;
  for (let j = 0; j < length; j++) {
    line.re[j] = re[first + j * stride]!;
    line.im[j] = im[first + j * stride]!;
  }
  // Two frequencies at a time: each sum has to wait for its last addition.
  for (let k = 0; k < length; k += 2) {
    const other = Math.min(k + 1, length - 1);
    let [sumRe, sumIm, otherRe, otherIm] = [0, 0, 0, 0];
    for (let j = 0, root = 0, otherRoot = 0; j < length; j++) {
      const a = line.re[j]!;
      const b = line.im[j]!;
      const c = roots.re[root]!;
      const s = roots.im[root]!;
      sumRe += a * c - b * s;
      sumIm += a * s + b * c;
      const otherC = roots.re[otherRoot]!;
      const otherS = roots.im[otherRoot]!;
      otherRe += a * otherC - b * otherS;
      otherIm += a * otherS + b * otherC;
      root += k;
      if (root >= length) root -= length;
      otherRoot += other;
      if (otherRoot >= length) otherRoot -= length;
    }
    re[first + k * stride] = sumRe;
    im[first + k * stride] = sumIm;
    re[first + other * stride] = otherRe;
    im[first + other * stride] = otherIm;
  }
}
