/**
 * A device whose state is kept by a barrier, from 80 to 420 K; the Arrhenius plot of devices whose barriers differ; and a layer that
 * has learned digits, after storage at a temperature.
 */
import { linearRegression, mean } from 'simple-statistics';
import { type DeviceFactory, loadDevice, MODELS, number, object, PulseBench, Stream } from '../../index.ts';
import { curve } from '../../look/plots/index.ts';
import { defineDemonstration, layerParams, measureSeeds, SEED_PARAMS } from '../demonstration.ts';
import { inUnit, isGreater, percent, ratio } from '../findings.ts';
import { trainMnistLayer } from '../trainedLayer.ts';

/** Boltzmann's constant, eV/K. */
export const BOLTZMANN = 8.617333262e-5;
const ROOM = 300; // K
const ATTEMPT = 1e-13; // s, period of the attempts to pass a barrier: one vibration (assumed)
/** Cr/CuSe/Au, for which the review quotes 80 to 420 K. */
const PRESET = 'cr-cuse-au';

interface PresetDevice {
  readonly model: keyof typeof MODELS.devices;
  readonly gMin: number;
  readonly gMax: number;
  readonly retention: { readonly tau: number };
}

const { model, ...device } = loadDevice(PRESET).device as unknown as PresetDevice;
/** Time constant at 300 K that the preset derives from its quoted retention, s. */
const TAU = device.retention.tau / 1000;
/** Energy of a barrier that is passed within TAU at 300 K, eV. */
export const BARRIER = BOLTZMANN * ROOM * Math.log(TAU / ATTEMPT);

const createDevice = MODELS.devices[model] as (p: object) => DeviceFactory;

interface Storage {
  /** Energy of the barrier, eV; 0: the time constant is that at 300 K at all temperatures. */
  readonly energy: number;
  /** Temperature, K. */
  readonly temperature: number;
}

/** State left after a time (s), as a share of the range, of a device that starts at its largest conductance. */
type Decay = (seconds: number) => number;

export function decayOf({ energy, temperature }: Storage): Decay {
  const tau = 1000 * (energy > 0 ? ATTEMPT * Math.exp(energy / (BOLTZMANN * ROOM)) : TAU);
  const retention = { ...device.retention, tau, activationEnergy: energy, measuredAt: ROOM, temperature };
  const bench = new PulseBench({
    device: createDevice({ ...device, retention }),
    seed: 1,
    up: [[]],
    weight: { uniform: [1e9, 1e9] }, // clipped to the upper end of the range
  });
  return (seconds) => (bench.devices.conductance(0, 1000 * seconds) - device.gMin) / (device.gMax - device.gMin);
}

/** Mean decay of devices with these barriers. */
export function meanDecay(energies: readonly number[], temperature: number): Decay {
  const decays = energies.map((energy) => decayOf({ energy, temperature }));
  return (seconds) => decays.reduce((sum, left) => sum + left(seconds), 0) / decays.length;
}

/** Draws barriers of `count` devices, eV. */
export function drawBarriers(count: number, sd: number, seed: number): number[] {
  const stream = new Stream(seed, 'temperature/barriers');
  return Array.from({ length: count }, () => BARRIER + sd * stream.normal());
}

