/**
 * Jeffress 1948, doi:10.1037/h0061495: delay lines from both ears turn the difference of arrival times into a place. A source turns around
 * the head once a second; of 30 coincidence detectors those fire whose delays make up for the difference.
 * Run: node dist/experiments/examples/papers/jeffress.js
 * Expect: 3,180 coincidences whose place is 0.14 ms from the lag on average; if the places were others it would be 0.53 ms
 *
 * Ears are 20 cm apart, sound is taken to travel at 300 m/s, detectors have a tau of 1 ms, as in Brian2's example. Here both ears hear
 * one train of clicks (dead time 2.5 ms) with a jitter of their own, and a single arrival is worth 0.55 of the threshold, which noise of the membrane
 * helps to reach there with 0.5.
 */
import { lif, Network, Stream, spikeTrains } from '../../index.ts';
import { runIfMain } from '../runAsCalled.ts';

const DETECTORS = 30;
const LARGEST_LAG = 200 / 300; // ms
const LINE = 1.1 * LARGEST_LAG; // the longest delay
const JITTER = 0.02; // ms
const MEAN_GAP = 0.5; // ms, after the dead time

/** By how much the right ear hears later at t, ms. */
const lagAt = (t: number) => LARGEST_LAG * Math.sin((2 * Math.PI * t) / 1000);
/** Of detector j from the left and from the right ear, ms. */
const delays = (j: number) => [(j / (DETECTORS - 1)) * LINE, (1 - j / (DETECTORS - 1)) * LINE] as const;

export function main(duration = 1000) {
  const random = new Stream(1, 'clicks');
  const trains: [number[], number[]] = [[], []];
  for (let t = 2.5; t < duration; t += 2.5 + MEAN_GAP * random.exponential()) {
    for (const [ear, sign] of [-0.5, 0.5].entries()) trains[ear]!.push(t + sign * lagAt(t) + JITTER * random.normal());
  }
  for (const train of trains) train.sort((a, b) => a - b);

  const net = new Network({ seed: 1 });
  const ears = net.population('ears', spikeTrains({ trains }));
  const detectors = net.population('detectors', lif({ size: DETECTORS, tau: 1, threshold: 1, refractory: 0 }));
  net.projection(ears, detectors, { connect: { pairs: (ear, j) => ({ weight: 0.55, delay: delays(j)[ear]! }) } });
  const spikes = net.recordSpikes([detectors]);
  net.run(duration);

  const { times, neurons } = spikes.of('detectors');
  let error = 0;
  for (const [k, t] of times.entries()) {
    const [left, right] = delays(neurons[k]!);
    error += Math.abs(left - right - lagAt(t)) / times.length; // the later ear has the shorter line
  }
  const chance = times.reduce((sum, t, k) => {
    const [left, right] = delays((neurons[k]! + 7) % DETECTORS);
    return sum + Math.abs(left - right - lagAt(t)) / times.length;
  }, 0);
  console.log(
    `${times.length} coincidences; place and lag differ by ${error.toFixed(3)} ms on average (places moved by 7: ${chance.toFixed(3)})`,
  );
  return { coincidences: times.length, error, chance };
}

runIfMain(import.meta.url, () => main());
