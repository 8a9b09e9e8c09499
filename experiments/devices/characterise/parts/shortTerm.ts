import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { fitPairedPulse, type PairedPulseFit, pairedPulseRatio } from '../pairedPulse.ts';
import { type LeftOut, longColumns, type Part, VISIBLE } from '../part.ts';
import { responses, shortTermOf } from '../response.ts';
import { pulsed, runTo, type Specimen, state } from '../specimens.ts';
import { banded, logSpaced, longForm, median } from '../spread.ts';

/**
 * The response of every specimen to each of these spikes or pulses (ms): what a target receives through the short-term
 * part; of a device without one, its state right after each pulse upwards.
 */
function respond({ loaded, ...specimen }: Specimen, train: readonly number[]): number[][] {
  if (loaded.shortTerm) {
    const { devices: terminals, seed } = specimen;
    return responses(shortTermOf(loaded.shortTerm), train, { terminals, seed });
  }
  const up = train.map((t) => ({ t, up: true }));
  const b = pulsed({ loaded, ...specimen }, up, 'low');
  return train.map((t) => {
    runTo(b, t);
    return state(b);
  });
}

const over = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x / b[i]!);

/** Responses over the first, or as they are where the first spike does not get through at all. */
function relative(all: readonly (readonly number[])[]): { rows: readonly (readonly number[])[]; isRatio: boolean } {
  const first = all[0]!;
  if (!first.every((a) => a > 0)) return { rows: all, isRatio: false };
  return { rows: all.map((one) => over(one, first)), isRatio: true };
}

/** Whether an interval between pulses makes a visible difference. */
const matters = (ratios: readonly (readonly number[])[]): boolean => {
  const medians = ratios.map(median);
  return Math.max(...medians) - Math.min(...medians) > VISIBLE * Math.abs(medians.at(-1)!);
};

const SILENT = { leftOut: 'the time between pulses makes no visible difference: no short-term dynamics' };

const INTERVALS = logSpaced(1, 1e5, 41); // ms

/** PPF: second response over the first against the interval, with the double exponential 1 + c1 e^(-dt/t1) + c2 e^(-dt/t2). */
export function pairedPulse(specimen: Specimen): Part | LeftOut {
  const ratios = INTERVALS.map((dt) => {
    const [first, second] = respond(specimen, [100, 100 + dt]) as [number[], number[]];
    return over(second, first);
  });
  if (!ratios.flat().every(Number.isFinite))
    return { leftOut: 'a single spike does not get through, so there is no ratio' };
  if (!matters(ratios)) return SILENT;
  // A device that also keeps its pulses has a ratio above 1 at the longest interval; the double exponential is of what fades.
  const base = specimen.loaded.shortTerm ? 0 : median(ratios.at(-1)!) - 1;
  const fading = ratios.map((values) => median(values) - base);
  const fit = fitPairedPulse(INTERVALS, fading);
  return {
    title: 'PPF: second response over the first',
    columns: longColumns(['interval', 'ms'], ['ratio', '1'], INTERVALS, ratios),
    chart: {
      x: { label: 'interval (ms)', log: true },
      y: { label: 'A2 / A1' },
      series: [
        { name: 'measured', points: ratios.map((values, i) => banded(INTERVALS[i]!, values)) },
        {
          name: `fit: ${told(fit)}`,
          points: logSpaced(1, 1e5, 121).map((x) => ({ x, y: base + pairedPulseRatio(fit, x) })),
        },
      ],
    },
    summary: { ...fit, base: 1 + base },
    units: { t1: 'ms', t2: 'ms' },
  };
}

/** The time constants of a fit; one of them alone where the other's share could not be seen. */
function told({ c1, t1, c2, t2 }: PairedPulseFit): string {
  const shares = [Math.abs(c1), Math.abs(c2)];
  const seen = [t1, t2].filter((_, i) => shares[i]! > VISIBLE * Math.max(...shares));
  return seen.map((t, i) => `t${seen.length > 1 ? i + 1 : ''} = ${formatWithPrefix(t / 1000, 's')}`).join(', ');
}

const SPIKES = 10;
const RATES = [1, 5, 20, 50]; // Hz

const train = (rate: number): number[] => Array.from({ length: SPIKES }, (_, i) => 100 + (1000 / rate) * i);

/** STP: the responses to ten spikes at some rates, over the first. */
export function trainResponse(specimen: Specimen): Part | LeftOut {
  const measured = RATES.map((rate) => relative(respond(specimen, train(rate))));
  const found = measured.map(({ rows }) => rows);
  if (!matters(found.map((rows) => rows.at(-1)!))) return SILENT;
  const numbers = Array.from({ length: SPIKES }, (_, i) => i + 1);
  const tables = found.map((rows) => longForm(numbers, rows));
  return {
    title: `STP: ${SPIKES} spikes at ${RATES.join(', ')} Hz`,
    columns: {
      rate: { type: 'float64', unit: 'Hz', values: tables.flatMap((t, i) => t.x.map(() => RATES[i]!)) },
      spike: { type: 'uint32', unit: '1', values: tables.flatMap((t) => t.x) },
      device: { type: 'uint32', unit: '1', values: tables.flatMap((t) => t.device) },
      ratio: { type: 'float64', unit: '1', values: tables.flatMap((t) => t.y) },
    },
    chart: {
      x: { label: 'spike number' },
      y: { label: measured[0]!.isRatio ? 'An / A1' : 'response' },
      series: found.map((rows, i) => ({
        name: `${RATES[i]} Hz`,
        points: rows.map((values, n) => banded(n + 1, values)),
      })),
    },
    summary: Object.fromEntries(found.map((rows, i) => [`last over first at ${RATES[i]} Hz`, median(rows.at(-1)!)])),
  };
}

const WAITS = logSpaced(10, 1e5, 25); // ms

/** PTP: the response to one more spike some time after the fastest train, over the first of the train. */
export function postTetanic(specimen: Specimen): Part | LeftOut {
  const spikes = train(RATES.at(-1)!);
  const measured = WAITS.map((wait) => relative(respond(specimen, [...spikes, spikes.at(-1)! + wait])));
  const ratios = measured.map(({ rows }) => rows.at(-1)!);
  if (!matters(ratios)) return SILENT;
  return {
    title: `PTP: a spike after ${SPIKES} at ${RATES.at(-1)} Hz`,
    columns: longColumns(['wait', 'ms'], ['ratio', '1'], WAITS, ratios),
    chart: {
      x: { label: 'time since the train (ms)', log: true },
      y: { label: measured[0]!.isRatio ? 'A / A1' : 'response' },
      series: [{ name: 'measured', points: ratios.map((values, i) => banded(WAITS[i]!, values)) }],
    },
    summary: { first: median(ratios[0]!), last: median(ratios.at(-1)!) },
  };
}
