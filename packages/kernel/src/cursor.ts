/** A cursor of the Jupyter protocol, in Unicode code points, as an index into a JavaScript string. */
export function codeUnitOffset(text: string, codePoints: unknown): number {
  if (typeof codePoints !== "number") return text.length;
  let units = 0;
  let points = 0;
  for (const character of text) {
    if (points >= codePoints) break;
    points += 1;
    units += character.length;
  }
  return units;
}

/** The other way: an index into a JavaScript string as a count of Unicode code points. */
export function codePointOffset(text: string, codeUnits: number): number {
  return [...text.slice(0, codeUnits)].length;
}
