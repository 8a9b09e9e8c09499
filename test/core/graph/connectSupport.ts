/** Edges of a connection rule, for tests. */
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { connectNeurons } from '../../../core/graph/connect.ts';
import type { ConnectResult } from '../../../core/graph/connectOptions.ts';
import { getRowEnd, getRowStart } from '../../../core/graph/edges.ts';
import type { Connect, Delay } from '../../../core/graph/schema.ts';
import { connectionRuleSchema } from '../../../core/graph/schema.ts';
import type { SourceNeurons } from '../../../core/graph/sourceNeurons.ts';
import { Arena } from '../../../core/kernels/arena.ts';

export interface Options {
  pre: number;
  post: number;
  selfMap?: SourceNeurons;
  delay?: Delay;
  isPlastic?: boolean;
  precision?: 'f32' | 'f64';
  seed?: number;
  projectionPath?: string;
}

export function make(c: Connect, o: Options): ConnectResult {
  const defaults = {
    selfMap: null,
    delay: 0,
    isPlastic: true,
    precision: 'f64' as const,
    seed: 1,
    projectionPath: 'projections.p',
  };
  const checked = validate(connectionRuleSchema, c, `${defaults.projectionPath}.connect`) as Connect;
  return connectNeurons({
    ...defaults,
    ...o,
    preCount: o.pre,
    postCount: o.post,
    connect: checked,
    arena: new Arena(),
  });
}

export interface Edge {
  pre: number;
  post: number;
  weight: number;
  delay: number;
}

export function edgesOf({ edges, delays }: ConnectResult, pre: number): Edge[] {
  const found: Edge[] = [];
  assert.is(edges.rows, delays.length * pre);
  for (let row = 0; row < edges.rows; row++) {
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
      const post = edges.targets === null ? k - getRowStart(edges, row) : edges.targets[k]!;
      const weight = edges.weights === null ? edges.weight : edges.weights[k]!;
      found.push({ pre: row % pre, post, weight, delay: delays[Math.floor(row / pre)]! });
    }
  }
  assert.is(found.length, edges.count);
  return found;
}

export const degree = (edges: Edge[], side: 'pre' | 'post', size: number) =>
  Array.from({ length: size }, (_, i) => edges.filter((e) => e[side] === i).length);
export const distinctPairs = (edges: Edge[]) => new Set(edges.map((e) => `${e.pre}-${e.post}`)).size;
export const refused = (c: Connect, o: Options, message: RegExp) =>
  assert.throws(
    () => make(c, o),
    (e: unknown) => e instanceof UserError && message.test(e.message),
  );
