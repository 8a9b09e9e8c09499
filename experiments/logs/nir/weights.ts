import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { rowEnd, rowStart, weightOf } from '../../../core/graph/edges.ts';
import type { Projection } from '../../../core/graph/projection.ts';
import { WEIGHTS } from '../../../core/log/tables.ts';
import { LogTable } from '../table.ts';
import { lastWeights } from '../weightMatrix.ts';
import type { NirArray } from './graph.ts';

const MOST = 2 ** 28;

/** Weights as the network was built: synapses that no rule moves keep them. */
function built({ edges, source, sources }: Projection, into: Float64Array): void {
  for (let row = 0; row < edges.rows; row++) {
    const pre = sources.neuron(row % sources.count);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      const post = edges.targets === null ? k % edges.columns : edges.targets[k]!;
      into[post * source.size + pre]! += weightOf(edges, k);
    }
  }
}

/** Weights as they were last recorded. */
function learned(run: string, { name, source, edges }: Projection, into: Float64Array): void {
  const path = join(run, 'weights.arrows');
  const hint = `record its weights (record: { weights: ... }) to write what it learned as NIR`;
  if (!existsSync(path)) throw new UserError(`${run} holds no weights of ${name}, which has a rule; ${hint}.`);
  if (!edges.distinct)
    throw new UserError(`${name} connects some neurons twice, so its recorded weights cannot be told apart.`);
  const table = new LogTable(path, { populations: [name] }, WEIGHTS);
  const { values, pre, post } = lastWeights(table);
  table.requireWhole();
  for (let i = 0; i < pre; i++) {
    for (let j = 0; j < post; j++) {
      const weight = values[i * post + j]!;
      if (!Number.isNaN(weight)) into[j * source.size + i] = weight;
    }
  }
}

/** The frozen weights of a projection, out × in: as last recorded where a rule moved them, else as built. */
export function frozenWeights(run: string, projection: Projection): NirArray {
  const { source, target, name, rule } = projection;
  const shape = [target.size, source.size];
  if (target.size * source.size > MOST)
    throw new UserError(
      `${name} has ${target.size} x ${source.size} weights, too many for the one matrix that NIR needs.`,
    );
  const values = new Float64Array(target.size * source.size);
  // Synapses that were recorded at events only and had none are as they were built.
  built(projection, values);
  if (rule) learned(run, projection, values);
  return { values, shape };
}
