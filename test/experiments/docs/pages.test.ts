/** Contents of the generated pages: every command and option, nested keys of files, docstrings, sentences of errors, recorded figures. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listParameters, toKebabCase } from '../../../experiments/cli/command.ts';
import { COMMANDS } from '../../../experiments/cli/commands.ts';
import { renderCommandLinePage } from '../../../experiments/docs/commandLine.ts';
import { listPublicNames } from '../../../experiments/docs/declarations.ts';
import { insertFiguresOfMerit } from '../../../experiments/docs/demonstrations.ts';
import { renderErrorsPage } from '../../../experiments/docs/errors.ts';
import { renderFileFormatsPage } from '../../../experiments/docs/files.ts';

test('the command line page has a section per command, with every option', async () => {
  const page = await renderCommandLinePage();
  for (const { name, load } of COMMANDS) {
    const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0];
    assert.ok(section, `${name} has no section`);
    for (const [key] of listParameters((await load()).options))
      assert.ok(section!.includes(`| \`--${toKebabCase(key)}\` |`), `${name} --${toKebabCase(key)}`);
  }
});

test('the files page has nested keys, with default, range and unit', () => {
  const page = renderFileFormatsPage();
  for (const row of [
    '| `projections[].delay` | `0` | a number >= 0 or a mapping | ms |',
    '| `populations.NAME.winnerTakeAll.hold` | `0` | a number >= 0 | ms |',
    '| `projections[].connect.probability.p` | required |',
    '| `about.table.retention` | optional | a number >= 0 | s |',
    '| `parameters.NAME.path` | required | a text |',
    '| `stimulus.rate` | `6400` | a number > 0 | Hz |',
  ])
    assert.ok(page.includes(row), row);
});

test('public names have their docstring, and a kind by export', () => {
  const { '.': main, './engine': engine } = listPublicNames();
  assert.match(engine!.Crossbar!.docstring, /^Passive crossbar of M × N cells/);
  assert.match(engine!.Crossbar!.declarationText, /Resistance between a word line and a bit line/);
  assert.is(engine!.Crossbar!.kind, 'class');
  assert.is(main!.EnergyAccount!.kind, 'type');
  assert.is(main!.lif!.kind, 'const');
});

test('the errors page names the values of each message', () => {
  const page = renderErrorsPage();
  for (const message of [
    '- *path* holds a finished run; choose another --out or remove it.',
    '- network.yaml: populations.output.taus is unknown, did you mean "tau"?',
    '| 130 | Ctrl-C interrupted',
  ])
    assert.ok(page.includes(message), message);
});

test('recorded figures are inserted in four formats; what is not recorded is refused', () => {
  const figures = { 'accuracy, noise 0.1': { mean: 91234.5678, sd: 0.00012345, unit: '%' } };
  const fill = (text: string) => insertFiguresOfMerit(text, figures, 'page.md');
  assert.is(fill('{{accuracy, noise 0.1; mean; 1}} %'), '91234.6 %');
  assert.is(fill('{{accuracy, noise 0.1; mean; 1,}}'), '91,234.6');
  assert.is(fill('{{accuracy, noise 0.1; sd; 2e}}'), '1.23e-4');
  assert.is(fill('{{accuracy, noise 0.1; sd; 2p}}'), '0.00012');
  assert.match(fill('{{table}}'), /^\| accuracy, noise 0\.1 \| 91230 \| 0\.0001234 \| % \|$/m);
  assert.throws(
    () => fill('{{accuracy; mean; 1}}'),
    /page\.md quotes the mean of the result "accuracy", but results\.json has no such value/,
  );
  assert.throws(() => fill('{{accuracy, noise 0.1; low; 1}}'), /quotes the low of the result "accuracy, noise 0\.1"/);
  assert.throws(() => fill('{{tabel}}'), /page\.md has the placeholder \{\{tabel\}\}/);
});

test.run();
