// Discrete Fourier transforms of few values, as straight-line code; all with the sign exp(+2 pi i j k / n).
import { constant, range } from "./engine-code.mjs";

/** y[k] = sum over j of x[j] exp(+2 pi i j k / radix). */
export function butterfly(code, x) {
  switch (x.length) {
    case 1:
      return x;
    case 2:
      return [code.add(x[0], x[1]), code.sub(x[0], x[1])];
    case 4:
      return butterfly4(code, x);
    case 5:
      return butterfly5(code, x);
    default:
      return oddButterfly(code, x);
  }
}

function butterfly4(code, x) {
  const [s, t] = butterfly(code, [x[0], x[2]]);
  const [u, v] = butterfly(code, [x[1], x[3]]);
  return [code.add(s, u), code.addTurned(t, v), code.sub(s, u), code.subTurned(t, v)];
}

/** Winograd's way (Math. Comp. 32, 175, 1978): the cosines of a fifth and of two fifths of a turn add up to -1/2. */
function butterfly5(code, x) {
  const [near, nearApart] = butterfly(code, [x[1], x[4]]);
  const [far, farApart] = butterfly(code, [x[2], x[3]]);
  const sum = code.add(near, far);
  const middle = code.add(x[0], code.scale(sum, constant(-0.25)));
  const spread = code.scale(code.sub(near, far), constant(Math.sqrt(5) / 4));
  const [s1, s2] = [1, 2].map((turn) => constant(Math.sin((2 * Math.PI * turn) / 5)));
  const even = [code.add(middle, spread), code.sub(middle, spread)];
  const odd = [
    code.add(code.scale(nearApart, s1), code.scale(farApart, s2)),
    code.sub(code.scale(nearApart, s2), code.scale(farApart, s1)),
  ];
  return [
    code.add(x[0], sum),
    code.addTurned(even[0], odd[0]),
    code.addTurned(even[1], odd[1]),
    code.subTurned(even[1], odd[1]),
    code.subTurned(even[0], odd[0]),
  ];
}

/** An odd prime, by pairs j and radix - j. */
function oddButterfly(code, x) {
  const radix = x.length;
  const pairs = range((radix - 1) / 2).map((p) => p + 1);
  const sums = pairs.map((j) => code.add(x[j], x[radix - j]));
  const differences = pairs.map((j) => code.sub(x[j], x[radix - j]));
  const y = new Array(radix);
  y[0] = sums.reduce((total, sum) => code.add(total, sum), x[0]);
  for (const k of pairs) {
    let even = x[0];
    let odd = [null, null];
    for (const j of pairs) {
      const [c, s] = root(j * k, radix);
      even = code.add(even, code.scale(sums[j - 1], c));
      odd = code.add(odd, code.scale(differences[j - 1], s));
    }
    y[k] = code.addTurned(even, odd);
    y[radix - k] = code.subTurned(even, odd);
  }
  return y;
}

function root(turn, radix) {
  const angle = (2 * Math.PI * (turn % radix)) / radix;
  return [constant(Math.cos(angle)), constant(Math.sin(angle))];
}
