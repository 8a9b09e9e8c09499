import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { parseConfig } from '../../../experiments/data/parse.ts';
import { networkSchema } from '../../../experiments/network/schema.ts';
import { runNetwork } from '../../../experiments/run/run.ts';
import { atLeast, runs } from '../../support.ts';
import { EXAMPLE } from './cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-fuzz-'));
test.after(() => rmSync(directory, { recursive: true }));

type Tree = { [key: string]: unknown };
type Mutation = { readonly at: number; readonly kind: 'replace' | 'remove' | 'copy' | 'add'; readonly value: unknown };

const MORE =
  'dendriticDelay: 0.5\n    modulator: { from: input, delay: 2, model: gate, baseline: 1, gain: [0.5, -1], tau: 50 }\n';
const network = parseConfig(
  EXAMPLE.replace('duration: 1000', 'duration: 40').replace('    rule: {', `    ${MORE}    rule: {`),
  'example',
) as Tree;

/** Every place in a description, as the object that holds it and the key. */
function* places(node: unknown): Generator<readonly [Tree, string]> {
  if (typeof node !== 'object' || node === null) return;
  for (const key of Object.keys(node)) {
    yield [node as Tree, key];
    yield* places((node as Tree)[key]);
  }
}

function mutated(mutations: readonly Mutation[]): unknown {
  const copy = structuredClone(network);
  for (const { at, kind, value } of mutations) {
    const all = [...places(copy)];
    const [holder, key] = all[at % all.length]!;
    if (kind === 'replace') holder[key] = structuredClone(value);
    else if (kind === 'remove') delete holder[key];
    else if (kind === 'add') {
      if (!Array.isArray(holder)) holder[String(value)] = structuredClone(value);
    } else {
      const [from, name] = all[(at * 31 + 7) % all.length]!;
      holder[key] = structuredClone(from[name]);
    }
  }
  return copy;
}

// No sizes between: a hundred million neurons are allowed, but take their time.
const numbers = [-1, -0, 0, 1e-300, 1e-9, 1e-7, 0.3, 1, 2, 3, 1.5, 40, 1e3, 1e9, 1e12, 2 ** 53, 1e308, NaN, Infinity];
const names = [
  '',
  'x',
  'lif',
  'poisson',
  'escapeRate',
  'softBound',
  'ideal',
  'output',
  'input',
  'pre',
  '__proto__',
  'toString',
  'list',
  'all',
];
const value = fc.oneof(
  fc.constantFrom(...numbers),
  fc.constantFrom(...names),
  fc.constantFrom(
    null,
    true,
    undefined,
    [],
    {},
    [[]],
    [1, 2],
    [[0, 0, 1, 2]],
    { uniform: [0, 1] },
    { uniform: [1, 1e-9], step: 1 },
  ),
  fc.constantFrom(
    { oneToOne: { weight: 1 } },
    { probability: { p: 0.1, weight: 1 } },
    { inDegree: { k: 1, weight: -1 } },
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(1000),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'copy', 'add'),
  value,
});

/** A run is stopped after a second; what goes on for so long after that, ms, hangs. */
const HANG = 300_000;

let ran = 0;
async function outcome(description: unknown): Promise<string> {
  const out = join(directory, String(ran++));
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 1000);
  try {
    const valid = validate(networkSchema, description, 'fuzz');
    const { signal } = controller;
    return String(
      await runNetwork({
        description: valid,
        source: 'fuzz',
        out,
        resume: false,
        progress: 'none',
        signal,
      }),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    assert.not.match(error.message, /\p{Cc}/u);
    assert.ok(error.message.length < 5 * 600, error.message); // a sentence on each of five mistakes at most
    return 'refused';
  } finally {
    clearTimeout(timer);
    rmSync(out, { recursive: true, force: true });
  }
}

test('a mutated network is refused in one sentence or runs, and never hangs', async () => {
  const options = runs(200);
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const started = performance.now();
      const found = await outcome(mutated(mutations));
      outcomes.set(found, (outcomes.get(found) ?? 0) + 1);
      assert.ok(performance.now() - started < HANG, `took longer than ${HANG / 1000} s`);
    }),
    { ...options, includeErrorInReport: true },
  );
  // Both happen, or the mutations are worth nothing; one that ran is done or, after a second, was stopped. Some twenty run on average.
  const refused = outcomes.get('refused') ?? 0;
  assert.ok(refused > atLeast(50) && options.numRuns - refused > atLeast(2), JSON.stringify([...outcomes]));
});

test.run();
