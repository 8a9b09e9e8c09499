/** Device retention at different temperatures: Arrhenius plots, and accuracy after storage. */
import { linearRegression, mean } from 'simple-statistics';
import { loadDevice, type ModelChoice, number, PulseBench, RandomStream } from '../../index.ts';
import { bisect, declareCounts, defineDemonstration, isGreaterPerSeed, mapRange } from '../demonstration.ts';
import { createDevice } from '../devicePairs.ts';
import { trainMnistLayer } from '../trainedLayer.ts';

const BOLTZMANN = 8.617333262e-5; // eV/K
const ROOM = 300; // K
const ATTEMPT_PERIOD = 1e-13; // s, period of the attempts to pass the energy barrier (one lattice vibration, assumed)
const device = loadDevice('cr-cuse-au').device as ModelChoice &
  Readonly<Record<'gMin' | 'gMax', number> & Record<'retention', { readonly tau: number }>>;
const RETENTION_TAU = device.retention.tau / 1000; // retention time constant at 300 K, derived from the quoted retention, s
/** Energy barrier that gives the retention time constant `RETENTION_TAU` at 300 K (Arrhenius law), eV. */
const ENERGY_BARRIER = BOLTZMANN * ROOM * Math.log(RETENTION_TAU / ATTEMPT_PERIOD);

/** Returns device states (1 at first) as a function of time, s. @param energies eV; 0: no effect of `temperature`, K */
function simulateDecay(energies: readonly number[], temperature: number): (seconds: number) => number[] {
  const benches = energies.map((energy) => {
    const tau = 1000 * (energy > 0 ? ATTEMPT_PERIOD * Math.exp(energy / (BOLTZMANN * ROOM)) : RETENTION_TAU);
    const retention = { ...device.retention, tau, activationEnergy: energy, measuredAt: ROOM, temperature };
    const weight = { uniform: [1e9, 1e9] as const }; // each device is clipped to the upper end of its range
    return new PulseBench({ device: createDevice({ ...device, retention }), seed: 1, up: [[]], weight });
  });
  const range = device.gMax - device.gMin;
  return (seconds) => benches.map(({ devices }) => (devices.conductance(0, 1000 * seconds) - device.gMin) / range);
}

/** Retention time, s: time until a tenth of the mean device state is lost. */
function findRetention(energies: readonly number[], temperature: number): number {
  const decays = simulateDecay(energies, temperature);
  return Math.exp(bisect(-60, 300, 1e-12, (logarithm) => mean(decays(Math.exp(logarithm))) <= 0.9));
}

const STORAGE_TIME = 3 * 3600; // s
const STORAGE_TEMPERATURES = [80, 300, 330, 345, 360, 375, 420]; // K
const [COLD, WARM, HOT] = [80, 360, 420]; // K
const MIN_MEASURABLE = 360; // K; at lower temperatures, retention is too long to be measured
const DEVICE_COUNT = 60; // number of devices in the runs with unequal barriers

export default defineDemonstration({
  parameters: {
    spread: number({ default: 0.05, min: 0, max: 1, unit: 'eV', help: 'sd of barrier energies between devices' }),
    ...declareCounts({ neurons: 100, train: 20_000, label: 2000, test: 1000 }),
  },
  async simulate(p, context) {
    const { plots, fresh, storage } = await context.measurePerSeed(async (seed) => {
      const draws = new RandomStream(seed, 'temperature/barriers');
      const scattered = mapRange(DEVICE_COUNT, () => ENERGY_BARRIER + p.spread * draws.normal());
      const kinds = Object.entries({ equal: [ENERGY_BARRIER], scattered, none: [0] });
      const retention = kinds.flatMap(([barriers, energies]) =>
        [300, 360, 380, 400, 420].map((temperature) => {
          return { barriers, temperature, retention: findRetention(energies, temperature) };
        }),
      );
      const plots = kinds.map(([barriers, energies]) => {
        const points = retention.filter((row) => row.barriers === barriers && row.temperature >= MIN_MEASURABLE);
        const logarithms = points.map((row) => [1 / (BOLTZMANN * row.temperature), Math.log(row.retention)]);
        const { m, b } = linearRegression(logarithms);
        const prediction = Math.exp(b + m / (BOLTZMANN * ROOM)) / findRetention(energies, ROOM);
        return { barriers, slope: m, prediction, meanBarrier: mean(energies) };
      });
      const layer = await trainMnistLayer(p, seed, context);
      const stream = new RandomStream(seed, 'temperature/devices');
      const deviceIndices = Uint8Array.from(layer.learned.weights, () => stream.integerBelow(DEVICE_COUNT));
      const fresh = { original: await layer.testWeights(Float32Array.from(layer.learned.weights)) };
      const storage = [];
      for (const temperature of STORAGE_TEMPERATURES) {
        await context.reportProgress(`${temperature} K`);
        for (const [barriers, energies] of kinds) {
          const left = simulateDecay(energies, temperature)(STORAGE_TIME);
          for (const amplified of barriers === 'none' ? [false] : [false, true]) {
            const gain = amplified ? Math.min(1 / mean(left), 100) : 1;
            const weights = layer.learned.weights.map((w, k) => w * left[deviceIndices[k]! % left.length]! * gain);
            storage.push({ barriers, amplified, temperature, accuracy: await layer.testWeights(weights) });
          }
        }
      }
      return { retention, plots, fresh, storage };
    });
    const stored = (barriers: string, temperature: number, amplified = false) =>
      storage.values('accuracy', { barriers, temperature, amplified });
    const original = fresh.values('original');
    const almostFresh = fresh.values((row) => row.original - 1);
    const predictions = plots.values('prediction', { barriers: 'scattered' });
    return {
      figures: {
        'barrier that 10^6 s at 300 K imply': { unit: 'eV', values: ENERGY_BARRIER },
      },
      expectations: [
        {
          'the slope of the plot is the barrier of equal devices (by construction)': plots
            .selectRows({ barriers: 'equal' })
            .every(({ slope }) => Math.abs(slope / ENERGY_BARRIER - 1) < 1e-3),
          'control: the slope of devices that differ is below the mean barrier': plots
            .selectRows({ barriers: 'scattered' })
            .every(({ slope, meanBarrier }) => slope < meanBarrier),
        },
        {
          'retention at 300 K is predicted to a factor of 2':
            isGreaterPerSeed(predictions, 0.5) && isGreaterPerSeed(2, predictions),
        },
        {
          'storage at 80 K costs no accuracy, storage at 420 K leads to chance':
            stored('equal', COLD).every((a, k) => a === original[k]) &&
            isGreaterPerSeed(original, 50) &&
            isGreaterPerSeed(20, stored('equal', HOT)),
          'control: without a barrier storage at 420 K and at 80 K cost the same': stored('none', COLD).every(
            (a, k) => a === stored('none', HOT)[k],
          ),
        },
        {
          'a gain recovers the loss of equal devices at 360 K within 1 point':
            isGreaterPerSeed(stored('equal', WARM, true), almostFresh) &&
            isGreaterPerSeed(almostFresh, stored('equal', WARM)),
          'control: no gain recovers devices that differ': isGreaterPerSeed(
            almostFresh,
            stored('scattered', WARM, true),
          ),
        },
      ],
    };
  },
});
