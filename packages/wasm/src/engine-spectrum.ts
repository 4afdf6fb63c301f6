import { type EngineAxis, type EngineLayout, vectors } from "./engine-layout.js";
import { rootOfUnity } from "./engine-twiddles.js";

interface Grid {
  readonly grid: readonly [number, number, number];
  readonly origin: readonly [number, number, number];
}

/**
 * Writes a spectrum in the order in which the engine meets it: [a][tile of b][c][vector], frequencies permuted as decimation leaves
 * them, turned in phase so that the first score lies at the grid's origin.
 */
export function spectrumOrder(
  { grid, origin }: Grid,
  spectrum: { readonly re: Float32Array; readonly im: Float32Array },
  layout: EngineLayout,
  out: Float32Array,
): void {
  const { a, b, c, startsB } = layout;
  const strides = [grid[1] * grid[2], grid[2], 1];
  const along = (axis: EngineAxis): Along => ({
    frequencies: frequenciesOf(axis),
    stride: strides[axis.axis]!,
    phases: Array.from({ length: axis.length }, (_, k) => rootOfUnity(k * origin[axis.axis]!, axis.length)),
  });
  const [alongA, alongB, alongC] = [along(a), along(b), along(c)];
  const turned = origin.some((start) => start !== 0);
  const width = vectors(b.length);
  for (let pa = 0; pa < a.length; pa++) {
    const ka = alongA.frequencies[pa]!;
    for (let tile = 1; tile < startsB.length; tile++) {
      const [start, end] = [startsB[tile - 1]!, startsB[tile]!];
      let to = (pa * width + start) * 8 * c.length;
      for (let pc = 0; pc < c.length; pc++) {
        const kc = alongC.frequencies[pc]!;
        const base = ka * alongA.stride + kc * alongC.stride;
        for (let pb = 4 * start; pb < 4 * end; pb++) {
          if (pb < b.length) {
            const kb = alongB.frequencies[pb]!;
            const from = base + kb * alongB.stride;
            let [re, im] = [spectrum.re[from]!, spectrum.im[from]!];
            if (turned)
              [re, im] = times(times(times([re, im], alongA.phases[ka]!), alongB.phases[kb]!), alongC.phases[kc]!);
            out[to] = re;
            out[to + 4] = im;
          }
          to += pb % 4 === 3 ? 5 : 1;
        }
      }
    }
  }
}

interface Along {
  readonly frequencies: Int32Array;
  readonly stride: number;
  readonly phases: readonly [number, number][];
}

function times([a, b]: [number, number], [c, d]: [number, number]): [number, number] {
  return [a * c - b * d, a * d + b * c];
}

/** Which frequency decimation in frequency leaves at each place. */
function frequenciesOf({ length, factors }: EngineAxis): Int32Array {
  const radices = [...factors.outer, factors.inner];
  return Int32Array.from({ length }, (_, place) => {
    let frequency = 0;
    let weight = 1;
    let m = length;
    for (const radix of radices) {
      m /= radix;
      frequency += weight * (Math.floor(place / m) % radix);
      weight *= radix;
    }
    return frequency;
  });
}
