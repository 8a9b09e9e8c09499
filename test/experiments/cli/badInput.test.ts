/** Logs and runs that cannot be shown: each command says why in one sentence, exits with 1 and leaves no picture. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLog } from '../../../core/log/create.ts';
import { SPIKES, WEIGHTS } from '../../../core/log/tables.ts';
import { cutLastBatch } from '../../core/log/rows.ts';
import { memspike } from '../run/cli.ts';
import { inProcess } from './inProcess.ts';

const test = suite('bad input');
const directory = mkdtempSync(join(tmpdir(), 'memspike-bad-'));
test.after(() => rmSync(directory, { recursive: true }));
const at = (...names: string[]): string => join(directory, ...names);

const FACTS = {
  populations: '["in","out"]',
  sizes: '[4,4]',
  projections: '["a","b"]',
  tStart: '0',
  tStopPlanned: '100',
};
const N = 8;
const ids = Uint32Array.from({ length: N }, (_, i) => i % 4);
const time = Float64Array.from({ length: N }, (_, i) => 10 * i);

function spikes(path: string, rows = N): void {
  const log = createLog(path, SPIKES, FACTS, { batchRows: 4 });
  if (rows > 0) log.write({ time, neuron: ids, population: new Uint8Array(N) }, rows);
  log.close();
}

function weights(path: string, rows = N, projection = new Uint8Array(N)): void {
  const log = createLog(path, WEIGHTS, FACTS, { batchRows: 4 });
  const values = { weight: time, conductance: new Float64Array(N).fill(Number.NaN), efficacy: time };
  if (rows > 0) log.write({ time, pre: ids, post: ids, ...values, projection }, rows);
  log.close();
}

/** A run directory, finished or not, with what `fill` puts there. */
function runDirectory(name: string, fill: (directory: string) => void): void {
  mkdirSync(at(name));
  writeFileSync(at(name, 'config.json'), '{"memspike": 1}');
  writeFileSync(at(name, 'run.json'), '{"duration": 100, "seed": 1}');
  fill(at(name));
}

runDirectory('whole', (run) => {
  spikes(join(run, 'spikes.arrows'));
  weights(join(run, 'weights.arrows'));
});
runDirectory('cut', (run) => {
  for (const log of ['spikes.arrows', 'weights.arrows']) {
    cpSync(at('whole', log), join(run, log));
    cutLastBatch(join(run, log));
  }
});
runDirectory('nothingInIt', () => {});
mkdirSync(at('noRun'));
runDirectory('noRows', (run) => {
  spikes(join(run, 'spikes.arrows'), 0);
  weights(join(run, 'weights.arrows'), 0);
});
runDirectory('swapped', (run) => {
  cpSync(at('whole', 'spikes.arrows'), join(run, 'weights.arrows'));
  cpSync(at('whole', 'weights.arrows'), join(run, 'spikes.arrows'));
});
runDirectory('emptyFiles', (run) => {
  for (const log of ['spikes', 'weights']) writeFileSync(join(run, `${log}.arrows`), '');
});
runDirectory('twoProjections', (run) =>
  weights(
    join(run, 'weights.arrows'),
    N,
    Uint8Array.from(ids, (id) => id % 2),
  ),
);
runDirectory('noTimes', (run) => cpSync(at('whole', 'spikes.arrows'), join(run, 'spikes.arrows')));
writeFileSync(at('text.arrows'), 'time,neuron\n1,2\n');

const OTHER = {
  spikes: /is a memspike\.weights\/1 log, not memspike\.spikes\/1/,
  weights: /is a memspike\.spikes\/1 log, not memspike\.weights\/1/,
};
const CUT = /ends within batch 2 at byte \d+; the 4 rows in 1 complete batch before it are valid/;
const EMPTY = /is empty, not a memspike/;
const NO_ROWS = /holds no rows/;
const OUTSIDE = /lies outside the run of .*, which is 0 to 100 ms/;
const MISSING = /cannot read .*: no such file or directory/;

