/**
 * The smallest length >= `length` of the form 2^a 3^b 5^c 7^d 11^e 13^f with e + f <= 1, for which FFTW has fast codelets.
 *
 * The same lengths as pyFFTW's `next_fast_len`: scores near unpadded borders depend on them.
 */
export function fastLength(length: number): number {
  for (let candidate = length; ; candidate++) {
    let rest = candidate;
    for (const factor of [2, 3, 5, 7]) while (rest % factor === 0) rest /= factor;
    if (rest === 1 || rest === 11 || rest === 13) return candidate;
  }
}
