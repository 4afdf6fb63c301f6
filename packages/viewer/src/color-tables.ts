/** 256 colours as little-endian RGBA words, as `ImageData` holds them, and one for values that aren't numbers. */
export interface ColorTable {
  readonly words: Uint32Array;
  readonly missing: number;
}

/** The colour maps to choose from. All rise evenly in lightness, so that any colour vision reads them. */
export type ColorMapName = "viridis" | "cividis" | "magma" | "grey" | "reversed grey";

/** Stops at even distances: viridis and magma (Smith, van der Walt and Firing; CC0), cividis (Nuñez, Anderton and Renslow; CC0). */
const STOPS: Readonly<Record<ColorMapName, string>> = {
  viridis:
    "440154 481567 482677 453781 404788 39568c 33638d 2d708e 287d8e 238a8d 1f968b 29af7f 3cbb75 55c667 73d055 b8de29 fde725",
  cividis: "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838",
  magma: "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf",
  grey: "000000 ffffff",
  "reversed grey": "ffffff 000000",
};

/** NaN in scores is a slate as dark as the low ones, so that it stays in the background. */
const MISSING_SCORE = rgba(54, 58, 68);
/** In greys it is a blue that no grey can be mistaken for. */
const MISSING_GREY = rgba(58, 84, 160);

const tables = new Map<ColorMapName, ColorTable>();

/** The 256 colours of a map. */
export function colorTable(name: ColorMapName): ColorTable {
  const known = tables.get(name);
  if (known) return known;
  const missing = name.endsWith("grey") ? MISSING_GREY : MISSING_SCORE;
  const table = { words: interpolate(STOPS[name].split(" ").map(parseHex)), missing };
  tables.set(name, table);
  return table;
}

/** For scores, by default. */
export function viridisTable(): ColorTable {
  return colorTable("viridis");
}

/** For the target, by default: black to white. */
export function greyTable(): ColorTable {
  return colorTable("grey");
}

/** The names in the order of the choice. */
export const COLOR_MAPS: readonly ColorMapName[] = Object.keys(STOPS) as ColorMapName[];

const ROTATION_COLORS = 4096;
let rotationColors: Uint32Array | null = null;

/** The word of rotation `index`; neighbouring indices differ in hue and in lightness. -1 (none) is transparent. */
export function rotationColor(index: number): number {
  if (index < 0) return 0;
  if (!rotationColors) {
    rotationColors = new Uint32Array(ROTATION_COLORS);
    for (let entry = 0; entry < ROTATION_COLORS; entry++) rotationColors[entry] = computeRotationColor(entry);
  }
  return rotationColors[index % ROTATION_COLORS]!;
}

function computeRotationColor(index: number): number {
  const hue = (index * 0.618033988749895) % 1;
  const lightness = 0.38 + 0.4 * ((index * 0.754877666246693) % 1);
  return hsl(hue, 0.55, lightness);
}

/** A word as CSS. */
export function cssColor(word: number): string {
  return `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
}

/** Plotly's form of a table: pairs of position in 0..1 and CSS colour. */
export function plotlyColorScale(table: ColorTable): [number, string][] {
  return Array.from({ length: 17 }, (_, stop) => [stop / 16, cssColor(table.words[Math.round((stop * 255) / 16)]!)]);
}

type Rgb = readonly [number, number, number];

function rgba(red: number, green: number, blue: number): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function interpolate(stops: readonly Rgb[]): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, entry) => {
    const place = (entry / 255) * (stops.length - 1);
    const lower = Math.min(Math.floor(place), stops.length - 2);
    const [a, b] = [stops[lower]!, stops[lower + 1]!];
    const channel = (c: 0 | 1 | 2) => Math.round(a[c] + (b[c] - a[c]) * (place - lower));
    return rgba(channel(0), channel(1), channel(2));
  });
}

function hsl(hue: number, saturation: number, lightness: number): number {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + hue * 12) % 12;
    return Math.round(255 * (lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return rgba(channel(0), channel(8), channel(4));
}
