import type { StopgapOptions } from "@rotoscope/formats";
import { UsageError } from "../command.js";

/** Options of a command that say where the parts of a STOPGAP or GAPSTOP result lie. */
export const stopgapFlags = {
  angles: { type: "string" },
  "angle-list": { type: "string" },
  "angles-order": { type: "string" },
  "first-index": { type: "string" },
} as const;

/** Their help. */
export const stopgapHelp = `Results of STOPGAP and GAPSTOP are two maps and a list, which are found by their names (smap and omap, scores_ and angles_, *ang*.csv), or
  --angles FILE             the map of rotation indices
  --angle-list FILE         the list of angles, in degrees
  --angles-order ORDER      of its columns: zxz (phi, theta, psi; GAPSTOP) or zzx (phi, psi, theta; STOPGAP)
  --first-index N           index of its first line: 0 (GAPSTOP) or 1 (STOPGAP)`;

/** The parts as the reader takes them. Throws a `UsageError` that names the option. */
export function stopgapOptions(values: Partial<Record<keyof typeof stopgapFlags, string>>): StopgapOptions {
  const order = values["angles-order"];
  const first = values["first-index"];
  if (order !== undefined && order !== "zxz" && order !== "zzx")
    throw new UsageError(`--angles-order: "${order}", expected zxz or zzx`);
  if (first !== undefined && first !== "0" && first !== "1")
    throw new UsageError(`--first-index: "${first}", expected 0 or 1`);
  return {
    ...(values.angles === undefined ? {} : { angles: values.angles }),
    ...(values["angle-list"] === undefined ? {} : { angleList: values["angle-list"] }),
    ...(order === undefined ? {} : { anglesOrder: order }),
    ...(first === undefined ? {} : { firstIndex: first === "0" ? 0 : 1 }),
  };
}
