import { createPulseParams, type Direction, type Pulses } from './import/trains.ts';
import type { DeviceParts } from './kinds/kind.ts';
import type { FitOrigin } from './kinds/mergeDeviceFile.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import type { Bound } from './statistics/modelFit.ts';
import { cycleToCycle } from './statistics/noiseModel.ts';

const digits = (value: number) => Number(value.toPrecision(6));
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;

const EXTREMES: Readonly<Record<Bound, string>> = { gMin: 'lowest', gMax: 'highest' };

/** Limits of a fit, one sentence each: undetermined bounds, a direction not measured, variation of the start level. */
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
export function variabilityParams({ between, noise, best, models, reading }: PulseFit) {
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
 * Device parameters of the best model, and their origin.
 * @param source name of the measurement.
 * @param pulses voltage and width of its pulses, if known.
 */
export function fittedParts(
  fit: PulseFit,
  source: string,
  pulses: Readonly<Record<Direction, Pulses>> = { up: {}, down: {} },
): { readonly parts: DeviceParts; readonly origin: FitOrigin } {
  const { best, models, reading, quality } = fit;
  const device = { model: best, ...models[best].params, ...variabilityParams(fit), ...createPulseParams(best, pulses) };
  const summary = [
    `Fitted to measured pulses, which it ${quality.verdict} (rmse ${percent(quality.shareOfRange)} of the range): ${quality.reasons.join('; ')}. Read noise, sd: ${digits(reading.sd)}${reading.kind === 'absolute' ? ' S' : ' of the conductance'}.`,
    ...fitNotes(fit),
  ].join(' ');
  return { parts: { device }, origin: { source, formula: `least squares, memspike device fit ${source}`, summary } };
}
