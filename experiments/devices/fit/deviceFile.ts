import { createPulseParams, type Direction, mapDirections, type PulseSettings } from './import/trains.ts';
import type { DeviceSections } from './kinds/measurementType.ts';
import type { FitOrigin } from './kinds/mergeDeviceFile.ts';
import { formatShareAsPercent, roundForFile } from './lists.ts';
import type { RangeBound } from './statistics/deviceFits.ts';
import type { PulseFit } from './statistics/fitPulses.ts';
import { computeCycleToCycleVariability } from './statistics/noiseModel.ts';
import { describeReadNoise } from './statistics/stateReadNoise.ts';
import { VERDICT_PHRASES } from './statistics/verdict.ts';

const EXTREMES: Readonly<Record<RangeBound, string>> = { gMin: 'lowest', gMax: 'highest' };

/** Notes on the limits of a fit: undetermined bounds, a direction not measured, variation of the start level. */
export function listFitNotes(fit: PulseFit): string[] {
  const { undeterminedBounds, unmeasured, noise } = fit;
  const bounds = undeterminedBounds
    .map((bound) => `${bound} is the ${EXTREMES[bound]} measured conductance`)
    .join(', ');
  const other = unmeasured === 'up' ? 'down' : 'up';
  const assumed = Object.entries(completeVariability(fit).assumed);
  return [
    undeterminedBounds.length > 0 &&
      `${bounds}: the trains do not determine the bound, because no train stays at it and the steps of this model do not depend on it. Its confidence interval is open on that side; the step parameters refer to the measured range.`,
    unmeasured !== null &&
      `Pulses ${unmeasured} were not measured: steps ${unmeasured} mirror the steps ${other} (assumed).`,
    ...assumed.map(([path, why]) => `${path.replace('device.', '')} is assumed: ${why}.`),
    !!noise.startSd &&
      `The level at which trains start varies by ${formatShareAsPercent(noise.startSd, 3)} of the range (sd).`,
  ].filter((note) => note !== false);
}

/** Smallest cycle-to-cycle variability that is written to a device file, share of the conductance step. */
const MIN_VARIABILITY = 1e-4;

/** Cycle-to-cycle variability per direction. If not identifiable: value of the other direction, at most `noiseLimit`. */
function completeVariability({ noise, noiseLimit, unmeasured }: PulseFit) {
  const found = computeCycleToCycleVariability(noise);
  const assumed: Record<string, string> = {};
  const values = mapDirections((d) => {
    const other = d === 'up' ? 'down' : 'up';
    if (found[d] > 0 || found[other] === 0) return found[d];
    const limit = d === unmeasured ? Infinity : noiseLimit[d];
    if (limit < MIN_VARIABILITY) return 0;
    const isOther = found[other] < limit;
    const why = `not identifiable from the readings, at most ${formatShareAsPercent(limit, 2)}`;
    const source = isOther ? `value of steps ${other}` : 'upper limit';
    assumed[d === 'up' ? 'device.cycleToCycle' : 'device.cycleToCycleDown'] =
      `${d === unmeasured ? `pulses ${d} were not measured` : why}; ${source}`;
    return isOther ? found[other] : limit;
  });
  return { values, assumed };
}

export function createVariabilityParams(fit: PulseFit) {
  const { between, noise, best, models, readNoise, stateReadNoise } = fit;
  const { gMin, gMax } = models[best].params as { gMin: number; gMax: number };
  const { values, assumed } = completeVariability(fit);
  const { up, down } = values;
  const { sd } = readNoise;
  const isRelative = readNoise.kind === 'relative';
  const shared = noise.trainGainSd ?? { up: 0, down: 0 };
  const correlation = (shared.up ** 2 + shared.down ** 2) / (up ** 2 + down ** 2);
  return {
    ...(between && between.min > 0 && { gMinSpread: roundForFile(between.min) }),
    ...(between && between.max > 0 && { rangeSpread: roundForFile(between.max) }),
    ...(between && between.up + between.down > 0 && { stepSpread: roundForFile(between.up) }),
    ...(between && between.up !== between.down && { stepSpreadDown: roundForFile(between.down) }),
    ...(between?.correlation != null && { stepCorrelation: roundForFile(Math.max(0, between.correlation)) }),
    ...(up + down > 0 && { cycleToCycle: roundForFile(up) }),
    ...((up !== down || 'device.cycleToCycleDown' in assumed) && { cycleToCycleDown: roundForFile(down) }),
    ...(correlation > 0 && { cycleCorrelation: roundForFile(correlation) }),
    readNoise: stateReadNoise ?? {
      sd: roundForFile(isRelative ? sd : sd / (gMax - gMin)),
      ...(!isRelative && { of: 'range' as const }),
    },
  };
}

export function createFittedSections(
  fit: PulseFit,
  sourceFiles: string,
  pulses: Readonly<Record<Direction, PulseSettings>> = { up: {}, down: {} },
): { readonly parts: DeviceSections; readonly assumed: Readonly<Record<string, string>>; readonly origin: FitOrigin } {
  const { best, models, readNoise, quality, stateReadNoise } = fit;
  const device = {
    model: best,
    ...models[best].params,
    ...createVariabilityParams(fit),
    ...createPulseParams(best, pulses),
  };
  const constant = `${roundForFile(readNoise.sd)}${readNoise.kind === 'absolute' ? ' S' : ' of the conductance'}`;
  const noiseText = stateReadNoise ? describeReadNoise(stateReadNoise) : constant;
  const summary = [
    `Fitted to measured pulses: ${best} ${VERDICT_PHRASES[quality.verdict]} the readings (RMSE ${formatShareAsPercent(quality.shareOfRange, 3)} of the range); ${quality.reasons.join('; ')}. Read noise, sd: ${noiseText}.`,
    ...listFitNotes(fit),
  ].join(' ');
  return {
    parts: { device },
    assumed: completeVariability(fit).assumed,
    origin: { sourceFiles, formula: `least squares, memspike device fit ${sourceFiles}`, summary, fit: models[best] },
  };
}
