import type { ShortTermFactory } from '../../../../core/factories.ts';
import type { RowSink } from '../../../../core/log/tables.ts';
import { Network } from '../../../../core/network.ts';
import type { Seed } from '../../../../core/random/random.ts';
import { spikeTrains } from '../../../../neurons/index.ts';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { createModel } from '../../../network/models.ts';
import { type DoubleExponential, evaluateDoubleExponential, fitDoubleExponential } from '../../fit/kinds/ppf.ts';
import { findExtent, logSpaced } from '../../fit/lists.ts';
import {
  createLongFormatTable,
  createMedianSeries,
  type MeasurementOutcome,
  MIN_VISIBLE_RELATIVE_CHANGE,
  median,
} from '../measurementReport.ts';
import { applyPulses, readDeviceStatesAtTime, type SpecimenSet } from '../specimens.ts';

/**
 * Simulates responses to spikes: short-term efficacies, if any; otherwise, states after one potentiating pulse per
 * spike.
 */
function simulateResponses(specimen: SpecimenSet, spikeTimes: readonly number[]): number[][] {
  const { loaded, deviceCount: terminals, seed } = specimen;
  if (loaded.shortTerm)
    return simulateShortTermEfficacies(createModel('shortTerm', loaded.shortTerm), spikeTimes, { terminals, seed });
  const up = spikeTimes.map((time) => ({ time, isUp: true }));
  const b = applyPulses(specimen, up, 'low');
  return spikeTimes.map((t) => readDeviceStatesAtTime(b, t));
}

const over = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x / b[i]!);

/** Divides responses to spikes by the first response of each device; unchanged if a first response is 0. */
function relativeToFirst(all: readonly (readonly number[])[]) {
  const first = all[0]!;
  if (!first.every((a) => a > 0)) return { rows: all, isRatio: false };
  return { rows: all.map((one) => over(one, first)), isRatio: true };
}

const hasEffect = (ratios: readonly (readonly number[])[]): boolean => {
  const medians = ratios.map(median);
  const [low, high] = findExtent(medians);
  return high - low > MIN_VISIBLE_RELATIVE_CHANGE * Math.abs(medians.at(-1)!);
};

const NO_EFFECT = { reason: 'the time between pulses has no visible effect: no short-term dynamics' };

const INTERVALS = logSpaced(1, 1e5, 41); // ms

/** PPF: ratio of second to first response against the interval, with 1 + c1 e^(-dt/t1) + c2 e^(-dt/t2) fitted. */
export function measurePairedPulses(specimen: SpecimenSet): MeasurementOutcome {
  const ratios = INTERVALS.map((dt) => {
    const [first, second] = simulateResponses(specimen, [100, 100 + dt]) as [number[], number[]];
    return over(second, first);
  });
  if (!ratios.flat().every(Number.isFinite))
    return { reason: 'the response to a single spike is 0, so there is no ratio' };
  if (!hasEffect(ratios)) return NO_EFFECT;
  // A non-volatile weight change keeps the paired-pulse ratio above 1 even at the longest interval. This offset is
  // subtracted before the fit of the volatile part.
  const base = specimen.loaded.shortTerm ? 0 : median(ratios.at(-1)!) - 1;
  const volatile = ratios.map((values) => median(values) - base);
  const { params: fit, rmse } = fitDoubleExponential(
    INTERVALS.map((interval, i) => ({ interval, ratio: volatile[i]! })),
  );
  return {
    title: 'PPF: second response over the first',
    columns: createLongFormatTable(['interval', 'ms'], ['ratio', '1'], INTERVALS, [ratios]),
    chart: {
      x: { label: 'interval (ms)', log: true },
      y: { label: 'A2 / A1' },
      series: [
        createMedianSeries('measured', INTERVALS, ratios),
        {
          name: `fit: ${describeTimeConstants(fit)}`,
          points: logSpaced(1, 1e5, 121).map((x) => ({ x, y: base + evaluateDoubleExponential(fit, x) })),
        },
      ],
    },
    summary: { ...fit, rmse, base: 1 + base },
    units: { t1: 'ms', t2: 'ms' },
  };
}