/** Time until a tenth is lost, s, by bisection of its logarithm. */
export function findRetentionTime(decay: Decay): number {
  let [low, high] = [-60, 300];
  for (let n = 0; n < 70; n++) {
    const middle = (low + high) / 2;
    if (decay(Math.exp(middle)) > 0.9) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

/** Fits the line of an Arrhenius plot: its slope, eV, and the predicted retention time at a temperature, s. */
export function fitArrhenius(points: readonly { readonly temperature: number; readonly seconds: number }[]) {
  const { m, b } = linearRegression(
    points.map(({ temperature, seconds }) => [1 / (BOLTZMANN * temperature), Math.log(seconds)]),
  );
  return { energy: m, at: (temperature: number) => Math.exp(b + m / (BOLTZMANN * temperature)) };
}

const PLOT_TEMPERATURES = [200, 220, 240, 260, 280, 300, 320, 340, 360, 380, 400, 420]; // K
const STORAGE_TEMPERATURES = [80, 300, 330, 345, 360, 375, 420]; // K
const COLD = 80; // K
const WARM = 360; // K
const HOT = 420; // K
const MIN_MEASURABLE = 360; // K; below it, retention is too long to be measured
const DEVICES = 60; // with barriers that differ
const MAX_GAIN = 100;

/** Conditions: equal or scattered barriers, and readings with or without a gain that compensates the mean loss. */
const CONDITIONS = {
  equal: 'equal barriers',
  equalAmplified: 'equal, amplified',
  scattered: 'barriers that scatter',
  scatteredAmplified: 'scattering, amplified',
};
type Condition = keyof typeof CONDITIONS;
const CONDITION_KEYS = Object.keys(CONDITIONS) as Condition[];

export default defineDemonstration({
  name: 'temperature',
  title: 'Retention from 80 to 420 K: barriers, Arrhenius plots, and accuracy after storage',
  claim: 'A Cr/CuSe/Au memristor works from 80 to 420 K, and keeps its state for 10^6 s.',
  source: 'Cao et al., Nanoscale Horiz. 2023, 8, 716, Table 1 and ref. 110',
  parameters: object({
    spread: number({ default: 0.05, min: 0, max: 1, unit: 'eV', help: 'sd of the barriers of devices that differ' }),
    hours: number({ default: 3, min: 0.001, unit: 'h', help: 'duration of the storage of the layer' }),
    ...layerParams({ neurons: 100, train: 20_000, label: 2000, test: 1000 }),
    ...SEED_PARAMS,
  }),
  async run(p, context) {
    const { retention, storage, layers } = await measureSeeds(p, context, async (seed) => {
      await context.step('retention');
      const barriers = drawBarriers(DEVICES, p.spread, seed);
      const retention = PLOT_TEMPERATURES.map((temperature) => {
        const timeOf = (energies: readonly number[]) => findRetentionTime(meanDecay(energies, temperature));
        return { temperature, equal: timeOf([BARRIER]), scattered: timeOf(barriers) };
      });
      const layer = await trainMnistLayer(p, seed, context);
      const stream = new Stream(seed, 'temperature/devices');
      const deviceIndices = Uint8Array.from(layer.learned.weights, () => stream.below(DEVICES));
      /** Accuracy (%) after storage on devices with these barriers. */
      const testStored = (temperature: number, energies: readonly number[], isAmplified: boolean) => {
        const left = energies.map((energy) => decayOf({ energy, temperature })(3600 * p.hours));
        const gain = isAmplified ? Math.min(1 / mean(left), MAX_GAIN) : 1;
        const weights = layer.learned.weights.map((w, k) => w * left[deviceIndices[k]! % left.length]! * gain);
        return layer.testWeights(weights);
      };
      const fresh = await layer.testWeights(Float32Array.from(layer.learned.weights));
      const storage = [];
      for (const temperature of STORAGE_TEMPERATURES) {
        await context.step(`${temperature} K`);
        storage.push({
          temperature,
          equal: await testStored(temperature, [BARRIER], false),
          equalAmplified: await testStored(temperature, [BARRIER], true),
          scattered: await testStored(temperature, barriers, false),
          scatteredAmplified: await testStored(temperature, barriers, true),
        });
      }
      const coldWithoutBarrier = await testStored(COLD, [0], false);
      const hotWithoutBarrier = await testStored(HOT, [0], false);
      const layers = { fresh, meanBarrier: mean(barriers), coldWithoutBarrier, hotWithoutBarrier };
      return { retention, storage, layers };
    });
    const measurable = retention.filter(({ temperature }) => temperature >= MIN_MEASURABLE);
    const fitPlot = (key: 'equal' | 'scattered') =>
      layers
        .values('seed')
        .map((seed) =>
          fitArrhenius(measurable.select({ seed }).map((row) => ({ temperature: row.temperature, seconds: row[key] }))),
        );
    const [equalFits, scatteredFits] = [fitPlot('equal'), fitPlot('scattered')];
    const times = (key: 'equal' | 'scattered', temperature: number) => retention.values(key, { temperature });
    const stored = (key: Condition, temperature: number) => storage.values(key, { temperature });
    const fresh = layers.values('fresh');
    const almostFresh = fresh.map((accuracy) => accuracy - 1);
    const roomTimes = times('scattered', ROOM);
    const predictions = scatteredFits.map((fit, k) => fit.at(ROOM) / roomTimes[k]!);
    const eV = inUnit('eV');
    const s = inUnit('s');
    return {
      figures: {
        'barrier that 10^6 s at 300 K imply': eV(BARRIER),
        'slope of the Arrhenius plot above 360 K, equal barriers': eV(equalFits.map(({ energy }) => energy)),
        'slope, barriers that scatter': eV(scatteredFits.map(({ energy }) => energy)),
        'retention at 300 K, equal barriers': s(times('equal', ROOM)),
        'retention at 300 K, barriers that scatter': s(roomTimes),
        'prediction of the plot for 300 K, over that retention': ratio(predictions),
        'retention at 420 K, equal barriers': s(times('equal', HOT)),
        'accuracy at first': percent(fresh),
        'after storage at 80 K': percent(stored('equal', COLD)),
        'after storage at 360 K, equal barriers': percent(stored('equal', WARM)),
        'after storage at 360 K, equal barriers, amplified': percent(stored('equalAmplified', WARM)),
        'after storage at 360 K, barriers that scatter': percent(stored('scattered', WARM)),
        'after storage at 360 K, barriers that scatter, amplified': percent(stored('scatteredAmplified', WARM)),
        'after storage at 420 K': percent(stored('equal', HOT)),
        'control: after storage at 420 K, no barrier': percent(layers.values('hotWithoutBarrier')),
      },
      expectations: {
        'the slope of the plot is the barrier of equal devices (by construction)': equalFits.every(
          ({ energy }) => Math.abs(energy / BARRIER - 1) < 1e-3,
        ),
        'control: the slope of devices that differ is below the mean barrier': isGreater(
          layers.values('meanBarrier'),
          scatteredFits.map(({ energy }) => energy),
        ),
        'retention at 300 K is predicted to a factor of 2': isGreater(predictions, 0.5) && isGreater(2, predictions),
        'storage at 80 K costs no accuracy, storage at 420 K leads to chance':
          stored('equal', COLD).every((a, k) => a === fresh[k]) && isGreater(20, stored('equal', HOT)),
        'control: without a barrier storage at 420 K and at 80 K cost the same': layers.rows.every(
          ({ coldWithoutBarrier, hotWithoutBarrier }) => coldWithoutBarrier === hotWithoutBarrier,
        ),
        'a gain recovers the loss of equal devices at 360 K within 1 point':
          isGreater(stored('equalAmplified', WARM), almostFresh) && isGreater(almostFresh, stored('equal', WARM)),
        'control: no gain recovers devices that differ': isGreater(almostFresh, stored('scatteredAmplified', WARM)),
      },
      tables: {
        retention: retention.table({ temperature: 'K', equal: 's', scattered: 's' }),
        storage: storage.table({
          temperature: 'K',
          equal: '%',
          equalAmplified: '%',
          scattered: '%',
          scatteredAmplified: '%',
        }),
      },
      pictures: {
        retention: curve({
          title: 'Time until a tenth of the state is lost',
          subtitle: `mean and sd of ${p.seeds} seeds; barrier ${BARRIER.toFixed(2)} eV, where it scatters sd ${p.spread} eV`,
          x: { label: '1000 / temperature (1/K)' },
          y: { label: 'retention (s)', log: true },
          series: [
            ...(['equal', 'scattered'] as const).map((key) =>
              retention.line(CONDITIONS[key], ({ temperature }) => 1000 / temperature, key),
            ),
            {
              name: 'no barrier (control)',
              points: PLOT_TEMPERATURES.map((t) => ({ x: 1000 / t, y: -TAU * Math.log(0.9) })),
            },
          ],
        }),
        storage: curve({
          title: `Accuracy of a layer after ${p.hours} h at a temperature`,
          subtitle: `${p.neurons} neurons, MNIST without labels, mean and sd of ${p.seeds} seeds`,
          x: { label: 'temperature (K)' },
          y: { label: 'accuracy (%)', domain: [0, 100] },
          series: CONDITION_KEYS.map((key) =>
            storage.filter(({ temperature }) => temperature !== COLD).line(CONDITIONS[key], 'temperature', key),
          ),
        }),
      },
    };
  },
});
