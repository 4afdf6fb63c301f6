// Writes the AssemblyScript of the engine's Fourier kernels: straight-line butterflies for each radix, which a language
// without multiple return values cannot share. build.mjs hands the text to the compiler as assembly/engine-kernels.ts.
import { PITCH, range } from "./engine-code.mjs";
import { GATHER, gather, PLAIN, PRODUCT, plain, product } from "./engine-inner-stages.mjs";
import { backward, coprime, FIRST, first, forward, LAST, last, STAGE } from "./engine-outer-stages.mjs";

/** Radices of stages with twiddles; the innermost stage may have others. */
const OUTER = [1, 2, 3, 4, 5, 7];
const INNER = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 15, 20];

/** The text of assembly/engine-kernels.ts: in single precision, or in double, which has two lanes. */
export function engineKernels(double = false) {
  const twiddled = OUTER.slice(1);
  const text = [
    `export const PITCH: usize = ${PITCH};`,
    ...OUTER.flatMap((radix) => [
      ...range(radix + 1).map((active) => first(radix, active)),
      last("last", radix),
      last("lastSwapped", radix),
    ]),
    ...twiddled.flatMap((radix) => [
      forward(radix),
      backward(radix),
      coprime("forward", radix),
      coprime("backward", radix),
    ]),
    ...INNER.flatMap((radix) => [plain(radix), product(radix), gather(radix)]),
    dispatch("first", OUTER, FIRST),
    dispatch("forward", twiddled, STAGE, true),
    dispatch("backward", twiddled, STAGE, true),
    dispatch("last", OUTER, LAST),
    dispatch("lastSwapped", OUTER, LAST),
    dispatch("plain", INNER, PLAIN),
    dispatch("product", INNER, PRODUCT),
    dispatch("gather", INNER, GATHER),
  ].join("\n\n");
  return double ? inDoublePrecision(text) : text;
}

function inDoublePrecision(text) {
  return text
    .replaceAll("f32x4", "f64x2")
    .replaceAll("<f32>", "")
    .replace(
      /v128\.load32_splat\((\w+), (\d+)\)/g,
      (_, pointer, offset) => `v128.load64_splat(${pointer}, ${2 * offset})`,
    )
    .replace(/(twiddles|w) (\+=?) (\d+)/g, (_, pointer, sign, step) => `${pointer} ${sign} ${2 * step}`);
}

/** Calls the kernel of a radix; where `withCoprime`, radices below 0 are those without twiddles. */
function dispatch(name, radices, parameters, withCoprime = false) {
  const names = parameters.split(", ").map((parameter) => parameter.split(":")[0]);
  return `
export function ${name}(radix: i32, ${parameters}): void {
  switch (radix) {
    ${radices.map((radix) => `case ${radix}: ${name}${radix}(${names.join(", ")}); break;`).join("\n    ")}
    ${withCoprime ? radices.map((radix) => `case -${radix}: ${name}Coprime${radix}(${names.join(", ")}); break;`).join("\n    ") : ""}
    default: unreachable();
  }
}`;
}
