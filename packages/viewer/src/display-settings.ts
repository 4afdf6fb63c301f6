import type { MapName, ViewDescription } from "@rotoscope/arrow/messages";
import { type ColorMapName, colorTable } from "./color-tables.js";
import type { ColorScale } from "./slice-pixels.js";

/** Maps that have a colour scale. */
export type ScaledMap = "scores" | "target";

/** How maps are drawn. */
export interface DisplaySettings {
  readonly colorMaps: Readonly<Record<ScaledMap, ColorMapName>>;
  /** Limits that the user set; null = the suggested ones. */
  readonly limits: Readonly<Record<ScaledMap, readonly [number, number] | null>>;
  /** Whether scores or rotations are drawn over the target, and how opaque (0 to 1). */
  readonly overTarget: boolean;
  readonly opacity: number;
}

/** What a viewer starts with. */
export const FIRST_SETTINGS: DisplaySettings = {
  colorMaps: { scores: "viridis", target: "grey" },
  limits: { scores: null, target: null },
  overTarget: false,
  opacity: 0.7,
};

/** The map whose colour scale belongs to `map`; null for rotations, which have none. */
export function scaledMap(map: MapName): ScaledMap | null {
  return map === "rotations" ? null : map;
}

/** The limits of a map's colour scale: the user's, else the description's, else 0 to 1. */
export function limitsOf(
  map: ScaledMap,
  { ranges }: ViewDescription,
  { limits }: DisplaySettings,
): readonly [number, number] {
  const range = limits[map] ?? ranges[map];
  return range && range[1] > range[0] ? range : [0, 1];
}

/** The colour scale of `map`; null for rotations. */
export function colorScale(map: MapName, description: ViewDescription, settings: DisplaySettings): ColorScale | null {
  const scaled = scaledMap(map);
  if (!scaled) return null;
  return {
    table: colorTable(settings.colorMaps[scaled]),
    range: limitsOf(scaled, description, settings),
    title: scaled === "scores" ? "score" : "target",
  };
}
