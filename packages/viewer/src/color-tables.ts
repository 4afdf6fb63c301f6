/** 256 colours as little-endian RGBA words, as `ImageData` holds them, and one for values that aren't numbers. */
export interface ColorTable {
  readonly words: Uint32Array;
  readonly missing: number;
}

/** Viridis (Smith, van der Walt and Firing; CC0) at 17 even stops: rising lightness, readable with any colour vision. */
const VIRIDIS = [
  "440154",
  "481567",
  "482677",
  "453781",
  "404788",
  "39568c",
  "33638d",
  "2d708e",
  "287d8e",
  "238a8d",
  "1f968b",
  "29af7f",
  "3cbb75",
  "55c667",
  "73d055",
  "b8de29",
  "fde725",
] as const;

/** For scores. NaN is a slate as dark as the low scores, so that it stays in the background. */
export function viridisTable(): ColorTable {
  return { words: interpolate(VIRIDIS.map(parseHex)), missing: rgba(54, 58, 68) };
}

/** For the target: black to white. NaN is a blue that no grey can be mistaken for. */
export function greyTable(): ColorTable {
  return {
    words: interpolate([
      [0, 0, 0],
      [255, 255, 255],
    ]),
    missing: rgba(58, 84, 160),
  };
}

/** The word of rotation `index`; neighbouring indices differ in hue and in lightness. -1 (none) is transparent. */
export function rotationColor(index: number): number {
  if (index < 0) return 0;
  const hue = (index * 0.618033988749895) % 1;
  const lightness = 0.38 + 0.4 * ((index * 0.754877666246693) % 1);
  return hsl(hue, 0.55, lightness);
}

/** Plotly's form of a table: pairs of position in 0..1 and CSS colour. */
export function plotlyColorScale(table: ColorTable): [number, string][] {
  return Array.from({ length: 17 }, (_, stop) => {
    const word = table.words[Math.round((stop * 255) / 16)]!;
    return [stop / 16, `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`];
  });
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
