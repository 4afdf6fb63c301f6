/** In the HEALPix projection: how far each base pixel's upper corner is from the pole, and its longitude, in quarters of pi. */
const CORNER_LATITUDES = [2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4];
const CORNER_LONGITUDES = [1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7];

/**
 * Centres of the 12 n^2 pixels of the sphere's HEALPix division, base pixel by base pixel: theta and phi in radians (Calabretta and Roukema,
 * MNRAS 381, 865, 2007). Sums are taken in an order that gives the longitudes of the Python package healpix to the last bit: sorting by them depends on it.
 */
export function* healpixCentres(n: number): Iterable<readonly [theta: number, phi: number]> {
  for (let base = 0; base < 12; base++)
    for (let column = 0; column < n; column++)
      for (let row = 0; row < n; row++) {
        const x = (column + 0.5) / n;
        const y = (row + 0.5) / n;
        const latitude = CORNER_LATITUDES[base]! - (x + y);
        const north = base < 4 && column + row + 1 > n;
        const south = base >= 8 && column + row + 1 < n;
        const fromPole = north ? 2 - (x + y) : south ? 2 - (2 - (x + y)) : 1;
        const height = 1 - (fromPole * fromPole) / 3;
        const z = north ? height : south ? -height : ((2 - latitude) * 2) / 3;
        const phi = (Math.PI / 4) * (CORNER_LONGITUDES[base]! + (x - y) / fromPole);
        yield [Math.acos(z), phi < 0 ? phi + 2 * Math.PI : phi];
      }
}
