/** State, words, table and first network of the lab; no browser is needed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { unzlibSync } from 'fflate';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DigitClassifier } from '../../../experiments/lab/digitClassifier.ts';
import { replaceOptionsByFieldLabels } from '../../../experiments/lab/importFields.ts';
import { formatUrlFragment, parseUrlFragment } from '../../../experiments/lab/page/address.ts';
import {
  canUndo,
  changeState,
  changeTrainingSettings,
  INITIAL_STATE,
  labState,
  latestStateChange,
  openView,
  resetSettings,
  undoChange,
} from '../../../experiments/lab/page/state.ts';
import type { VariabilityTable } from '../../../experiments/lab/spread.ts';
import { estimateMean, estimatePairedDifference } from '../../../experiments/statistics/estimate.ts';
import { unpackTrainedLayer } from '../../../experiments/training/unsupervised/trained.ts';

const LAB = fileURLToPath(new URL('../../../lab/', import.meta.url));
const test = suite('state and first screen of the lab');

test('an address without a view is of an earlier version and opens the view Learn', () => {
  assert.is(labState.value.view, 'start');
  const learn = { ...labState.value, view: 'learn' as const };
  assert.equal(parseUrlFragment(formatUrlFragment(learn)), learn);
  assert.is(parseUrlFragment(`#1.${deflateRawSync('{}').toString('base64url')}`)!.view, 'learn');
});

test('a continued change is no step of undo; undo and reset keep the view', () => {
  changeTrainingSettings({ neurons: 1 }, 'neurons');
  changeTrainingSettings({ neurons: 12 }, 'neurons');
  assert.is(latestStateChange.isContinued, true);
  changeState({ network: 'memspike: 1' });
  openView('share');
  undoChange();
  assert.equal([labState.value.network, labState.value.learn.neurons], [undefined, 12]);
  undoChange();
  assert.is(labState.value.learn.neurons, 100);
  assert.is(canUndo.value, false);
  changeTrainingSettings({ neurons: 7 });
  resetSettings();
  assert.equal([labState.value.learn.neurons, labState.value.view], [100, 'share']);
  undoChange();
  assert.is(labState.value.learn.neurons, 7);
  labState.value = INITIAL_STATE;
});

test('messages name the fields of the lab instead of command-line options', () => {
  assert.is(
    replaceOptionsByFieldLabels(
      'device fit: x.csv: no unit. Next step: give it, such as --columns pulse=1,conductance=2 --unit uS.',
    ),
    'x.csv: no unit. Next step: give it, such as pulse=1,conductance=2 in the field "Columns" and uS in the field "Unit of readings".',
  );
  assert.is(replaceOptionsByFieldLabels('but --read-voltage is 1 V.'), 'but the field "Read voltage" is 1 V.');
  const folder = fileURLToPath(new URL('../../../../experiments/devices/fit', import.meta.url));
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/(['`])[^'`\n]*\s?--[a-z][^\n]*?\1,?$/gm) ?? []);
  assert.ok(texts.length > 20, `${texts.length} texts`);
  assert.equal(
    texts.map(replaceOptionsByFieldLabels).filter((text) => / --[a-z]/.test(text)),
    [],
  );
});

test('the table of device spread holds means and paired costs of its runs', () => {
  const { rows } = JSON.parse(readFileSync(join(LAB, 'spread.json'), 'utf8')) as VariabilityTable;
  assert.equal(
    rows.map(({ spread }) => spread),
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
  );
  for (const { accuracies, accuracy, cost } of rows) {
    assert.is(accuracies.length, 10);
    assert.equal(accuracy, estimateMean(accuracies));
    assert.equal(cost, estimatePairedDifference(rows[0]!.accuracies, accuracies));
  }
  assert.ok(rows.at(-1)!.cost.low > 5, 'a variability of 100 % costs more than 5 points');
});

test('the network of the lab refuses what is no digit, and few of the digits', () => {
  const classifier = new DigitClassifier(unpackTrainedLayer(readFileSync(join(LAB, 'digits.bin')), 'digits.bin'));
  const { limits } = classifier.layer;
  const records = unzlibSync(readFileSync(join(LAB, 'testDigits.bin')));
  const isAccepted = ({ margin, match }: { margin: number; match: number }) =>
    margin >= limits!.margin && match >= limits!.match;
  let [accepted, correct] = [0, 0];
  for (let at = 0; at < records.length; at += 785) {
    const response = classifier.classify(records.subarray(at + 1, at + 785));
    if (response.predictedClass === records[at]) correct++;
    if (isAccepted(response)) accepted++;
  }
  assert.ok(correct >= 180 && accepted >= 160, `${correct} correct, ${accepted} accepted of 200`);
  const paint = (isInk: (x: number, y: number) => boolean) =>
    Uint8Array.from({ length: 784 }, (_, i) => (isInk(i % 28, Math.floor(i / 28)) ? 255 : 0));
  const dot = classifier.classify(paint((x, y) => Math.hypot(x - 13.5, y - 13.5) < 1.5));
  assert.is(dot.predictedClass, 1); // with a large margin: the votes alone do not refuse it
  assert.ok(dot.margin > 0.9 && !isAccepted(dot), JSON.stringify([dot.margin, dot.match]));
  for (const isInk of [
    (x: number, y: number) => Math.abs(x - y) < 2 || Math.abs(x + y - 27) < 2, // a cross
    (x: number, y: number) => Math.abs(y - 13.5) < 2 && x > 3 && x < 24, // a line
    (x: number, y: number) => (x * 7 + y * 13) % 5 === 0, // a pattern
  ])
    assert.not.ok(isAccepted(classifier.classify(paint(isInk))));
  assert.is(classifier.classify(new Uint8Array(784)).predictedClass, -1);
});

test.run();
