import * as z from 'zod/mini';
import type { Snapshot } from '../../../core/checkpoint/state.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { ranged, whole } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { State } from '../../../core/kernels/arena.ts';
import type { Stateful } from '../../../core/model.ts';
import { isWeighted, type Model } from './model.ts';

const count = whole({ min: 0 });

/** Schema of the training progress stored in a checkpoint. */
const notesSchema = z.object({
  /** Phase of the training: in floating point, or on devices. */
  part: z.enum(['float', 'devices']),
  /** Number of images presented in this phase, and (`right`) number of them classified correctly. */
  shown: count,
  right: count,
  /** Values of `shown` and `right` at the latest point of the learning curve. */
  last: z.object({ shown: count, right: count }),
  /** Number of images presented in earlier phases. */
  before: count,
  seconds: ranged({ min: 0 }),
  learning: z.array(z.object({ images: count, accuracy: z.number() })),
});
export type SavedProgress = z.infer<typeof notesSchema>;

/** Training that can be resumed from a checkpoint. */
export interface SavedTraining {
  readonly notes: SavedProgress;
  readonly snapshot: Snapshot;
}

/** Reads the checkpoint of a run directory; null without checkpoint. @throws UserError for a checkpoint of another kind of run */
export const readSavedTraining = (snapshot: Snapshot | null, notes: unknown): SavedTraining | null =>
  snapshot && { snapshot, notes: validate(notesSchema, notes, 'the notes of the checkpoint') };

/** Adds copies of arrays to a snapshot. */
export function storeArrays(snapshot: Snapshot, path: string, state: State): void {
  for (const [key, array] of Object.entries(state)) snapshot.set(`${path}.${key}`, array.slice());
}

/** Restores the arrays of `part` from a snapshot. @throws UserError if the snapshot belongs to another net */
export function restoreArrays(snapshot: Snapshot, path: string, part: Stateful): void {
  for (const [key, array] of Object.entries(part.state)) {
    const saved = snapshot.get(`${path}.${key}`);
    if (saved?.constructor !== array.constructor || saved.length !== array.length)
      throw new UserError(`the checkpoint lacks ${path}.${key} of this net; it belongs to another net.`);
    array.set(saved);
  }
  part.restored?.();
}

/** Weights and biases of a model, as live arrays. */
export const listWeightArrays = ({ stages }: Model): State =>
  Object.fromEntries(
    stages
      .filter(isWeighted)
      .flatMap(({ weights, bias }, k) => Object.entries({ [`weights${k}`]: weights, [`bias${k}`]: bias })),
  );

/** Copies a model with its arrays. */
export const copyModel = ({ input, stages }: Model): Model => ({
  input,
  stages: stages.map((stage) =>
    isWeighted(stage) ? { ...stage, weights: stage.weights.slice(), bias: stage.bias.slice() } : stage,
  ),
});
