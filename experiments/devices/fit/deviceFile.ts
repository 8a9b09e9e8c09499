import { basename } from 'node:path';
import { type Direction, type Pulses, pulseParams } from './import/trains.ts';
import type { FitOrigin, Written } from './kinds/mergeDeviceFile.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import type { Bound } from './statistics/modelFit.ts';
import { cycleToCycle } from './statistics/noiseModel.ts';

const digits = (value: number) => Number(value.toPrecision(6));
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

const EXTREMES: Readonly<Record<Bound, string>> = { gMin: 'lowest', gMax: 'highest' };

const PULSES = 'pulses of the measurement; root mean square voltage of growing pulses';

/** Limits of a fit, one sentence each: bounds not reached, a direction not measured, scatter of the start. */
export function fitNotes({ unreached, unmeasured, noise }: PulseFit): string[] {
  const what = unreached.map((bound) => `${bound} is the ${EXTREMES[bound]} measured conductance`).join(', ');
  const other = unmeasured === 'up' ? 'down' : 'up';
  return [
    ...(unreached.length === 0
      ? []
      : [
          `${what}: the trains do not determine the bound, because none stays there and the steps of this model do not depend on it; alpha and beta refer to the measured range.`,
        ]),
    ...(unmeasured === null
      ? []
      : [`Pulses ${unmeasured} were not measured: steps ${unmeasured} mirror the steps ${other} (assumed).`]),
    ...(noise.start ? [`The level at which trains start varies by ${percent(noise.start)} of the range (sd).`] : []),
  ];
}

/** Device parameters for device-to-device and cycle-to-cycle variability and read noise, if distinguishable from 0. */
export function scatterParams({ between, noise, best, models, reading }: PulseFit) {
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const { up, down } = cycleToCycle(noise);
  const shared = noise.gain ?? { up: 0, down: 0 };
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
 * Device file of the best model, with the origin of each parameter.
 * @param source name of the measurement.
 * @param pulses voltage and width of its pulses, if known.
 */
export function deviceFile(
  fit: PulseFit,
  source: string,
  pulses: Readonly<Record<Direction, Pulses>> = { up: {}, down: {} },
): Written {
  const { best, models, reading, quality } = fit;
  const rounded = (params: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(params).map(([name, value]) => [name, digits(value)]));
  const params = rounded(models[best].params);
  const scatter = scatterParams(fit);
  const written = rounded(pulseParams(best, pulses));
  const from = (group: object, formula: string) =>
    Object.keys(group).map((name) => ({
      parameter: `device.${name === 'readNoise' ? 'readNoise.sd' : name}`,
      formula,
    }));
  const name = basename(source);
  return {
    memspike: 1,
    device: { model: best, ...params, ...scatter, ...written },
    about: {
      name,
      summary: [
        `Fitted to measured pulses, which it ${quality.verdict} (rmse ${percent(quality.shareOfRange)} of the range): ${quality.reasons.join('; ')}. Read noise, sd: ${digits(reading.sd)}${reading.kind === 'absolute' ? ' S' : ' of the conductance'}.`,
        ...fitNotes(fit),
      ].join(' '),
    },
    derived: [
      ...from(params, `least squares, memspike device fit ${name}`),
      ...from(scatter, `variability and read noise, memspike device fit ${name}`),
      ...from(written, PULSES),
    ],
  };
}

/** Origin of the values of a device file that `deviceFile` returned. */
export const pulsesOrigin = ({ about }: Written, source: string): FitOrigin => ({
  source,
  formula: `least squares, memspike device fit ${source}`,
  summary: (about as { readonly summary: string }).summary,
});
