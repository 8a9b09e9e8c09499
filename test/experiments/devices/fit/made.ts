/**
 * Measurements made from known models, to see what fits make of them. Run by itself it judges all 64 and prints the figures:
 * `node dist/test/experiments/devices/fit/made.js [seed]`.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median, quantile } from 'simple-statistics';
import { readPulses } from '../../../../experiments/devices/fit/import/measurement.ts';
import type { Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { createParameterFunction, fitDevices } from '../../../../experiments/devices/fit/statistics/deviceFits.ts';
import { fitPulses, type PulseFit } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import type { StepFamilyName } from '../../../../experiments/devices/fit/statistics/stepFamilies.ts';
import { exponentialStep, type Measurement, measured, neuroSimStep, powerStep, softBoundStep } from './measured.ts';

export interface Made {
  readonly model: StepFamilyName;
  readonly made: Measurement;
  readonly params: Readonly<Record<string, number>>;
}

const RANGE = { gMin: 1e-6, gMax: 1e-5 };
const MODELS: readonly Pick<Made, 'model' | 'params'>[] = [
  { model: 'softBound', params: { ...RANGE, etaUp: 0.05, etaDown: 0.08 } },
  { model: 'exponential', params: { ...RANGE, alphaUp: 0.08, betaUp: 3, alphaDown: 0.06, betaDown: 2 } },
  { model: 'neuroSim', params: { ...RANGE, nonlinearityUp: 1.5, nonlinearityDown: -3, pulsesUp: 60, pulsesDown: 60 } },
  { model: 'power', params: { ...RANGE, aUp: 0.06, bUp: 1.6, aDown: 0.1, bDown: 2 } },
];

function stepOf({ model, params: p }: Pick<Made, 'model' | 'params'>) {
  if (model === 'softBound') return softBoundStep(p.etaUp!, p.etaDown!);
  if (model === 'exponential') return exponentialStep(p.alphaUp!, p.betaUp!, p.alphaDown!, p.betaDown!);
  if (model === 'power') return powerStep(p.aUp!, p.bUp!, p.aDown!, p.bDown!);
  return neuroSimStep(p.nonlinearityUp!, -p.nonlinearityDown!, p.pulsesUp!, p.pulsesDown!);
}

/** Every model with steps that scatter by 5 to 40 %, readings by 0 to 5 % of the range, 1 to 20 cycles. */
export const MADE: readonly Made[] = MODELS.flatMap((known, m) =>
  [0.05, 0.1, 0.2, 0.4].flatMap((cycleToCycle, c) =>
    [1, 3, 8, 20].map((cycles, k): Made => {
      const absolute = [0, 0.01, 0.02, 0.05][(c + k) % 4]!;
      const pulses: readonly [number, number] = [60, 60];
      const seed = 100 * m + 10 * c + k;
      return { ...known, made: { step: stepOf(known), pulses, cycleToCycle, cycles, absolute, devices: 1, seed } };
    }),
  ),
);

const directory = mkdtempSync(join(tmpdir(), 'memspike-made-'));
export function trainsOf(made: Measurement): Train[] {
  const file = join(directory, 'made.csv');
  writeFileSync(file, measured(made));
  return readPulses(file);
}

/** True parameters for the range of a fit: alpha and beta of `exponential` refer to it if a bound is open. */
export function scaleTruth(
  { model, params }: Pick<Made, 'model' | 'params'>,
  range: Readonly<Record<'gMin' | 'gMax', number>>,
  { params: found, ci }: Pick<PulseFit['models'][StepFamilyName], 'params' | 'ci'>,
): Readonly<Record<string, number>> {
  const isOpen = ci.gMin?.[0] === 0 || ci.gMax?.[1] === Infinity;
  if (model !== 'exponential' || !isOpen) return params;
  const [low, high] = (['gMin', 'gMax'] as const).map((end) => (found[end]! - range.gMin) / (range.gMax - range.gMin));
  const share = high! - low!;
  return {
    gMin: params.gMin!,
    gMax: params.gMax!,
    alphaUp: (params.alphaUp! * Math.exp(-params.betaUp! * low!)) / share,
    betaUp: params.betaUp! * share,
    alphaDown: (params.alphaDown! * Math.exp(-params.betaDown! * (1 - high!))) / share,
    betaDown: params.betaDown! * share,
  };
}

/** Parameters that were fitted, those whose interval holds the truth, and whether the true model is best or said to be as good. */
export function judge(
  { model, made, params }: Made,
  seed: number,
): { fit: PulseFit; held: [string, boolean][]; found: boolean } {
  const fit = fitPulses(trainsOf({ ...made, seed: 1000 * seed + made.seed }));
  const truth = scaleTruth({ model, params }, RANGE, fit.models[model]);
  const held = Object.entries(fit.models[model].ci)
    .filter(([, ci]) => ci !== null)
    .map(([name, ci]): [string, boolean] => [name, ci![0] <= truth[name]! && truth[name]! <= ci![1]]);
  return { fit, held, found: fit.best === model || model in fit.alike };
}

/** Widths of intervals over those of a parametric bootstrap that knows the truth. */
export function widths({ model, made }: Made, fit: PulseFit): number[] {
  const c = fit.candidates[model];
  const found = Array.from({ length: 40 }, (_, k) => {
    const trains = trainsOf({ ...made, seed: 1e6 + k });
    const [device] = fitDevices(c, trains, fit.noise);
    return createParameterFunction(c, device!, fit.undeterminedBounds)(device!.fitCoordinates);
  });
  return Object.entries(fit.models[model].ci).flatMap(([name, ci]) => {
    if (ci === null) return [];
    const values = found.map((p) => p[name]!);
    return [(ci[1] - ci[0]) / (quantile(values, 0.975) - quantile(values, 0.025))];
  });
}

function judgeAll(seed: number): void {
  const [inside, ratios, found, verdicts] = [[], [], [], []] as [boolean[], number[], boolean[], boolean[]];
  for (const one of MADE) {
    const { fit, held, found: right } = judge(one, seed);
    const own = widths(one, fit).filter(Number.isFinite);
    inside.push(...held.map(([, ok]) => ok));
    ratios.push(...own);
    found.push(right);
    verdicts.push(fit.quality.verdict === 'describes');
    const { cycleToCycle, cycles, absolute } = one.made;
    const missed = held.filter(([, ok]) => !ok).map(([name]) => name);
    console.log(
      `${one.model} c2c ${cycleToCycle} reading ${absolute} cycles ${cycles}: ${fit.best}, as good ${Object.keys(fit.alike).join(' ') || '-'}${right ? '' : ' WRONG'}, ${fit.quality.verdict}, missed ${missed.join(' ') || '-'}, width ${median(own).toFixed(2)}, step ${fit.noise.stepSd.up.toFixed(3)} ${fit.noise.stepSd.down.toFixed(3)}, reading ${fit.readNoise.kind} ${fit.readNoise.sd.toPrecision(2)}`,
    );
  }
  const share = (list: readonly boolean[]) => `${((100 * list.filter(Boolean).length) / list.length).toFixed(1)} %`;
  console.log(`intervals hold the truth: ${share(inside)} of ${inside.length}`);
  console.log(`median width over a parametric bootstrap's: ${median(ratios).toFixed(2)}`);
  console.log(`true model best or as good: ${share(found)}; describes: ${share(verdicts)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) judgeAll(Number(process.argv[2] ?? 1));
