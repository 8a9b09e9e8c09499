import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { applyAssignments } from '../../../../experiments/network/config/override.ts';
import { runs } from '../../../support.ts';

const config = {
  seed: 1,
  populations: { output: { tau: 1, size: 2 } },
  projections: [{ delay: 1 }, { delay: 2 }],
  none: [],
};
const unchanged = JSON.stringify(config);

function fault(...assignments: string[]): string {
  try {
    applyAssignments(config, assignments);
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return 'no fault';
}

test('sets values written as YAML, in order, and leaves the original alone', () => {
  const result = applyAssignments(config, [
    'seed=2',
    'populations.output.tau=.5',
    'projections.1.delay=1e-3',
    'projections.1.delay=3',
  ]);
  assert.equal(result, {
    ...config,
    seed: 2,
    populations: { output: { tau: 0.5, size: 2 } },
    projections: [{ delay: 1 }, { delay: 3 }],
  });
  assert.is(JSON.stringify(config), unchanged);
  const values = ['x=[1, two]', 'y={ a: .inf }', "z=''", 'u=a=b', 'v="007"', 'w=null'];
  const { x, y, z, u, v, w } = applyAssignments({}, values);
  assert.equal([x, y, z, u, v, w], [[1, 'two'], { a: Infinity }, '', 'a=b', '007', null]);
});

test('what two names share by an alias is set for one only', () => {
  const shared = { tau: 1 };
  assert.equal(applyAssignments({ a: shared, b: shared }, ['a.tau=2']), { a: { tau: 2 }, b: { tau: 1 } });
});

test('a path must lead somewhere', () => {
  assert.is(
    fault('populations.ouput.tau=1'),
    '--set populations.ouput.tau: populations has no "ouput", did you mean "output"?',
  );
  assert.is(
    fault('bogus.x=1'),
    '--set bogus.x: the configuration has no "bogus"; present keys: seed, populations, projections, none.',
  );
  assert.is(
    fault('populations.output.start.low=-1'),
    '--set populations.output.start.low: populations.output has no "start"; first set populations.output.start as a whole (in a sweep: in base); present keys: tau, size.',
  );
  assert.is(fault('seed.x=1'), '--set seed.x: seed is 1, which has no key "x".');
  assert.is(
    fault('projections.2.delay=1'),
    '--set projections.2.delay: the list projections has no entry "2"; it has the entries 0 to 1.',
  );
  assert.is(
    fault('projections.-1=1'),
    '--set projections.-1: the list projections has no entry "-1"; it has the entries 0 to 1.',
  );
  assert.is(fault('none.0=1'), '--set none.0: the list none has no entry "0"; it is empty.');
  assert.match(fault('constructor.x=1'), /has no "constructor"/);
  assert.match(fault('__proto__=1'), /the key "__proto__" is not allowed/);
  assert.match(fault('populations.__proto__.x=1'), /the key "__proto__" is not allowed/);
});

test('an assignment has a path, an equals sign and a value', () => {
  for (const bad of ['seed', '=1', 'a..b=1', '.a=1', ''])
    assert.match(fault(bad), /must be a path, "=" and a value, such as populations\.output\.tau=20\.$/);
  assert.is(fault('seed='), `--set seed: no value follows "="; an empty text is written ''.`);
  assert.is(fault('seed=[1, 2'), '--set seed:1:6: flow sequence must end with a ].');
});

test('any assignment works or is refused in one sentence', () => {
  const word = fc.constantFrom(
    'seed',
    'populations',
    'output',
    'projections',
    '0',
    '__proto__',
    'constructor',
    '.',
    '=',
    '[1',
    '{a: 1}',
  );
  const assignment = fc
    .array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 })
    .map((w) => w.join(''));
  fc.assert(
    fc.property(assignment, (text) => {
      assert.not.match(fault(text), /\p{Cc}/u);
      assert.is(JSON.stringify(config), unchanged);
    }),
    runs(2000),
  );
  assert.ok(fault(`${'a.'.repeat(1e6)}b=1`).length < 400);
});

test.run();
