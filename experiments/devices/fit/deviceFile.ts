import { basename } from 'node:path';
import { stringify } from 'yaml';
import { type Bound, cycleToCycle, type PulseFit } from './fit.ts';
import { type Pulses, pulseParams } from './reading/pulses.ts';
import type { Direction } from './reading/train.ts';

const digits = (value: number) => Number(value.toPrecision(6));

const VISITED: Readonly<Record<Bound, string>> = { gMin: 'lowest', gMax: 'highest' };

const PULSES =
  'the pulses of the measurement; one voltage for both directions, or for pulses that grow, is the root of the mean square';

/** What it means for the parameters that no train came to a bound; null where trains did, or were set to it. */
export function boundsNote({ unreached }: PulseFit): string | null {
  if (unreached.length === 0) return null;
  const what = unreached.map((bound) => `${bound} is the ${VISITED[bound]} conductance that was visited`).join(', ');
  return `${what}: no train stayed at a bound beyond, and the steps of this model do not tell it; alpha and beta refer to the range visited.`;
}

/** How devices and steps differ, where it was measured and told from 0. */
function spreads({ between, spread, noise }: PulseFit) {
  const steps = between && Math.hypot(between.up, between.down) / Math.SQRT2;
  const cycles = spread.cycleToCycle ?? cycleToCycle(noise);
  return {
    ...(between && between.min > 0 && { gMinSpread: digits(between.min) }),
    ...(between && between.max > 0 && { rangeSpread: digits(between.max) }),
    ...(between && steps! > 0 && { stepSpread: digits(steps!) }),
    ...(between?.correlation != null && { stepCorrelation: digits(Math.max(0, between.correlation)) }),
    ...(cycles > 0 && { cycleToCycle: digits(cycles) }),
  };
}

/** Scatter of reading, as a share of the device's range or of its value. */
function readNoise({ best, models, reading }: PulseFit) {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  if (reading.kind === 'relative') return { readNoise: { sd: digits(reading.sd) } };
  return { readNoise: { sd: digits(reading.sd / (gMax - gMin)), of: 'range' } };
}

/**
 * The best model as a device file, what `projections.….device` takes with where its numbers come from: YAML.
 * @param source name of the measurement.
 * @param pulses voltage and length of its pulses, as far as they are known.
 */
export function deviceFile(
  fit: PulseFit,
  source: string,
  pulses: Readonly<Record<Direction, Pulses>> = { up: {}, down: {} },
): string {
  const { best, models, reading, quality } = fit;
  const note = boundsNote(fit);
  const { params } = models[best];
  const measured = {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, digits(value)])),
    ...spreads(fit),
    ...readNoise(fit),
  };
  const written = pulseParams(best, pulses);
  const file = {
    memspike: 1,
    device: {
      model: best,
      ...measured,
      ...Object.fromEntries(Object.entries(written).map(([name, value]) => [name, digits(value)])),
    },
    about: {
      name: basename(source),
      summary: `Fitted to measured pulses, which it ${quality.verdict} (rmse ${digits(100 * quality.shareOfRange)} % of the range); a reading scatters by ${digits(reading.sd)}${reading.kind === 'absolute' ? ' S' : ' of its value'}.${note === null ? '' : ` ${note}`}`,
    },
    derived: [
      ...Object.keys(measured).map((name) => ({
        parameter: name === 'readNoise' ? 'device.readNoise.sd' : `device.${name}`,
        formula: `least squares, memspike device fit ${basename(source)}`,
      })),
      ...Object.keys(written).map((name) => ({ parameter: `device.${name}`, formula: PULSES })),
    ],
  };
  return stringify(file, { lineWidth: 110 });
}
