// Discrete Fourier transforms of few values, as straight-line code; all with the sign exp(+2 pi i j k / n).
import { constant, range } from "./engine-code.mjs";

/**
 * y[k] = sum over j of x[j]() exp(+2 pi i j k / radix): each value is asked for once, where it is needed first.
 *
 * V8 loads whatever no store comes before, whether there is a register for it or not. `park(value, leg)` may store a value where x[leg] came from, and gives a function that loads it again:
 * this keeps the loads after it back. All is loaded when the values are given.
 */
export function butterfly(code, x, park = keep) {
  switch (x.length) {
    case 1:
      return [x[0]()];
    case 2:
      return butterfly2(code, x[0](), x[1]());
    case 4:
      return butterfly4(code, x, park);
    case 5:
      return butterfly5(code, x, park);
    default:
      return oddButterfly(code, x, park);
  }
}

const keep = (value) => () => value;

function butterfly2(code, a, b) {
  return [code.add(a, b), code.sub(a, b)];
}

function butterfly4(code, x, park) {
  const [u, v] = butterfly2(code, x[1](), x[3]());
  const parked = park(v, 3);
  const second = x[2]();
  const [s, t] = butterfly2(code, x[0](), second);
  const w = parked();
  return [code.add(s, u), code.addTurned(t, w), code.sub(s, u), code.subTurned(t, w)];
}

/** Winograd's way (Math. Comp. 32, 175, 1978): the cosines of a fifth and of two fifths of a turn add up to -1/2. */
function butterfly5(code, x, park) {
  const [near, nearApart] = butterfly2(code, x[1](), x[4]());
  const parked = park(nearApart, 4);
  const [far, farApart] = butterfly2(code, x[2](), x[3]());
  const first = x[0]();
  const sum = code.add(near, far);
  const middle = code.add(first, code.scale(sum, constant(-0.25)));
  const spread = code.scale(code.sub(near, far), constant(Math.sqrt(5) / 4));
  const [s1, s2] = [1, 2].map((turn) => constant(Math.sin((2 * Math.PI * turn) / 5)));
  const even = [code.add(middle, spread), code.sub(middle, spread)];
  const apart = parked();
  const odd = [
    code.add(code.scale(apart, s1), code.scale(farApart, s2)),
    code.sub(code.scale(apart, s2), code.scale(farApart, s1)),
  ];
  return [
    code.add(first, sum),
    code.addTurned(even[0], odd[0]),
    code.addTurned(even[1], odd[1]),
    code.subTurned(even[1], odd[1]),
    code.subTurned(even[0], odd[0]),
  ];
}

/** An odd prime, by pairs j and radix - j. */
function oddButterfly(code, x, park) {
  const radix = x.length;
  const pairs = range((radix - 1) / 2).map((p) => p + 1);
  const sums = [];
  const parked = pairs.map((j) => {
    const [sum, difference] = butterfly2(code, x[j](), x[radix - j]());
    sums.push(sum);
    return park(difference, radix - j);
  });
  const first = x[0]();
  const differences = parked.map((load) => load());
  const y = new Array(radix);
  y[0] = sums.reduce((total, sum) => code.add(total, sum), first);
  for (const k of pairs) {
    let even = first;
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
