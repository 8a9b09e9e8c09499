/** Separate reference for gradients: an event-driven simulation in float64 without time grid, and 5-point finite differences. */
import { RandomStream } from '../../../../core/random/random.ts';

export interface TestNetwork {
  readonly tauM: number;
  readonly tauS: number;
  readonly refractory: number;
  readonly inputs: number[][];
  readonly hidden: number;
  readonly outputs: number;
  readonly outputThreshold: number;
  /** Synapses [pre, post, weight, delay]; neurons are inputs, hidden neurons, output neurons in this order. */
  readonly synapses: [number, number, number, number][];
  readonly duration: number;
  readonly loss: Record<string, unknown> & { measure: string; reduction: string };
}

const LOSSES: TestNetwork['loss'][] = [
  { measure: 'firstSpike', reduction: 'crossEntropy', label: 1 },
  { measure: 'firstSpike', reduction: 'relativeError', label: 0 },
  { measure: 'mean', reduction: 'crossEntropy', label: 2 },
  { measure: 'integral', reduction: 'sum', decay: 15, coefficients: [1, -0.5, 2] },
  { measure: 'maximum', reduction: 'crossEntropy', label: 1 },
];

export function drawNetwork(seed: number): TestNetwork {
  const random = new RandomStream(seed, 'test/eventprop');
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const loss = LOSSES[seed % 5]!;
  const [tauM, tauS] = [[20, 5] as const, [10, 10] as const, [6, 9] as const][random.integerBelow(3)]!;
  const recurrent = random.uniform() < 0.5;
  const delayed = recurrent || random.uniform() < 0.5;
  const [inputCount, hidden, outputs] = [3 + random.integerBelow(3), 4 + random.integerBelow(4), 3];
  const inputs = Array.from({ length: inputCount }, () =>
    Array.from({ length: 1 + random.integerBelow(3) }, () => between(0, 30)).sort((a, b) => a - b),
  );
  const delay = () => (delayed ? between(0.2, 4) : 0);
  const synapses: TestNetwork['synapses'] = [];
  const connect = (from: number, pre: number, to: number, post: number, mean: number, sd: number) => {
    for (let i = 0; i < pre; i++)
      for (let j = 0; j < post; j++) synapses.push([from + i, to + j, mean + sd * random.normal(), delay()]);
  };
  const gain = 1.2 / Math.min(1, (tauS / tauM) ** 0.5);
  connect(0, inputCount, inputCount, hidden, 0.8 * gain, 0.6 * gain);
  const isTimed = loss.measure === 'firstSpike';
  connect(inputCount, hidden, inputCount + hidden, outputs, (isTimed ? 0.8 : 0.2) * gain, 0.4 * gain);
  if (recurrent) connect(inputCount, hidden, inputCount, hidden, -0.2 * gain, 0.25 * gain);
  const spiking = isTimed || (loss.measure === 'integral' && random.uniform() < 0.5);
  const network: TestNetwork = {
    tauM,
    tauS,
    refractory: random.uniform() < 0.5 ? 0 : between(0.5, 3),
    inputs,
    hidden,
    outputs,
    outputThreshold: spiking ? 1 : 1e9,
    synapses,
    duration: 50,
    loss,
  };
  if (!isTimed) return network;
  const labelled = [0, 1, 2].map((k) => ({ ...network, loss: { ...loss, label: ((loss.label as number) + k) % 3 } }));
  return labelled.find((one) => simulate(one).loss < Infinity) ?? network;
}

/** Network file of a test network, with 1 mV per pA. */
export function describeNetwork(n: TestNetwork) {
  const lif = { model: 'lif', tau: n.tauM, capacitance: n.tauM, synapse: 'exponential' };
  const common = { ...lif, tauSynExc: n.tauS, tauSynInh: n.tauS, refractory: n.refractory };
  const [ofHidden, ofOutput] = [n.inputs.length, n.inputs.length + n.hidden];
  const select = (name: string, to: string, from: number, until: number, first: number, last: number, pre: number) => ({
    name,
    from: pre === 0 ? 'input' : 'hidden',
    to,
    connect: {
      list: n.synapses
        .filter(([i, j]) => i >= from && i < until && j >= first && j < last)
        .map(([i, j, w, d]) => [i - from, j - first, w, d]),
    },
  });
  const all = [
    select('first', 'hidden', 0, ofHidden, ofHidden, ofOutput, 0),
    select('second', 'output', ofHidden, ofOutput, ofOutput, Infinity, 1),
    select('recurrent', 'hidden', ofHidden, ofOutput, ofHidden, ofOutput, 1),
  ];
  return {
    memspike: 1,
    duration: n.duration,
    populations: {
      input: { model: 'spikeTrains', trains: n.inputs },
      hidden: { ...common, size: n.hidden, threshold: 1 },
      output: { ...common, size: n.outputs, threshold: n.outputThreshold },
    },
    projections: all.filter(({ connect }) => connect.list.length > 0),
  };
}