function describeTimeConstants({ c1, t1, c2, t2 }: DoubleExponential): string {
  const shares = [Math.abs(c1), Math.abs(c2)];
  const seen = [t1, t2].filter((_, i) => shares[i]! > MIN_VISIBLE_RELATIVE_CHANGE * Math.max(...shares));
  return seen.map((t, i) => `t${seen.length > 1 ? i + 1 : ''} = ${formatWithPrefix(t / 1000, 's')}`).join(', ');
}

const SPIKE_COUNT = 10;
const RATES = [1, 5, 20, 50]; // Hz

const train = (rate: number): number[] => Array.from({ length: SPIKE_COUNT }, (_, i) => 100 + (1000 / rate) * i);

/** STP: responses to ten spikes at several rates, relative to the first response. */
export function measureSpikeTrainResponse(specimen: SpecimenSet): MeasurementOutcome {
  const measured = RATES.map((rate) => relativeToFirst(simulateResponses(specimen, train(rate))));
  const found = measured.map(({ rows }) => rows);
  if (!hasEffect(found.map((rows) => rows.at(-1)!))) return NO_EFFECT;
  const numbers = Array.from({ length: SPIKE_COUNT }, (_, i) => i + 1);
  return {
    title: `STP: ${SPIKE_COUNT} spikes at ${RATES.join(', ')} Hz`,
    columns: createLongFormatTable(['spike', '1', 'uint32'], ['ratio', '1'], numbers, found, ['rate', 'Hz', RATES]),
    chart: {
      x: { label: 'spike number' },
      y: { label: measured[0]!.isRatio ? 'An / A1' : 'response' },
      series: found.map((rows, i) => createMedianSeries(`${RATES[i]} Hz`, numbers, rows)),
    },
    summary: Object.fromEntries(found.map((rows, i) => [`last over first at ${RATES[i]} Hz`, median(rows.at(-1)!)])),
  };
}

/** Short-term efficacies at spike times (ms) for weight 1; one row per spike, one column per synapse. */
export function simulateShortTermEfficacies(
  shortTerm: ShortTermFactory,
  train: readonly number[],
  { terminals = 1, seed = 1 }: { readonly terminals?: number; readonly seed?: Seed } = {},
): number[][] {
  const net = new Network({ seed });
  const pre = net.population('pre', spikeTrains({ trains: Array.from({ length: terminals }, () => [...train]) }));
  const post = net.population('post', spikeTrains({ trains: Array.from({ length: terminals }, () => []) }));
  const efficacies: number[] = [];
  const sink: RowSink = {
    write: (columns, rows) => {
      for (let i = 0; i < rows; i++) efficacies.push(columns.efficacy![i]!);
    },
  };
  net.recordWeights(
    net.projection(pre, post, { connect: { oneToOne: { weight: 1 } }, shortTerm }),
    { on: 'pre' },
    sink,
  );
  net.run(Math.max(...train));
  net.flush();
  return train.map((_, i) => efficacies.slice(i * terminals, (i + 1) * terminals));
}

const WAITS = logSpaced(10, 1e5, 25); // ms

/** PTP: response to a spike after the fastest train, relative to the first response of the train. */
export function measurePostTetanicPotentiation(specimen: SpecimenSet): MeasurementOutcome {
  const spikes = train(RATES.at(-1)!);
  const measured = WAITS.map((wait) =>
    relativeToFirst(simulateResponses(specimen, [...spikes, spikes.at(-1)! + wait])),
  );
  const ratios = measured.map(({ rows }) => rows.at(-1)!);
  if (!hasEffect(ratios)) return NO_EFFECT;
  return {
    title: `PTP: a spike after ${SPIKE_COUNT} at ${RATES.at(-1)} Hz`,
    columns: createLongFormatTable(['wait', 'ms'], ['ratio', '1'], WAITS, [ratios]),
    chart: {
      x: { label: 'time since the train (ms)', log: true },
      y: { label: measured[0]!.isRatio ? 'A / A1' : 'response' },
      series: [createMedianSeries('measured', WAITS, ratios)],
    },
    summary: { first: median(ratios[0]!), last: median(ratios.at(-1)!) },
  };
}
