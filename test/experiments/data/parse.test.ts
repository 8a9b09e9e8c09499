import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { parseConfig } from '../../../experiments/data/parse.ts';
import { runs } from '../../support.ts';

function fault(text: string): string {
  try {
    parseConfig(text, 'n.yaml');
  } catch (error) {
    assert.instance(error, UserError);
    return (error as UserError).message;
  }
  return 'no fault';
}

const places = (text: string) => /^n\.yaml:(\d+):(\d+): /.exec(fault(text))?.slice(1).map(Number);

test('YAML 1.2 and JSON', () => {
  assert.equal(parseConfig('a: 1\nb: [.inf, x, "007", yes]\nc: {on: pre}', ''), {
    a: 1,
    b: [Infinity, 'x', '007', 'yes'],
    c: { on: 'pre' },
  });
  assert.equal(parseConfig('{"a": [1.5, "x\\"y", null, {"b": {}}]}', ''), { a: [1.5, 'x"y', null, { b: {} }] });
  assert.equal(parseConfig('a: &lif {tau: 1}\nb: {<<: *lif, size: 2}', ''), { a: { tau: 1 }, b: { tau: 1, size: 2 } });
  assert.equal(parseConfig('1: a', ''), { '1': 'a' });
  assert.equal(parseConfig('{\n\t"a": [\n\t\t1\n\t],}', ''), { a: [1] }, 'JSON with tabs and a comma too many');
});

test('faults of syntax are told with their place', () => {
  assert.is(fault('a: 1\nb: {c: 1, c: 2}'), 'n.yaml:2:11: the key "c" appears twice in one mapping.');
  assert.is(fault('{"a": 1,\n "b": {"a": 1},\n "a": 2}'), 'n.yaml:3:2: the key "a" appears twice in one mapping.');
  assert.equal(places('{"a": 1, "\\u0061": 2}'), [1, 10]);
  assert.equal(places('a: [1, 2\nb: 3'), [2, 1]);
  assert.equal(places('{"a": 1,\n "b" 2}'), [2, 6]);
  assert.equal(places('a:\n\tb: 1'), [2, 1]);
  assert.equal(places('a: !foo 1'), [1, 4]);
  assert.equal(places('a: !!binary aGk='), [1, 4]);
  assert.is(fault('a: 1\n---\nb: 2'), 'n.yaml:2:1: a second document begins, but a file may have only one.');
  assert.is(fault('__proto__: 1'), 'n.yaml:1:1: the key "__proto__" is not allowed.');
  assert.is(fault('{"a": {"__proto__": 1}}'), 'n.yaml:1:8: the key "__proto__" is not allowed.');
});

test('aliases: none before its anchor, none within it, no bombs', () => {
  assert.is(fault('a: *x'), 'n.yaml:1:4: the alias *x has no anchor &x before it.');
  assert.is(fault('a: &a [*a]'), 'n.yaml:1:8: the alias *a is inside the value of its anchor.');
  assert.match(fault('a: &x 1\nb: {<<: *x}'), /merge sources must be maps/);
  const nine = (of: string) => Array(9).fill(of).join(', ');
  const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
  const bomb = levels.map((name, i) => `${name}: &${name} [${nine(`*${i === 0 ? 'a' : levels[i - 1]}`)}]`);
  assert.match(fault([`a: &a [${nine('1')}]`, ...bomb].join('\n')), /excessive alias count/);
  assert.match(
    fault(`[${Array.from({ length: 5000 }, (_, i) => `&a${i} 1, *a${i}`).join(', ')}]`),
    /more than 1000 aliases/,
  );
});

test('nesting goes 64 levels deep and no deeper, however it is written', () => {
  const nested = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);
  assert.not.throws(() => parseConfig(nested('[', ']', 64), ''));
  assert.not.throws(() => parseConfig(`${'['.repeat(64)}a${']'.repeat(64)}`, ''));
  assert.is(fault(nested('[', ']', 65)), 'n.yaml:1:65: more than 64 levels of nesting.');
  assert.match(fault(`${'['.repeat(65)}a${']'.repeat(65)}`), /more than 64 levels of nesting/);
  // These brought the process down by exhausting the stack in the middle of a regular expression.
  assert.match(fault('['.repeat(1e5)), /more than 64 levels of nesting/);
  assert.match(fault('[{a: '.repeat(3e4)), /more than 64 levels of nesting/);
  for (const open of ['- ', '? ', '? - ', '- ? ', '{? '])
    for (const end of ['', '\n', '\n: 3', '\na: 1'])
      assert.match(
        fault(`${open.repeat(5000)}${end}`),
        /^n\.yaml:\d+:\d+: more than 64 levels of nesting\.$/,
        open + end,
      );
  assert.match(fault(nested('[', ']', 1e6)), /more than 64 levels of nesting/);
});

test('large texts are read as JSON, refused as YAML, and never hang', () => {
  assert.is((parseConfig(`{"a": "${'\\"'.repeat(5e6)}"}`, '') as { a: string }).a.length, 5e6);
  for (const text of [']'.repeat(1e6), '"'.repeat(1e7), '! '.repeat(1e6), '- a\n'.repeat(1e6), '\n'.repeat(9e6)]) {
    assert.match(
      fault(text),
      /^n\.yaml is not JSON \(SyntaxError: .*\) and too large for YAML: write large data as JSON\.$/,
    );
  }
  assert.match(fault(`{"a": ${'1,'.repeat(6e6)}`), /too large for YAML/);
});

const document =
  'memspike: 1\npopulations:\n  a: &x { model: lif, tau: 10 }\n  b: { <<: *x, size: [1, "two", .inf] } # note\nlist:\n  - |\n    text\n  - { "k": null }\n';

test('any text gives a value or one sentence', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ':',
      '- ',
      '? ',
      '&a ',
      '*a',
      '!',
      '|',
      '>',
      '"',
      "'",
      '\n',
      '\t',
      '#',
      '%YAML 1.1\n',
      '---',
      '...',
      '<<: ',
    ),
  );
  const mutated = fc
    .tuple(fc.nat(document.length), fc.nat(6), fc.array(piece, { maxLength: 5 }))
    .map(([at, cut, pieces]) => document.slice(0, at) + pieces.join('') + document.slice(at + cut));
  fc.assert(
    fc.property(
      fc.oneof(
        mutated,
        fc.array(piece).map((p) => p.join('')),
        fc.json(),
      ),
      (text) => {
        const message = fault(text);
        assert.not.match(message, /\p{Cc}/u);
        assert.ok(message.length < 400, message);
      },
    ),
    runs(3000),
  );
});

test('JSON reads the same by its fast way and as YAML', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false, maxDepth: 4 }), (text) => {
      const fast = fault(text);
      assert.is(fault(`${text}\n# a comment makes it YAML`).replace(/:\d+:\d+:/, ''), fast.replace(/:\d+:\d+:/, ''));
      if (fast === 'no fault') assert.equal(parseConfig(`${text}\n# YAML`, ''), parseConfig(text, ''));
    }),
    runs(500),
  );
});

test.run();
