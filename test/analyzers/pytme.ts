import { type NdArray, ndarray, sizeOf } from "@rotoscope/core";
import { pythonHas, runPython } from "../python.js";

/** Whether pyTME is there to compare with. */
export const live: boolean = pythonHas("tme");

/** What a test that needs pyTME adds to its title where it is missing. */
export const missing: string = live ? "" : " (pyTME isn't installed)";

const PRELUDE = `
import sys, json, warnings; warnings.filterwarnings("ignore")
import numpy as np
import tme.analyzer as tme
a = json.loads(sys.argv[1])
random = np.random.default_rng(a.get("seed", 0))
def answer(**arrays):
    plain = lambda x: {"shape": list(np.shape(x)), "data": [v if np.isfinite(v) else str(v) for v in np.asarray(x, np.float64).ravel().tolist()]}
    print(json.dumps({name: plain(value) for name, value in arrays.items()}))
`;

/** Runs Python with pyTME as \`tme\`, numpy as \`np\`, the options as \`a\`, a generator \`random\`, and \`answer(name=array, ...)\`, which returns the arrays. */
export function runPytme(script: string, options: object = {}): Record<string, NdArray<Float64Array>> {
  const answer = runPython(PRELUDE + script, JSON.stringify(options)) as Record<
    string,
    { shape: number[]; data: (number | string)[] }
  >;
  const number = (value: number | string): number =>
    typeof value === "number" ? value : value === "nan" ? Number.NaN : value === "inf" ? Infinity : -Infinity;
  return Object.fromEntries(
    Object.entries(answer).map(([name, { shape, data }]) => [name, ndarray(Float64Array.from(data, number), shape)]),
  );
}

/** Element \`index\` along the first axis, as float32. */
export function itemOf(array: NdArray<Float64Array>, index: number): NdArray<Float32Array> {
  const shape = array.shape.slice(1);
  const size = sizeOf(shape);
  return ndarray(Float32Array.from(array.data.subarray(index * size, (index + 1) * size)), shape);
}

/** The rows of an n x d array. */
export function rowsOf(array: NdArray<Float64Array>): number[][] {
  return Array.from({ length: array.shape[0]! }, (_, row) => Array.from(itemOf(array, row).data));
}

/** The largest difference; infinite where one is finite and the other not. */
export function worstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let at = 0; at < a.length; at++)
    if (!Object.is(a[at]! + 0, b[at]! + 0)) worst = Math.max(worst, Math.abs(a[at]! - b[at]!));
  return Number.isNaN(worst) ? Infinity : worst;
}
