/** Parameters of network files: expressions, `--set`, sweeps, and what is refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { buildNetwork } from '../../../../experiments/network/build.ts';
import { evaluateParameters } from '../../../../experiments/network/config/parameters.ts';
import { loadNetwork } from '../../../../experiments/run/loadNetwork.ts';

const test = suite('parameters of network files');
const directory = mkdtempSync(join(tmpdir(), 'memspike-parameters-'));
test.after(() => rmSync(directory, { recursive: true }));
const file = join(directory, 'net.yaml');
writeFileSync(
  file,
  `memspike: 1
parameters:
  scale: 0.1
  n: =round(1000 * scale)
duration: 100
populations:
  input: { model: poisson, size: =n, rate: '=scale > 0.5 ? 40 : 20' }
  cells: { model: lif, size: '=max(2, n / 10)', tau: 20, threshold: 1, synapse: delta }
projections:
  - { from: input, to: cells, connect: { total: { n: =50 * n, weight: =1 / sqrt(n) } }, delay: { uniform: [1, =1 + scale], step: 0.1 } }
`,
);

const fault = (parameters: unknown, rest: object = { x: '=a' }) => {
  try {
    evaluateParameters({ parameters, ...rest }, 'net.yaml');
  } catch (error) {
    assert.instance(error, UserError);
    return (error as Error).message;
  }
  return 'no fault';
};

test('expressions use parameters by name, in order; --set changes a parameter and all that depends on it', async () => {
  const description = await loadNetwork(file);
  assert.is(description.parameters, undefined);
  const at = (d: typeof description) => [d.populations.input, d.populations.cells, d.projections[0]] as never[];
  const [input, cells, projection] = at(description) as { [key: string]: never }[];
  assert.is(input!.size, 100);
  assert.is(input!.rate, 20);
  assert.is(cells!.size, 10);
  assert.equal(projection!.connect, { total: { n: 5000, weight: 0.1, selfConnections: true } });
  assert.equal(projection!.delay, { uniform: [1, 1.1], step: 0.1 });
  const larger = at(await loadNetwork(file, { set: ['parameters.scale=0.9', 'populations.cells.tau=10'] })) as {
    [key: string]: number;
  }[];
  assert.is(larger[0]!.size, 900);
  assert.is(larger[0]!.rate, 40);
  assert.is(larger[1]!.tau, 10);
});

test('mistakes are one sentence with place, value and what is allowed', async () => {
  assert.match(fault({ a: 1 }, { x: '=b' }), /net\.yaml: x is "=b", but "b" is unknown; parameters: a/);
  assert.match(fault({ a: 1, b: 2 }), /parameters\.b is not used by any expression/);
  assert.match(fault({ a: '=1/0' }), /parameters\.a is "=1\/0", which gives Infinity, but must give a finite number/);
  assert.match(fault({ a: '=2+' }), /which is not a valid expression/);
  assert.match(fault({ a: '=random()' }), /"random" is unknown/);
  assert.match(fault({ a: '=a + 1' }), /"a" is unknown/);
  assert.match(fault({ a: 'two' }), /parameters\.a is "two"/);
  assert.match(fault({ a: 1 }, { list: [{ x: '=a', y: '=(a' }] }), /list\.0\.y is "=\(a"/);
  const unused = await loadNetwork(file, { set: ['parameters.scal=1'] }).then(String, (error: Error) => error.message);
  assert.match(unused, /parameters\.scal is not used by any expression, did you mean "scale"\?/);
  const description = await loadNetwork(file);
  assert.throws(() => buildNetwork({ ...description, parameters: { a: 1 } }), /`parameters` are not evaluated/);
});

test.run();
