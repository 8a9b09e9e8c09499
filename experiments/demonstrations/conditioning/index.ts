/** Classical conditioning: pair STDP with modulator `gate`, short-term depression (Tsodyks & Markram 1997, doi:10.1073/pnas.94.2.719). */
import { mean } from 'simple-statistics';
import { gate, integer, lif, Network, number, pairStdp, softBound, spikeTrains, tsodyksMarkram } from '../../index.ts';
import { areAllEqual, defineDemonstration, isGreaterPerSeed, mapRange, VARIABILITY_PARAMS } from '../demonstration.ts';

/** Series of trials: bell alone, bell with food, or food 5 s later (unpaired). `trialInterval`, `finalPause` (after the series): ms. */
export interface TrialSeries {
  readonly trialKind: 'bell' | 'paired' | 'unpaired';
  readonly trialCount: number;
  readonly trialInterval: number;
  readonly finalPause?: number;
}

interface DogOptions extends Readonly<Record<'dogs' | 'step' | 'deviceToDevice' | 'cycleToCycle' | 'seed', number>> {
  /** Recovery time constant of short-term depression at the bell's synapse, ms; 0: no depression. */
  readonly tauRec: number;
  /** True if food opens the plasticity gate; if false, each pulse of the STDP rule weakens the synapse. */
  readonly hasReward: boolean;
}

const BELL_SPIKES = [0, 10, 20, 30, 40]; // ms, spikes of the bell
const FOOD_DELAY = 50; // ms after the bell
const UNPAIRED_DELAY = 5000; // ms, added to FOOD_DELAY
const MAX_WEIGHT = 170; // mV at the largest conductance; the terminal transmits a tenth of the weight after full recovery
const INITIAL_STATE = 0.2; // share of the range

/**
 * Each dog is a neuron with two inputs: food through a fixed synapse, the bell through a memristor. Pulses potentiate the memristor if food
 * opens a gate, and depress it otherwise. Returns, per trial, the dogs that fired between bell and food, and the mean state.
 */
export function runTrials(phases: readonly TrialSeries[], p: DogOptions) {
  let next = 1000;
  const starts = phases.flatMap(({ trialKind, trialCount, trialInterval: interval, finalPause = 0 }) => {
    const first = next;
    next += trialCount * interval + finalPause;
    return mapRange(trialCount, (n) => ({ t: first + n * interval, trialKind }));
  });
  const foodTimes = starts
    .filter(({ trialKind }) => trialKind !== 'bell')
    .map(({ t, trialKind }) => t + FOOD_DELAY + (trialKind === 'unpaired' ? UNPAIRED_DELAY : 0));
  const perDog = (times: number[]) => spikeTrains({ trains: mapRange(p.dogs, () => times) });
  const net = new Network({ seed: p.seed });
  const bell = net.population('bell', perDog(starts.flatMap(({ t }) => BELL_SPIKES.map((after) => t + after))));
  const food = net.population('food', perDog(foodTimes));
  const reward = net.population('reward', spikeTrains({ trains: [p.hasReward ? foodTimes : []] }));
  const dogs = net.population('dogs', lif({ size: p.dogs, tau: 20, threshold: 15 }));
  net.projection(food, dogs, { connect: { oneToOne: { weight: 30 } } });
  const { step, deviceToDevice, cycleToCycle } = p;
  const { devices } = net.projection(bell, dogs, {
    connect: { oneToOne: { weight: INITIAL_STATE * MAX_WEIGHT } },
    device: softBound({ weightAtGMax: MAX_WEIGHT, etaUp: step, etaDown: step, gMin: 0, deviceToDevice, cycleToCycle }),
    shortTerm: tsodyksMarkram({ U: 0.1, tauRec: p.tauRec }),
    rule: pairStdp({ aPlus: 1, aMinus: 0 }),
    modulator: { from: reward, model: gate({ baseline: -0.5, gain: 1.5, tau: 50 }) },
  });
  const spikes = net.recordSpikes([dogs]);
  const states = starts.map(({ t }) => {
    net.run(t + 1000 - net.now);
    return mean(mapRange(p.dogs, (k) => devices!.weight(k, net.now) / MAX_WEIGHT));
  });
  const { times, neurons } = spikes.of('dogs');
  return starts.map(({ t }, trial) => {
    const fired = new Set(neurons.filter((_, i) => times[i]! >= t && times[i]! < t + FOOD_DELAY));
    return { trial, fired, answered: fired.size / p.dogs, state: states[trial]! };
  });
}

/** Mean number of trials before the first response of a dog (neuron); a dog that never responds counts all trials. */
function countTrials(trials: ReturnType<typeof runTrials>, dogs: number): number {
  const firsts = mapRange(dogs, (k) => trials.findIndex(({ fired }) => fired.has(k)));
  return mean(firsts.map((first) => (first < 0 ? trials.length : first)));
}