/** The words after `memspike`, and the sentence. */
const CASES: readonly (readonly [words: string, sentence: RegExp])[] = [
  // A log of another table
  ['raster swapped', OTHER.spikes],
  ['analyse swapped', OTHER.spikes],
  ['weights swapped', OTHER.weights],
  ['report swapped', OTHER.spikes],
  ['log export swapped --format nest', /holds only spikes \(memspike\.spikes\/1\)/],
  // Cut in the middle of a batch: what is whole is shown, and the sentence tells
  ['raster cut', CUT],
  ['analyse cut', CUT],
  ['weights cut', CUT],
  ['report cut', CUT],
  ['log info cut', CUT],
  ['log cat cut/weights.arrows', CUT],
  // Empty files, and logs without rows
  ['raster emptyFiles', EMPTY],
  ['analyse emptyFiles', EMPTY],
  ['weights emptyFiles', EMPTY],
  ['report emptyFiles', EMPTY],
  ['log info emptyFiles', EMPTY],
  ['log cat emptyFiles', EMPTY],
  ['raster noRows', NO_ROWS],
  ['analyse noRows', NO_ROWS],
  ['weights noRows', NO_ROWS],
  ['report noRows', NO_ROWS],
  ['log cat noRows', NO_ROWS],
  // No log at all
  ['raster text.arrows', /is not an Arrow stream/],
  ['analyse text.arrows', /is not an Arrow stream/],
  ['weights text.arrows', /is not an Arrow stream/],
  ['report text.arrows', /is not the directory of a run \(it has no config\.json\) or of a sweep/],
  ['log info text.arrows', /is not an Arrow stream/],
  // Nothing recorded
  ['raster nothingInIt', /nothingInIt has no spikes\.arrows: the run recorded no spikes \(record: /],
  ['analyse nothingInIt', /nothingInIt has no spikes\.arrows/],
  ['raster noRun', /noRun has no spikes\.arrows: it is not a run directory/],
  ['raster nowhere', MISSING],
  ['weights nothingInIt', /nothingInIt has no weights\.arrows; record weights with record: /],
  ['weights noTimes', /noTimes has no weights\.arrows/],
  ['weights nowhere', MISSING],
  ['log info nothingInIt', /nothingInIt has no spikes\.arrows/],
  // Outside the run
  ['raster whole --from 200 --to 300', OUTSIDE],
  ['analyse whole --from 200', OUTSIDE],
  ['weights whole --from 200', OUTSIDE],
  ['weights whole --times 0,200', /--times includes 200 ms, but the weights in .* were recorded from 0 to 70 ms/],
  ['report whole --from 200', OUTSIDE],
  ['log cat whole --from 200', OUTSIDE],
  ['raster whole --to 101', /--to 101 is after the end of .* at 100 ms/],
  ['analyse whole --to 101', /--to 101 is after the end of .* at 100 ms/],
  ['report whole --to 101', /--to 101 is after the end of .* at 100 ms/],
  ['raster whole --from 81 --to 99', /has no rows from 81 to 99 ms; its rows lie between 0 and 70 ms/],
  ['weights whole --from 81 --to 99', /has no rows from 81 to 99 ms; its rows lie between 0 and 70 ms/],
  ['raster whole --from 50 --to 20', /the window from 50 to 20 ms ends before it starts/],
  // What is there, but not what was asked for
  ['weights twoProjections', /holds 2 projections \("a", "b"\); choose one with --projection/],
  ['weights whole --projection c', /has no projection "c"/],
  ['weights whole --projection b', /has no rows of "b"/],
  ['weights whole --rows 3', /--rows 3: the 4 presynaptic neurons of whole do not form such an image/],
  ['weights whole --neurons 0,9', /--neurons includes 9, but .* has postsynaptic neurons 0 to 3/],
  ['raster whole --population in --neurons 4-9', /has no spikes of neurons 4 to 9 in the selected rows/],
  ['raster whole --population inn', /has no population "inn", did you mean "in"/],
];

/** Reading goes on after the whole batches of a cut log, and `report` writes what else it has. */
const SHOWS_SOMETHING = /^(raster|analyse|weights|log info|log cat) cut|^report (?!text)/;

const drawn = (): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(svg|png|html)$/.test(name));

for (const [words, sentence] of CASES) {
  test(`memspike ${words}`, async () => {
    for (const name of drawn()) rmSync(at(name));
    const { status, stderr } = await inProcess(directory, ...words.split(' '));
    assert.is(status, 1, stderr);
    assert.match(stderr, sentence);
    assert.is(stderr.match(/\n/g)!.length, 1, stderr);
    assert.match(stderr, /^memspike: \S/);
    assert.not.match(stderr, /unexpected error|\.\.\n/);
    if (!SHOWS_SOMETHING.test(words)) assert.equal(drawn(), []);
  });
}

for (const words of ['raster swapped', 'log cat cut/weights.arrows', 'weights nowhere']) {
  test(`memspike ${words}, as a process of its own`, async () => {
    const { status, stdout, stderr } = memspike(directory, ...words.split(' '));
    assert.equal({ status, stdout, stderr }, await inProcess(directory, ...words.split(' ')));
  });
}

test('of a cut log the pictures show what is whole', async () => {
  await inProcess(directory, 'raster', 'cut');
  assert.match(readFileSync(at('cut', 'spikes.raster.svg'), 'utf8'), '4 spikes');
  await inProcess(directory, 'weights', 'cut');
  assert.ok(existsSync(at('cut', 'weights.fields.svg')));
});

test('a page about a run that shows no spikes says so in its notes', async () => {
  await inProcess(directory, 'report', 'noRows');
  const page = readFileSync(at('noRows', 'report.html'), 'utf8');
  assert.match(page, /Not shown.*holds no rows/s);
  assert.not.match(page, '<canvas id="raster"');
});

test.run();
