/** The notebook of docs/how-to/python.md, executed by Debian's Jupyter: every cell ends well and shows what it says. */
// slow: starts Jupyter and runs every cell of the notebook
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testIf } from '../support.ts';

const PYTHON = '/usr/bin/python3';
const NEEDED = ['nbclient', 'nbformat', 'ipykernel', 'pandas', 'matplotlib'];
const root = fileURLToPath(new URL('../../../', import.meta.url));

const EXECUTE = `
import nbformat
from nbclient import NotebookClient
notebook = nbformat.read("python.ipynb", 4)
NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
nbformat.write(notebook, "done.ipynb")
`;

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly { readonly output_type: string; readonly text?: string; readonly data?: object }[];
}

const there = spawnSync(PYTHON, ['-c', `import ${NEEDED.join(', ')}`]).status === 0;
testIf(
  there,
  'the notebook runs from its first cell to its last',
  `${PYTHON} lacks one of ${NEEDED.join(', ')}`,
  test,
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'memspike-python-'));
    try {
      copyFileSync(join(root, 'docs/how-to/python.ipynb'), join(directory, 'python.ipynb'));
      const command = `${process.execPath} ${join(root, 'dist/experiments/cli.js')}`;
      const { status, stderr } = spawnSync(PYTHON, ['-c', EXECUTE], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, MEMSPIKE: command },
      });
      assert.is(status, 0, stderr.slice(-3000));
      const { cells } = JSON.parse(readFileSync(join(directory, 'done.ipynb'), 'utf8')) as {
        readonly cells: readonly Cell[];
      };
      const outputs = cells.filter((cell) => cell.cell_type === 'code').map(({ outputs = [] }) => outputs);
      assert.is(outputs.length, 10);
      const pictures = outputs.flat().filter(({ data = {} }) => 'image/png' in data);
      assert.is(pictures.length, 3);
      assert.ok(existsSync(join(directory, 'runs/sweep/results.csv')));
      const { events, warnings } = JSON.parse(readFileSync(join(directory, 'runs/python/run.json'), 'utf8'));
      assert.ok(events.writes > 0);
      assert.equal(warnings, []);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
);

test.run();