export interface ReferenceRun {
  readonly loss: number;
  /** Order of events at each target, and place of a measured maximum among them, as text. */
  readonly order: string;
  /** Smallest tauM V'/threshold of all crossings. */
  readonly slope: number;
  readonly spikes: [neuron: number, time: number][];
}

interface State {
  t: number;
  v: number;
  c: number;
  heldUntil: number;
  integral: number;
  max: number;
  /** Place of the maximum: number of events before it, and whether V has a maximum there or rises up to an event. */
  place: string;
}

/** Simulates a test network by searching each next crossing between two arrivals. */
export function simulate(n: TestNetwork): ReferenceRun {
  const { tauM, tauS } = n;
  const k = tauS === tauM ? 0 : tauS / (tauM - tauS);
  const rise = (x: number) =>
    tauM === tauS ? (x / tauM) * Math.exp(-x / tauM) : k * (Math.exp(-x / tauM) - Math.exp(-x / tauS));
  const voltage = (s: State, x: number) => s.v * Math.exp(-x / tauM) + s.c * rise(x);
  const decay = (n.loss.decay as number | undefined) ?? Infinity;
  const isMaximum = n.loss.measure === 'maximum';
  const first = n.inputs.length;
  const count = first + n.hidden + n.outputs;
  const states = Array.from(
    { length: count },
    (): State => ({ t: 0, v: 0, c: 0, heldUntil: -1, integral: 0, max: 0, place: '' }),
  );
  const threshold = (i: number) => (i < first + n.hidden ? 1 : n.outputThreshold);
  const orders = states.map((): string[] => []);
  const arrivals: { t: number; to: number; w: number; id: string }[] = [];
  const spikes: [number, number][] = [];
  let slope = Infinity;
  const send = (from: number, t: number, id: string) => {
    for (const [pre, to, w, d] of n.synapses)
      if (pre === from && t + d <= n.duration) arrivals.push({ t: t + d, to, w, id: `${id}>${to}` });
  };
  for (const [i, train] of n.inputs.entries()) for (const [j, t] of train.entries()) send(i, t, `${i}.${j}`);
  const stationary = (s: State) => {
    const f = (x: number) => s.c * Math.exp(-x / tauS) - voltage(s, x);
    if (f(0) <= 0) return 0;
    let [low, high] = [0, 0.5];
    while (f(high) > 0 && high < 1e3) high *= 2;
    if (high >= 1e3) return Infinity;
    for (let r = 0; r < 60; r++)
      [low, high] = f((low + high) / 2) > 0 ? [(low + high) / 2, high] : [low, (low + high) / 2];
    return low;
  };
  const crossing = (i: number) => {
    const s = states[i]!;
    const start = Math.max(s.t, s.heldUntil);
    const free = start > s.t ? { ...s, c: s.c * Math.exp(-(start - s.t) / tauS), v: 0 } : s;
    const bar = threshold(i);
    if (free.c <= bar) return Infinity;
    let [low, high] = [0, tauS * Math.log(free.c / bar)];
    if (voltage(free, high) < bar) return Infinity;
    for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2)
      if (voltage(free, middle) < bar) low = middle;
      else high = middle;
    return start + high;
  };
  /** Integral of e^(-t/decay) V by closed forms of both exponentials, as a sum over the segments. */
  const integrate = (s: State, x: number) => {
    const [a, b] = [1 / tauM + 1 / decay, 1 / tauS + 1 / decay];
    const of = (r: number) => (1 - Math.exp(-r * x)) / r;
    const scale = Math.exp(-s.t / decay);
    if (tauM !== tauS) return scale * (s.v * of(a) + s.c * k * (of(a) - of(b)));
    return scale * (s.v * of(a) + (s.c / tauM) * ((of(a) - x * Math.exp(-a * x)) / a));
  };
  const advance = (i: number, t: number) => {
    const s = states[i]!;
    if (s.heldUntil > s.t) {
      const until = Math.min(t, s.heldUntil);
      s.c *= Math.exp(-(until - s.t) / tauS);
      s.t = until;
      if (until === s.heldUntil) orders[i]!.push('release');
    }
    if (t <= s.t) return;
    const top = isMaximum ? stationary(s) : 0;
    const raiseMaximum = (value: number, kind: string) => {
      if (value > s.max) [s.max, s.place] = [value, `${orders[i]!.length}${kind}`];
    };
    if (top > 0 && top < t - s.t) raiseMaximum(voltage(s, top), 'inner');
    s.integral += integrate(s, t - s.t);
    [s.v, s.c, s.t] = [voltage(s, t - s.t), s.c * Math.exp(-(t - s.t) / tauS), t];
    raiseMaximum(s.v, 'event');
  };
  const predicted = states.map(() => Infinity);
  for (;;) {
    let next = arrivals.reduce((best, a, j) => (best < 0 || a.t < arrivals[best]!.t ? j : best), -1);
    let [when, who] = [next < 0 ? n.duration : arrivals[next]!.t, -1];
    for (let i = first; i < count; i++) {
      if (predicted[i]! < when) [when, who, next] = [predicted[i]!, i, -1];
    }
    if (who >= 0) {
      const s = states[who]!;
      advance(who, when);
      slope = Math.min(slope, s.c / threshold(who) - 1);
      s.v = 0;
      s.heldUntil = n.refractory > 0 ? when + n.refractory : -1;
      orders[who]!.push('spike');
      spikes.push([who, when]);
      predicted[who] = crossing(who);
      send(who, when, `${who}.${spikes.filter(([i]) => i === who).length - 1}`);
    } else if (next >= 0) {
      const { t, to, w, id } = arrivals.splice(next, 1)[0]!;
      advance(to, t);
      orders[to]!.push(id);
      states[to]!.c += w;
      predicted[to] = crossing(to);
    } else break;
  }
  for (let i = first; i < count; i++) advance(i, n.duration);
  const outputs = states.slice(first + n.hidden);
  const measured = outputs.map((s, o) => {
    if (n.loss.measure === 'firstSpike') return spikes.find(([i]) => i === first + n.hidden + o)?.[1] ?? Infinity;
    return n.loss.measure === 'maximum' ? s.max : n.loss.measure === 'mean' ? s.integral / n.duration : s.integral;
  });
  return {
    loss: lossOf(n.loss, measured),
    order: orders
      .map((o, i) => `${o.join(' ')} ${isMaximum && i >= first + n.hidden ? states[i]!.place : ''}`)
      .join('\n'),
    slope,
    spikes,
  };
}

