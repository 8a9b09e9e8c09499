/** What editors show: every parameter of every model has its comment in the declarations that are shipped, and they take what the sources take. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { toJsonSchema } from '../../../core/declare/jsonSchema.ts';
import { addModelComments, listBuiltInModels } from '../../../experiments/docs/hover.ts';
import { listParameters } from '../../../experiments/network/models.ts';

const built = fileURLToPath(new URL('../../../', import.meta.url));
const root = join(built, '..');
const shipped = ['neurons', 'synapses'].flatMap((folder) =>
  readdirSync(join(built, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => readFileSync(join(built, folder, file), 'utf8')),
);

test('every model and every parameter has a comment', () => {
  const models = listBuiltInModels();
  assert.ok(models.size > 40);
  for (const [name, { declaration }] of models) {
    const text = shipped.find((t) => new RegExp(`interface ${name}Parameters\\b`).test(t));
    assert.ok(text, `${name} has no comments`);
    const own = text!.slice(text!.indexOf(`interface ${name}Parameters `), text!.indexOf(`declare const ${name}:`));
    for (const { parameterPath: path, schema } of listParameters(toJsonSchema(declaration.params))) {
      const key = path.split('.').at(-1)!;
      assert.match(
        own,
        new RegExp(`/\\*\\* .{5,}(Default: |Required|Optional).*\\*/\\n +${key}\\??: `),
        `${name}.${path}`,
      );
      if (schema.description)
        assert.ok(own.includes(schema.description.replace(/\.$/, '').slice(1)), `${name}.${path}`);
    }
    assert.ok(own.includes('Equation: ') && own.includes('Source: '), name);
  }
  const lif = shipped.find((t) => t.includes('interface lifParameters {'))!;
  assert.match(
    lif,
    /\/\*\* Membrane time constant.* \(ms\)\. A number > 0 or .* Default: 10\. \*\/\n {4}tau\?: lifInput\["tau"\];/,
  );
  const module = readFileSync(join(built, 'neurons/lif.d.ts'), 'utf8');
  assert.is(addModelComments(module, models), module, 'a second pass changes nothing');
});

/** Comments of some parameters from their unit on, as users must see them. */
const ENDINGS: readonly (readonly [file: string, parameter: string, ending: string])[] = [
  ['neurons/lif', 'size', '. An integer >= 1 and <= 4294967295. Required.'],
  [
    'neurons/lif',
    'tau',
    ' (ms). A number > 0 or a mapping with one of the keys uniform, normal, lognormal or a list (each a number > 0). Default: 10.',
  ],
  ['neurons/lif', 'refractoryInput', '. One of "discard", "integrate". Default: discard.'],
  ['neurons/stimuli/poisson', 'start', ' (ms). A number >= 0. Default: 0.'],
  ['synapses/devices/stepDevices', 'etaUp', '. A number >= 0 and <= 1. Default: 0.05.'],
  ['synapses/rules/pairStdp', 'aPlus', '. A number. Default: 0.01.'],
  ['synapses/rules/pairStdp', 'tauPlus', ' (ms). A number > 0. Default: 20.'],
  ['synapses/rules/pairStdp', 'minStrength', '. A number >= 0. Optional.'],
];

test('comments state unit, range and default', () => {
  for (const [file, parameter, ending] of ENDINGS) {
    const text = readFileSync(join(built, `${file}.d.ts`), 'utf8');
    const comments = [...text.matchAll(new RegExp(`/\\*\\* (.*) \\*/\\n +${parameter}\\??: `, 'g'))].map(
      (match) => match[1]!,
    );
    const comment = comments.find((one) => one.endsWith(ending));
    assert.ok(comment, `${file}, ${parameter}: ${comments}`);
    assert.ok(comment!.length > ending.length + 10, `${file}, ${parameter} has no meaning`);
  }
});

test('a project that uses the declarations compiles; misspelt and wrong parameters do not', () => {
  const directory = mkdtempSync(join(tmpdir(), 'memspike-hover-'));
  try {
    const entry = JSON.stringify(join(built, 'experiments/index.js'));
    const file = join(directory, 'use.mts');
    writeFileSync(
      file,
      `import { escapeRate, lif, type Model, Network, pairStdp, poisson, softBound } from ${entry};
const net = new Network({ seed: 1 });
const a = net.population('a', poisson({ size: 2, rate: [1, 2] }));
const b = net.population('b', lif({ size: 2, adaptive: { increment: 1 }, initial: { uniform: [0, 1] } }));
b.model.thresholds.gain = 1;
net.projection(a, b, { connect: { all: { weight: 1 } }, device: softBound({}), rule: pairStdp({ aPlus: 0.1 }) });
export const models: Model<never, unknown>[] = [lif as never, escapeRate as never];
export const name: string = lif.declaration.name;
// @ts-expect-error a name that there is not
lif({ size: 1, tua: 3 });
// @ts-expect-error a text for a number
lif({ size: 1, tau: 'long' });
// @ts-expect-error a parameter inside a mapping
lif({ size: 1, adaptive: { inkrement: 1 } });
`,
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--skipLibCheck',
      '--ignoreConfig',
      '--types',
      'node',
      '--typeRoots',
      join(root, 'node_modules/@types'),
    ];
    const { stdout } = spawnSync(process.execPath, [tsc, ...options, file], { encoding: 'utf8' });
    assert.is(stdout, '');
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.run();
