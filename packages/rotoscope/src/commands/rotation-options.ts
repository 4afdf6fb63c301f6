import { type NdArray, rotationSet } from "@rotoscope/core";
import { numberOption, UsageError } from "../command.js";
import { readRotations } from "../read-rotations.js";

/** The options of a command that say which rotations to try, as `parseArgs` takes them. */
export const rotationFlags = {
  "angular-sampling": { type: "string" },
  rotations: { type: "string" },
  symmetry: { type: "string" },
  cone: { type: "string" },
  "cone-axis": { type: "string" },
  "cone-direction": { type: "string" },
  "in-plane": { type: "string" },
  "in-plane-sampling": { type: "string" },
} as const;

export const rotationHelp = `  --angular-sampling DEG    mean distance of neighbouring rotations; default 15
  --symmetry CN|DN          of the template, such as C6: equivalent rotations are tried once. Cn is about z, Dn has a half turn about x too
  --cone DEG                only rotations that tilt the template's axis by up to DEG; the step of the tilt is the angular sampling
  --cone-axis X,Y,Z         the axis; default 0,0,1
  --cone-direction X,Y,Z    the direction in the target that it stays near; default: the axis itself
  --in-plane DEG            with --cone, the whole range of turns about the axis; default 360
  --in-plane-sampling DEG   with --cone, the step of the turns; default: the angular sampling
  --rotations FILE          a list instead: .npy (matrices n x 3 x 3, axes z, y, x, target to template), .star (rlnAngleRot, Tilt, Psi),
                            .arrow (a result's), or text with rot, tilt, psi per line (RELION's Z-Y-Z, degrees; in 2-D psi alone)`;

/** The rotations that the options ask for. Throws a `UsageError` for options that don't go together. */
export async function rotationsOf(
  values: Partial<Record<keyof typeof rotationFlags, string>>,
  dimensions: 2 | 3,
): Promise<NdArray<Float32Array>> {
  const number = (name: keyof typeof rotationFlags): number | undefined =>
    values[name] === undefined ? undefined : numberOption(name, values[name]);
  if (values.rotations !== undefined) {
    for (const name of Object.keys(rotationFlags) as (keyof typeof rotationFlags)[])
      if (name !== "rotations" && values[name] !== undefined)
        throw new UsageError(`--rotations and --${name} exclude each other`);
    return readRotations(values.rotations, { dimensions });
  }
  const cone = number("cone");
  for (const name of ["cone-axis", "cone-direction", "in-plane", "in-plane-sampling"] as const)
    if (cone === undefined && values[name] !== undefined) throw new UsageError(`--${name} needs --cone`);
  const [inPlane, step] = [number("in-plane"), number("in-plane-sampling")];
  return rotationSet({
    angularSamplingDegrees: number("angular-sampling") ?? 15,
    dimensions,
    ...(values.symmetry ? { symmetry: values.symmetry } : {}),
    ...(cone === undefined
      ? {}
      : {
          cone: {
            angleDegrees: cone,
            ...(values["cone-axis"] ? { axis: vector("cone-axis", values["cone-axis"]) } : {}),
            ...(values["cone-direction"] ? { direction: vector("cone-direction", values["cone-direction"]) } : {}),
            ...(inPlane === undefined ? {} : { inPlaneDegrees: inPlane }),
            ...(step === undefined ? {} : { inPlaneSamplingDegrees: step }),
          },
        }),
  });
}

/** x,y,z as the array's axes have it. */
function vector(name: string, value: string): number[] {
  const numbers = value.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.length !== 3 || !numbers.every(Number.isFinite))
    throw new UsageError(`--${name}: "${value}", expected X,Y,Z`);
  return numbers.reverse();
}
