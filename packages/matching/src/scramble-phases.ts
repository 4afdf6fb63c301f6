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
  let from: Spectrum = { re, im };
  shape.forEach((length, axis) => {
    const stride = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
    const roots = Array.from({ length }, (_, k) => rootOfUnity(sign * k, length));
    const to = { re: new Float64Array(re.length), im: new Float64Array(re.length) };
    for (let k = 0; k < length; k++)
      for (let j = 0; j < length; j++) {
        const [c, s] = roots[(j * k) % length]!;
        for (let outer = 0; outer < re.length; outer += length * stride)
          for (let inner = outer; inner < outer + stride; inner++) {
            const [a, b] = [from.re[inner + j * stride]!, from.im[inner + j * stride]!];
            to.re[inner + k * stride]! += a * c - b * s;
            to.im[inner + k * stride]! += a * s + b * c;
          }
      }
    from = to;
  });
  return from;
}
