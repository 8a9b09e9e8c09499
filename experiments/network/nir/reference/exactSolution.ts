/** NIR nodes in series, from the input to a neuron or Threshold, with the fields of one element; times in s. */
export type NirChain = readonly (readonly [type: string, fields: Readonly<Record<string, number>>])[];

/** Change of the input x at `time`, s: its level, its slope (1/s), or a Dirac pulse with an area (s). */
export type InputEvent = { readonly time: number } & Readonly<Partial<Record<'level' | 'slope' | 'area', number>>>;

type Vector = readonly number[];

/** Indices in the state vector y: input x, its slope, the constant 1; then synaptic current and potential. SIZE: length of y. */
const [INPUT, SLOPE, ONE, SIZE] = [0, 1, 2, 5];
/** Fields in tau u' = leak - u + gain z, or u' = gain z, per node type; u: current or potential, z: its input. LIF as LI, IF as I. */
const VARIABLES: Readonly<Record<string, readonly (readonly [gain: string, tau?: string, leak?: string])[]>> = {
  LI: [['r', 'tau', 'v_leak']],
  CubaLI: [
    ['w_in', 'tau_syn'],
    ['r', 'tau_mem', 'v_leak'],
  ],
  I: [['r']],
};
/** Longest step, s; much shorter than the time constants, so that the series exceeds double precision. */
const MAX_STEP = 2 ** -14;
const TERM_COUNT = 12;
const BISECTION_COUNT = 60;

const unit = (k: number): Vector => Array.from({ length: SIZE }, (_, i) => Number(i === k));
const add = (a: number, x: Vector, b: number, y: Vector): Vector => x.map((xi, i) => a * xi + b * y[i]!);
const dot = (x: Vector, y: Vector): number => x.reduce((sum, xi, i) => sum + xi * y[i]!, 0);

/** Computes the matrix A of y' = A y. `output`: index of the potential in y; `delay`: delay of the input, s. */
function createSystem(chain: NirChain, frequency: number) {
  const matrix = Array.from({ length: SIZE }, () => unit(-1));
  matrix[INPUT] = unit(SLOPE);
  matrix[SLOPE] = add(-((2 * Math.PI * frequency) ** 2), unit(INPUT), 0, unit(ONE));
  let [signal, output, count] = [unit(INPUT), INPUT, ONE + 1];
  for (const [type, fields] of chain) {
    signal = add(fields.scale ?? fields.weight ?? 1, signal, fields.bias ?? 0, unit(ONE));
    for (const [gain, tau, leak = ''] of VARIABLES[type.replace(/F$/, '')] ?? []) {
      const drive = add(fields[gain]!, signal, fields[leak] ?? 0, unit(ONE));
      output = count++;
      signal = unit(output);
      matrix[output] = tau === undefined ? drive : add(1 / fields[tau]!, drive, -1 / fields[tau]!, signal);
    }
  }
  return { matrix, output, delay: chain.reduce((sum, [, { delay = 0 }]) => sum + delay, 0) };
}

/** Multiplies y by the exponential of A `time`, by its Taylor series. */
function advance(matrix: readonly Vector[], y: Vector, time: number): Vector {
  let [sum, term] = [y, y];
  for (let k = 1; k <= TERM_COUNT; k++) {
    term = matrix.map((row) => (dot(row, term) * time) / k);
    sum = add(1, sum, 1, term);
  }
  return sum;
}

/** Smallest argument at which `test` is true; it is false at 0 and true at `high`. */
function bisect(test: (x: number) => boolean, high: number): number {
  let low = 0;
  for (let i = 0; i < BISECTION_COUNT; i++)
    [low, high] = test((low + high) / 2) ? [low, (low + high) / 2] : [(low + high) / 2, high];
  return high;
}

/**
 * Solves one NIR neuron from v(0) = I(0) = 0, without code of the engine: y' = A y by a series, crossings by bisection. Simultaneous events
 * are added before the threshold is tested; at v > v_threshold a neuron spikes, then v = v_reset. For a Threshold, `spikes` are begin and
 * end of the intervals of v > threshold, in turn. `potentials`: v at `times`, after events and reset; the last time is the end, s.
 * @param frequency of a sine input x, x'' = -(2 pi frequency)^2 x, Hz; 0: x is linear between events
 */
export function solveChain(chain: NirChain, events: readonly InputEvent[], times: Vector, frequency = 0) {
  const { matrix, output, delay } = createSystem(chain, frequency);
  const { v_threshold, threshold = v_threshold ?? Infinity, v_reset } = chain.at(-1)![1];
  const [spikes, potentials]: [number[], number[]] = [[], []];
  let [y, time, sign] = [unit(ONE), 0, 1]; // sign -1: the input of a Threshold is above threshold
  const isBeyond = (state: Vector) => sign * (state[output]! - threshold) > 0;
  const cross = () => {
    spikes.push(time);
    if (v_reset === undefined) sign = -sign;
    else y = y.map((value, i) => (i === output ? v_reset : value));
  };
  /** Time from state y to its first threshold crossing, s, in a step of `span` s to state `next`; undefined without crossing. */
  const findCrossing = (span: number, next: Vector): number | undefined => {
    const test = (x: number) => isBeyond(advance(matrix, y, x));
    const falls = (state: Vector) => sign * dot(matrix[output]!, state) < 0;
    const hasMaximum = !isBeyond(next) && !falls(y) && falls(next);
    const high = hasMaximum ? bisect((x) => falls(advance(matrix, y, x)), span) : span;
    return isBeyond(next) || (hasMaximum && test(high)) ? bisect(test, high) : undefined;
  };
  /** Time of an event behind the delay, s, without the rounding error of the sum: 0.068 + 0.004 is 0.072. */
  const timeOf = (event: InputEvent) => Number((event.time + delay).toFixed(12));
  const marks = [...events.map(timeOf), ...times].filter((mark) => mark <= times.at(-1)!);
  for (const mark of new Set(marks.sort((a, b) => a - b))) {
    while (time < mark) {
      const span = Math.min(mark - time, MAX_STEP);
      const next = advance(matrix, y, span);
      const crossing = findCrossing(span, next);
      y = crossing === undefined ? next : advance(matrix, y, crossing);
      time = crossing === undefined && span < MAX_STEP ? mark : time + (crossing ?? span);
      if (crossing !== undefined) cross();
    }
    for (const event of events.filter((one) => timeOf(one) === mark)) {
      const { level = y[INPUT]!, slope = y[SLOPE]!, area = 0 } = event;
      y = [level, slope, ...matrix.map((row, i) => y[i]! + area * row[INPUT]!).slice(ONE)];
    }
    if (isBeyond(y)) cross();
    if (times.includes(mark)) potentials.push(y[output]!);
  }
  return { spikes, potentials };
}
