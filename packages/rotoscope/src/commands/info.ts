import { open } from "node:fs/promises";
import { parseArgs } from "node:util";
import { readArrow } from "@rotoscope/arrow";
import { readVolume } from "@rotoscope/formats";
import { type Command, UsageError } from "../command.js";

const help = `rotoscope info FILE [--json]

Says what is in a result (.arrow) or a volume (.mrc, .map, also gzipped).`;

/** `rotoscope info` */
export const infoCommand: Command = { help, run };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: "boolean" } } });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new UsageError(`takes one FILE, got ${positionals.length} files`);
  const facts = (await isArrow(file)) ? await describeResult(file) : await describeVolume(file);
  if (values.json) console.log(JSON.stringify(facts, null, 2));
  else for (const [name, value] of Object.entries(facts)) console.log(`${name.padEnd(20)} ${text(value)}`);
  return 0;
}

async function isArrow(file: string): Promise<boolean> {
  const handle = await open(file, "r");
  try {
    const { buffer } = await handle.read({ buffer: Buffer.alloc(6), position: 0 });
    return buffer.toString("latin1") === "ARROW1";
  } finally {
    await handle.close();
  }
}

async function describeResult(file: string): Promise<Record<string, unknown>> {
  const result = await readArrow(file, { history: false });
  const { inputs, options, ...made } = result.provenance ?? { inputs: [], options: {} };
  return {
    kind: "result of a search",
    shape: result.scores.shape,
    offset: result.offset,
    voxelSizeAngstrom: result.voxelSizeAngstrom,
    rotations: result.rotationMapping.size,
    ...range(result.scores.data),
    meanSquare: result.meanSquare,
    history: result.historyFile?.file ?? "none",
    ...Object.fromEntries(inputs.map(({ role, name, sha256 }) => [role, `${name} (SHA-256 ${sha256})`])),
    ...made,
    options,
    ...(result.warnings.length > 0 ? { warnings: result.warnings } : {}),
  };
}

async function describeVolume(file: string): Promise<Record<string, unknown>> {
  const { data, shape, voxelSizeAngstrom, originAngstrom } = await readVolume(file);
  return { kind: "volume", shape, voxelSizeAngstrom, originAngstrom, ...range(data) };
}

function range(values: Float32Array): Record<string, number> {
  let [minimum, maximum, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  return { minimum, maximum, mean: sum / values.length };
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(" x ");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([name, entry]) => `${name} ${text(entry)}`)
      .join(", ");
  return typeof value === "number" ? String(Number(value.toPrecision(7))) : String(value);
}