const [NAIVE_TRIALS, LEARNING_TRIALS, EXTINCTION] = [3, 30, 60]; // trials
const TRIALS_BEFORE_EXTINCTION = NAIVE_TRIALS + LEARNING_TRIALS;
const [NEAR, FAR] = [10, 100]; // s between extinction trials; short-term depression recovers within FAR s
const INTERVALS = [5, NEAR, 20, 50, 60, 70, 80, FAR, 200];
const REST = 600; // s

const LESSON = { interval: NEAR, training: 'paired' as TrialSeries['trialKind'], bells: EXTINCTION, rest: REST };

/** Simulates bells alone, training, `bells` extinction trials every `interval` s, a pause of `rest` s, one bell, and training again. */
function runLesson(dogs: DogOptions, name: string, changes: Partial<typeof LESSON>) {
  const { interval, training, bells, rest } = { ...LESSON, ...changes };
  const every = 1000 * FAR;
  const phases: TrialSeries[] = [
    { trialKind: 'bell', trialCount: NAIVE_TRIALS, trialInterval: every },
    { trialKind: training, trialCount: LEARNING_TRIALS, trialInterval: every },
    { trialKind: 'bell', trialCount: bells, trialInterval: 1000 * interval, finalPause: 1000 * rest },
    { trialKind: 'bell', trialCount: 1, trialInterval: every },
    { trialKind: training, trialCount: LEARNING_TRIALS, trialInterval: every },
  ];
  const course = runTrials(phases, dogs);
  const test = TRIALS_BEFORE_EXTINCTION + bells;
  const answered = course.map((trial) => trial.answered);
  return {
    name,
    interval,
    course,
    naive: Math.max(...answered.slice(0, NAIVE_TRIALS)),
    learned: answered[TRIALS_BEFORE_EXTINCTION - 1]!,
    extinguished: bells > 0 ? answered[test - 1]! : Number.NaN,
    recovered: answered[test]!,
    first: countTrials(course.slice(NAIVE_TRIALS, TRIALS_BEFORE_EXTINCTION), dogs.dogs),
    again: countTrials(course.slice(test + 1), dogs.dogs),
  };
}

export default defineDemonstration({
  parameters: {
    dogs: integer({ default: 30, min: 1, max: 10_000, help: 'number of memristors, each with its own neuron' }),
    step: number({ default: 0.05, min: 0, max: 1, help: 'state change per pulse relative to the distance to a bound' }),
    ...VARIABILITY_PARAMS,
  },
  async simulate(p, context) {
    const { lessons } = await context.measurePerSeed((seed) => {
      const dogs: DogOptions = { ...p, seed, tauRec: 20_000, hasReward: true };
      return {
        lessons: [
          ...INTERVALS.map((interval) => runLesson(dogs, 'paired', { interval })),
          runLesson(dogs, 'unpaired', { training: 'unpaired' }),
          runLesson({ ...dogs, hasReward: false }, 'no reward', {}),
          runLesson(dogs, 'no extinction', { bells: 0, rest: EXTINCTION * NEAR + REST }),
          runLesson({ ...dogs, tauRec: 0 }, 'no depression', {}),
        ],
      };
    });
    const near = { name: 'paired', interval: NEAR };
    const far = { name: 'paired', interval: FAR };
    const both = { name: 'paired', interval: [NEAR, FAR] };
    const trials = lessons
      .selectRows({ name: 'paired' })
      .flatMap(({ seed, interval, course }) => course.map((trial) => ({ seed, interval, ...trial })));
    context.createTable('trials', trials);
    const recoveredNear = lessons.values('recovered', near);
    const learned = (name: string) => lessons.values('learned', { name });
    const recovered = (name: string) => lessons.values('recovered', { name });
    return {
      expectations: {
        'no dog responds to the bell at first, and at least 90 % do after 30 pairs':
          areAllEqual(lessons.values('naive', near), 0) && isGreaterPerSeed(lessons.values('learned', near), 0.9),
        'control: bell and food 5 s apart, and pairs with a closed gate, cause no learning':
          areAllEqual(learned('unpaired'), 0) && areAllEqual(learned('no reward'), 0),
        'bells alone extinguish the response at either interval': isGreaterPerSeed(
          0.1,
          lessons.values('extinguished', both),
        ),
        'control: the response remains without bells alone': isGreaterPerSeed(recovered('no extinction'), 0.9),
        'after bells at short intervals most dogs respond again after a rest': isGreaterPerSeed(recoveredNear, 0.5),
        'control: after bells at long intervals less than half as many respond, and none without depression':
          lessons.selectRows(far).every((row, k) => row.recovered < recoveredNear[k]! / 2) &&
          areAllEqual(recovered('no depression'), 0),
        'relearning takes fewer trials than learning': lessons
          .selectRows(far)
          .every(({ first, again }) => again < first),
      },
    };
  },
});
