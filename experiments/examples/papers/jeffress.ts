/**
 * Jeffress 1948, doi:10.1037/h0061495: delay lines from both ears turn the interaural time difference into a position. A source
 * circles the head once per second; of 30 coincidence detectors, those fire whose delays compensate the time difference.
 * Run: node dist/experiments/examples/papers/jeffress.js
 * Expect: 3,180 coincidences; mean error between detector delay and time difference 0.14 ms, with shuffled detectors 0.53 ms
 *
 * As in Brian2's example, ears are 20 cm apart, the speed of sound is 300 m/s and detectors have a tau of 1 ms. Here both ears
 * receive one train of clicks (dead time 2.5 ms) with independent jitter. A single arrival reaches 0.55 of the threshold; in the
 * example it reaches 0.5, and membrane noise adds the rest.
 */
import { lif, Network, RandomStream, spikeTrains } from '../../index.ts';
import { runIfMain } from '../support.ts';

const DETECTORS = 30;
const MAX_LAG = 200 / 300; // ms
const MAX_DELAY = 1.1 * MAX_LAG; // ms
const JITTER = 0.02; // ms
const MEAN_GAP = 0.5; // ms, after the dead time

/** Interaural time difference (right minus left ear) at time t, ms. */
const computeTimeDifference = (t: number) => MAX_LAG * Math.sin((2 * Math.PI * t) / 1000);
/** Delays from the left and from the right ear to detector j, ms. */
const computeDelays = (j: number) =>
  [(j / (DETECTORS - 1)) * MAX_DELAY, (1 - j / (DETECTORS - 1)) * MAX_DELAY] as const;

export function main(duration = 1000) {
  const random = new RandomStream(1, 'clicks');
  const trains: [number[], number[]] = [[], []];
  for (let t = 2.5; t < duration; t += 2.5 + MEAN_GAP * random.exponential()) {
    for (const [ear, sign] of [-0.5, 0.5].entries())
      trains[ear]!.push(t + sign * computeTimeDifference(t) + JITTER * random.normal());
  }
  for (const train of trains) train.sort((a, b) => a - b);

  const net = new Network({ seed: 1 });
  const ears = net.population('ears', spikeTrains({ trains }));
  const detectors = net.population('detectors', lif({ size: DETECTORS, tau: 1, threshold: 1, refractory: 0 }));
  net.projection(ears, detectors, {
    connect: { pairs: (ear, j) => ({ weight: 0.55, delay: computeDelays(j)[ear]! }) },
  });
  const spikes = net.recordSpikes([detectors]);
  net.run(duration);

  const { times, neurons } = spikes.of('detectors');
  const computeError = (shift: number) =>
    times.reduce((sum, t, k) => {
      const [left, right] = computeDelays((neurons[k]! + shift) % DETECTORS); // the later ear has the shorter line
      return sum + Math.abs(left - right - computeTimeDifference(t)) / times.length;
    }, 0);
  const [error, chance] = [computeError(0), computeError(7)];
  console.log(
    `${times.length} coincidences; mean error ${error.toFixed(3)} ms (detectors shifted by 7: ${chance.toFixed(3)} ms)`,
  );
  return { coincidences: times.length, error, chance };
}

runIfMain(import.meta.url, () => main());
