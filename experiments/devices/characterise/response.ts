import type { ShortTermFactory } from '../../../core/factories.ts';
import type { Column, RowSink } from '../../../core/log/tables.ts';
import { Network } from '../../../core/network.ts';
import type { Seed } from '../../../core/random/random.ts';
import { spikeTrains } from '../../../neurons/index.ts';
import { createModel, type ModelChoice } from '../../network/models.ts';

/**
 * What a target receives at each spike of a train (ms) through synapses of weight 1 with these short-term dynamics, one of
 * each of so many terminals: rows of terminals, a row a spike.
 */
export function responses(
  shortTerm: ShortTermFactory,
  train: readonly number[],
  { terminals = 1, seed = 1 }: { readonly terminals?: number; readonly seed?: Seed } = {},
): number[][] {
  const net = new Network({ seed });
  const pre = net.population('pre', spikeTrains({ trains: Array.from({ length: terminals }, () => [...train]) }));
  const post = net.population('post', spikeTrains({ trains: Array.from({ length: terminals }, () => []) }));
  const efficacies: number[] = [];
  const sink: RowSink = {
    write: (columns: Readonly<Record<string, Column>>, rows) => {
      for (let i = 0; i < rows; i++) efficacies.push(columns.efficacy![i]!);
    },
  };
  net.recordWeights(
    net.projection(pre, post, { connect: { oneToOne: { weight: 1 } }, shortTerm }),
    { on: 'pre' },
    sink,
  );
  net.run(Math.max(...train));
  net.flush();
  return train.map((_, i) => efficacies.slice(i * terminals, (i + 1) * terminals));
}

export const shortTermOf = (choice: ModelChoice): ShortTermFactory => createModel('shortTerm', choice);
