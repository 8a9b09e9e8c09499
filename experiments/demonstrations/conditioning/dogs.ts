import { gate, lif, Network, pairStdp, type Seed, softBound, spikeTrains, tsodyksMarkram } from '../../index.ts';

/** Stimuli of a trial: the bell, bell and food together, or bell and food too far apart to be associated. */
export type Trial = 'bell' | 'paired' | 'unpaired';

export interface Phase {
  readonly trial: Trial;
  readonly trials: number;
  /** Interval between trials, ms. */
  readonly every: number;
}

export interface Dogs {
  readonly dogs: number;
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
  /** Recovery time constant of the bell's terminal, ms; 0: no short-term depression. */
  readonly tauRec: number;
  /** True if food opens the gate; otherwise every pulse weakens the synapse. */
  readonly reward: boolean;
  readonly seed: Seed;
}

const BELL = [0, 10, 20, 30, 40]; // ms, spikes of the bell
const FOOD_DELAY = 50; // ms after the bell
const UNPAIRED_DELAY = 5000; // ms more, if bell and food are unpaired
const MAX_WEIGHT = 170; // mV at the largest conductance; a recovered terminal releases a tenth of it
const INITIAL_STATE = 0.2; // share of the range

/**
 * Simulates phases of trials, with a rest (ms) after each phase. Food makes neurons fire by a fixed synapse, the bell acts
 * through one memristor per neuron. A gate that food opens scales the pulses of the pair rule: pulses strengthen with food
 * and weaken without. Returns, for each trial, which dogs fired at the bell before the food, and the states afterwards.
 */
export function runTrials(phases: readonly Phase[], rests: readonly number[], p: Dogs) {
  const starts: { t: number; trial: Trial }[] = [];
  let t = 1000;
  phases.forEach(({ trial, trials, every }, k) => {
    for (let n = 0; n < trials; n++, t += every) starts.push({ t, trial });
    t += rests[k] ?? 0;
  });
  const foodTimes = starts
    .filter(({ trial }) => trial !== 'bell')
    .map(({ t, trial }) => t + FOOD_DELAY + (trial === 'unpaired' ? UNPAIRED_DELAY : 0));
  const perDog = (times: number[]) => spikeTrains({ trains: Array.from({ length: p.dogs }, () => times) });
  const net = new Network({ seed: p.seed });
  const bell = net.population('bell', perDog(starts.flatMap(({ t }) => BELL.map((after) => t + after))));
  const food = net.population('food', perDog(foodTimes));
  const reward = net.population('reward', spikeTrains({ trains: [p.reward ? foodTimes : []] }));
  const dogs = net.population('dogs', lif({ size: p.dogs, tau: 20, threshold: 15 }));
  net.projection(food, dogs, { connect: { oneToOne: { weight: 30 } } });
  const { deviceToDevice, cycleToCycle } = p;
  const range = { gMin: 0, weightAtGMax: MAX_WEIGHT };
  const { devices } = net.projection(bell, dogs, {
    connect: { oneToOne: { weight: INITIAL_STATE * MAX_WEIGHT } },
    device: softBound({ ...range, etaUp: 0.05, etaDown: 0.05, deviceToDevice, cycleToCycle }),
    shortTerm: tsodyksMarkram({ U: 0.1, tauRec: p.tauRec }),
    rule: pairStdp({ aPlus: 1, aMinus: 0 }),
    modulator: { from: reward, model: gate({ baseline: -0.5, gain: 1.5, tau: 50 }) },
  });
  const spikes = net.recordSpikes([dogs]);
  const states = starts.map(({ t }) => {
    net.run(t + 1000 - net.now);
    return Float64Array.from({ length: p.dogs }, (_, k) => devices!.weight(k, net.now) / MAX_WEIGHT);
  });
  const { times, neurons } = spikes.of('dogs');
  const responses = starts.map(({ t }) => {
    const fired = new Uint8Array(p.dogs);
    times.forEach((time, i) => {
      if (time >= t && time < t + FOOD_DELAY) fired[neurons[i]!] = 1;
    });
    return fired;
  });
  return { responses, states };
}

/** Share of the dogs that respond. */
export const shareOf = (fired: Uint8Array): number => fired.reduce((n, one) => n + one, 0) / fired.length;

/** Trials before the first response within `from` … `to - 1`, mean over dogs; a dog without a response counts as all trials. */
export function countTrials(responses: readonly Uint8Array[], from: number, to: number): number {
  const dogs = responses[0]!.length;
  let sum = 0;
  for (let k = 0; k < dogs; k++) {
    const first = responses.slice(from, to).findIndex((fired) => fired[k] === 1);
    sum += first < 0 ? to - from : first;
  }
  return sum / dogs;
}
