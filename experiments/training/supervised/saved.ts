import * as z from 'zod/mini';
import type { Snapshot } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { ranged, whole } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import { isWeighted, type Model } from './model.ts';

const count = whole({ min: 0 });

/** What stands beside the arrays of a training that was saved. */
const notesSchema = z.object({
  /** In floating point, or on devices. */
  part: z.enum(['float', 'devices']),
  shown: count,
  right: count,
  /** Of `shown` and `right` at the last point of the learning curve. */
  last: z.object({ shown: count, right: count }),
  /** Presentations of the parts before this one. */
  before: count,
  seconds: ranged({ min: 0 }),
  learning: z.array(z.object({ images: count, accuracy: z.number() })),
});
export type SavedNotes = z.infer<typeof notesSchema>;

/** A training that was saved, to go on with. */
export interface Saved {
  readonly notes: SavedNotes;
  readonly snapshot: Snapshot;
}

/** What a run directory was left with; null: nothing. @throws UserError for a checkpoint of something else */
export const savedOf = (snapshot: Snapshot | null, notes: unknown): Saved | null =>
  snapshot && { snapshot, notes: validate(notesSchema, notes, 'the notes of the checkpoint') };

export function keep(all: Snapshot, path: string, state: State): void {
  for (const [key, array] of Object.entries(state)) all.set(`${path}.${key}`, array.slice());
}

/** @throws UserError where the snapshot is of another net */
export function putBack(snapshot: Snapshot, path: string, part: Stateful): void {
  for (const [key, array] of Object.entries(part.state)) {
    const found = snapshot.get(`${path}.${key}`);
    if (found?.constructor !== array.constructor || found.length !== array.length)
      throw new UserError(`the checkpoint lacks ${path}.${key} of this net; it belongs to another one.`);
    array.set(found);
  }
  part.restored?.();
}

/** Weights of a model, as live arrays. */
export const weightsOf = ({ stages }: Model): State =>
  Object.fromEntries(
    stages
      .filter(isWeighted)
      .flatMap(({ weights, bias }, k) => Object.entries({ [`weights${k}`]: weights, [`bias${k}`]: bias })),
  );

/** A model like this one with arrays of its own. */
export const copyOf = ({ input, stages }: Model): Model => ({
  input,
  stages: stages.map((stage) =>
    isWeighted(stage) ? { ...stage, weights: stage.weights.slice(), bias: stage.bias.slice() } : stage,
  ),
});
