/** Names of the scores, as pyTME has them; the first is the default. */
export const SCORES = ["FLCSphericalMask", "FLC", "MCC", "CAM", "NCC", "CC", "LCC"] as const;

/**
 * How a rotated template is compared with a place of the target.
 *
 * `FLCSphericalMask`: normalised by the target's mean and deviation within a mask that doesn't turn, so that a spherical one is right; `FLC`: the same with a mask that turns with
 * the template; `MCC`: of what lies in both the target's and the turned mask (Padfield, IEEE TIP 21, 2706, 2012); `CAM`: FLCSphericalMask of standardised target and
 * template; `NCC`: normalised over the whole target and the template's box; `CC`: the plain correlation; `LCC`: the correlation of the Laplacians. The last three take no mask.
 */
export type Score = (typeof SCORES)[number];

/** How a template is turned, the first being the default: linear interpolation or cubic B-splines. */
export const INTERPOLATIONS = ["linear", "cubic"] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];
