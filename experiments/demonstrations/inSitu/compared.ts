import { imagesOf, type Learned, loadMnist } from '../../mnist/index.ts';
import type { Stage } from '../demonstration.ts';
import { errorCorrecting } from './errorCorrecting.ts';
import { blindlyImported, FLAWS, type Flaw, flawed, imported, WRITTEN_SPREAD, written } from './flaws.ts';
import type { Given, Learner } from './learner.ts';
import { unsupervised } from './unsupervised.ts';

export const RULES = ['unsupervised', 'errorCorrecting'] as const;
export type Rule = (typeof RULES)[number];
const LEARNERS: Readonly<Record<Rule, Learner>> = { unsupervised, errorCorrecting };

/** Trained in place; written with a look at the result; written blindly (spread only). */
export const WAYS = ['inSitu', 'exSitu', 'blind'] as const;
export type Way = (typeof WAYS)[number];

export interface Compared {
  readonly rule: Rule;
  readonly way: Way;
  readonly flaw: Flaw;
  readonly amount: number;
  readonly seed: number;
  /** Percent. */
  readonly accuracy: number;
}

/** The network that was trained ideal, written by pulses into devices with spread. */
export interface Pulsed {
  readonly rule: Rule;
  readonly tolerance: number;
  readonly seed: number;
  /** Percent. */
  readonly accuracy: number;
  /** Of a device, on average; and what they and the reads between them cost, J. */
  readonly pulses: number;
  readonly joules: number;
}

/**
 * Every flaw in every amount for one rule; the amount 0 stands for ideal devices. All are tested as old as the one trained in place.
 * And every tolerance of writing by pulses.
 */
export async function compared(
  rule: Rule,
  given: Given,
  amounts: Readonly<Record<Flaw, readonly number[]>>,
  tolerances: readonly number[],
  { signal, step }: Stage,
): Promise<{ readonly found: readonly Compared[]; readonly pulsed: readonly Pulsed[] }> {
  const { seed } = given;
  const learner = LEARNERS[rule];
  const config = learner.config(given);
  const images = imagesOf(loadMnist(), config);
  const score = (learned: Learned) => learner.accuracy(config, learned, images, signal);
  await step(`seed ${seed}, ${rule}: ideal devices`);
  const { learned, end: operation } = await learner.train(config, images.train, signal);
  const ideal = await score(learned);
  const found: Compared[] = FLAWS.flatMap((flaw) =>
    WAYS.slice(0, flaw === 'spread' ? 3 : 2).map((way) => ({ rule, way, flaw, amount: 0, seed, accuracy: ideal })),
  );
  for (const flaw of FLAWS) {
    for (const amount of amounts[flaw]) {
      await step(`seed ${seed}, ${rule}: ${flaw} ${amount}`);
      const worse = { ...config, device: flawed(config.device, flaw, amount, operation) };
      const inPlace = await learner.train(worse, images.train, signal);
      const put = async (way: Way, read: Learned) =>
        found.push({ rule, way, flaw, amount, seed, accuracy: await score(read) });
      await put('inSitu', inPlace.learned);
      await put('exSitu', { ...learned, weights: imported(worse, learned.weights, inPlace.end) });
      if (flaw === 'spread')
        await put('blind', { ...learned, weights: blindlyImported(worse, learned.weights, amount) });
    }
  }
  const pulsed: Pulsed[] = [];
  const spread = { ...config, device: flawed(config.device, 'spread', WRITTEN_SPREAD, operation) };
  for (const tolerance of tolerances) {
    await step(`seed ${seed}, ${rule}: tolerance ${tolerance}`);
    const { weights, pulses, joules } = written(spread, learned.weights, 0, tolerance);
    pulsed.push({ rule, tolerance, seed, accuracy: await score({ ...learned, weights }), pulses, joules });
  }
  return { found, pulsed };
}