function lossOf({ measure, reduction, label = 0, coefficients }: TestNetwork['loss'], m: number[]) {
  const own = m[label as number]!;
  if (reduction === 'sum') return m.reduce((sum, x, o) => sum + (coefficients as number[])[o]! * x, 0);
  if (own === Infinity) return Infinity;
  if (reduction === 'relativeError')
    return m.reduce((sum, t, o) => sum + (o === label || t === Infinity ? 0 : (t - own - 1) ** 2 / 2), 0);
  if (measure !== 'firstSpike') return Math.log(m.reduce((sum, x) => sum + Math.exp(x - own), 0));
  return Math.log(m.reduce((sum, t) => sum + Math.exp((own - t) / 0.5), 0)) + 0.003 * (Math.exp(own / 6.4) - 1);
}

export const STEP = 1e-5;

/** 5-point derivative of the loss by one parameter; null if the order of events at a target changes. */
export function differentiate(base: ReferenceRun, change: (by: number) => TestNetwork): number | null {
  const runs = [-2, -1, 1, 2].map((k) => simulate(change(k * STEP)));
  if (runs.some(({ order }) => order !== base.order)) return null;
  const [a, b, c, d] = runs.map(({ loss }) => loss) as [number, number, number, number];
  return (a - 8 * b + 8 * c - d) / (12 * STEP);
}
