import { gate, lif, Network, pairStdp, type Seed, softBound, spikeTrains, tsodyksMarkram } from '../../index.ts';

/** One trial: a bell, food, both, or both too far apart to be a pair. */
export type Trial = 'bell' | 'paired' | 'unpaired';

export interface Phase {
  readonly trial: Trial;
  readonly trials: number;
  /** From one trial to the next, ms. */
  readonly every: number;
}

export interface Dogs {
  readonly dogs: number;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
  /** Recovery of what the bell's terminal can release, ms; 0: it never tires. */
  readonly tauRec: number;
  /** Whether food opens the gate; without it every pulse weakens. */
  readonly reward: boolean;
  readonly seed: Seed;
}

const BELL = [0, 10, 20, 30, 40]; // ms: its spikes
const FOOD = 50; // ms after the bell
const APART = 5000; // ms between bell and food that are no pair
const LARGEST = 170; // mV of the synapse at its largest conductance; a rested terminal releases a tenth of it
const START = 0.2; // share of the range

/**
 * Neurons that food makes fire by a fixed synapse, and a bell through one memristor each. Pulses of the pair rule are scaled by a gate that food
 * opens: with food they strengthen, without they weaken. Returns of each trial which dogs fired at the bell before food could make them, and the state of each memristor after it.
 */
export function course(phases: readonly Phase[], rests: readonly number[], p: Dogs) {
  const starts: { t: number; trial: Trial }[] = [];
  let t = 1000;
  phases.forEach(({ trial, trials, every }, k) => {
    for (let n = 0; n < trials; n++, t += every) starts.push({ t, trial });
    t += rests[k] ?? 0;
  });
  const foodAt = starts.flatMap(({ t, trial }) =>
    trial === 'bell' ? [] : [t + FOOD + (trial === 'unpaired' ? APART : 0)],
  );
  const all = (times: number[]) => spikeTrains({ trains: Array.from({ length: p.dogs }, () => times) });
  const net = new Network({ seed: p.seed });
  const bell = net.population('bell', all(starts.flatMap((one) => BELL.map((after) => one.t + after))));
  const food = net.population('food', all(foodAt));
  const reward = net.population('reward', spikeTrains({ trains: [p.reward ? foodAt : []] }));
  const dogs = net.population('dogs', lif({ size: p.dogs, tau: 20, threshold: 15 }));
  net.projection(food, dogs, { connect: { oneToOne: { weight: 30 } } });
  const { devices } = net.projection(bell, dogs, {
    connect: { oneToOne: { weight: START * LARGEST } },
    device: softBound({
      ...{ gMin: 0, weightAtGMax: LARGEST, etaUp: 0.05, etaDown: 0.05 },
      ...{ deviceToDevice: p.deviceToDevice, cycleToCycle: p.cycleToCycle },
    }),
    shortTerm: tsodyksMarkram({ U: 0.1, tauRec: p.tauRec }),
    rule: pairStdp({ aPlus: 1, aMinus: 0 }),
    modulator: { from: reward, model: gate({ baseline: -0.5, gain: 1.5, tau: 50 }) },
  });
  const spikes = net.recordSpikes([dogs]);
  const responses: Uint8Array[] = [];
  const states: Float64Array[] = [];
  for (const one of starts) {
    net.run(one.t + 1000 - net.now);
    states.push(Float64Array.from({ length: p.dogs }, (_, k) => devices!.weight(k, net.now) / LARGEST));
  }
  const { times, neurons } = spikes.of('dogs');
  for (const one of starts) {
    const fired = new Uint8Array(p.dogs);
    times.forEach((at, i) => {
      if (at >= one.t && at < one.t + FOOD) fired[neurons[i]!] = 1;
    });
    responses.push(fired);
  }
  return { responses, states };
}

/** Share of the dogs that salivate. */
export const share = (fired: Uint8Array): number => fired.reduce((n, one) => n + one, 0) / fired.length;

/** Trials until each dog first answers the bell, within `from` … `to - 1`; their number where one never does. Mean over dogs. */
export function trialsUntil(responses: readonly Uint8Array[], from: number, to: number): number {
  const dogs = responses[0]!.length;
  let sum = 0;
  for (let k = 0; k < dogs; k++) {
    const first = responses.slice(from, to).findIndex((fired) => fired[k] === 1);
    sum += first < 0 ? to - from : first;
  }
  return sum / dogs;
}
