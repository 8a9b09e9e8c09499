import { basename } from 'node:path';
import { stringify } from 'yaml';
import type { PulseFit } from './fit.ts';
import type { Bound } from './publish.ts';
import { type Pulses, pulseParams } from './reading/pulses.ts';
import type { Direction } from './reading/train.ts';
import { common, cycleToCycle } from './scatter.ts';

const digits = (value: number) => Number(value.toPrecision(6));
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

const VISITED: Readonly<Record<Bound, string>> = { gMin: 'lowest', gMax: 'highest' };

const PULSES = 'the pulses of the measurement; one voltage for pulses that grow is the root of the mean square';

/** What parameters mean that the trains do not tell: bounds that none came to, a direction that was not measured. */
export function notes({ unreached, unmeasured, noise }: PulseFit): string[] {
  const what = unreached.map((bound) => `${bound} is the ${VISITED[bound]} conductance that was visited`).join(', ');
  const other = unmeasured === 'up' ? 'down' : 'up';
  const wear = (['up', 'down'] as const).filter((d) => noise.wear?.[d]).map((d) => `${percent(noise.wear![d])} ${d}`);
  return [
    ...(unreached.length === 0
      ? []
      : [
          `${what}: no train stayed at a bound beyond, and the steps of this model do not tell it; alpha and beta refer to the range visited.`,
        ]),
    ...(unmeasured === null
      ? []
      : [
          `Pulses ${unmeasured} were not measured: steps ${unmeasured} are taken for those ${other} mirrored (assumed).`,
        ]),
    ...(wear.length === 0
      ? []
      : [
          `Steps change from the first to the last cycle by ${wear.join(', ')}; cycleToCycle stands for it, as endurance would need a lifetime that so few cycles do not tell.`,
        ]),
    ...(noise.start ? [`Trains start at levels that scatter by ${percent(noise.start)} of the range.`] : []),
  ];
}

/** How devices differ and steps and readings scatter, as far as it is told from 0: parameters of any device. */
export function scatterParams({ between, noise, best, models, reading }: PulseFit) {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const { up, down } = cycleToCycle(noise);
  const shared = common(noise);
  const correlation = (shared.up ** 2 + shared.down ** 2) / (up ** 2 + down ** 2);
  return {
    ...(between && between.min > 0 && { gMinSpread: digits(between.min) }),
    ...(between && between.max > 0 && { rangeSpread: digits(between.max) }),
    ...(between && between.up + between.down > 0 && { stepSpread: digits(between.up) }),
    ...(between && between.up !== between.down && { stepSpreadDown: digits(between.down) }),
    ...(between?.correlation != null && { stepCorrelation: digits(Math.max(0, between.correlation)) }),
    ...(up + down > 0 && { cycleToCycle: digits(up) }),
    ...(up !== down && { cycleToCycleDown: digits(down) }),
    ...(correlation > 0 && { cycleCorrelation: digits(correlation) }),
    readNoise:
      reading.kind === 'relative'
        ? { sd: digits(reading.sd) }
        : { sd: digits(reading.sd / (gMax - gMin)), of: 'range' as const },
  };
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
  const params = Object.entries(models[best].params).map(([name, value]) => [name, digits(value)] as const);
  const scatter = scatterParams(fit);
  const written = pulseParams(best, pulses);
  const from = (names: readonly string[], formula: string) =>
    names.map((name) => ({ parameter: `device.${name === 'readNoise' ? 'readNoise.sd' : name}`, formula }));
  const file = {
    memspike: 1,
    device: {
      model: best,
      ...Object.fromEntries(params),
      ...scatter,
      ...Object.fromEntries(Object.entries(written).map(([name, value]) => [name, digits(value)])),
    },
    about: {
      name: basename(source),
      summary: [
        `Fitted to measured pulses, which it ${quality.verdict} (rmse ${percent(quality.shareOfRange)} of the range): ${quality.reasons.join('; ')}. A reading scatters by ${digits(reading.sd)}${reading.kind === 'absolute' ? ' S' : ' of its value'}.`,
        ...notes(fit),
      ].join(' '),
    },
    derived: [
      ...from(
        params.map(([name]) => name),
        `least squares, memspike device fit ${basename(source)}`,
      ),
      ...from(Object.keys(scatter), `what readings and devices vary by, memspike device fit ${basename(source)}`),
      ...from(Object.keys(written), PULSES),
    ],
  };
  return stringify(file, { lineWidth: 110 });
}
