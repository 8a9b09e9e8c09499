import { join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { openLog } from '../../../core/log/file.ts';
import { IMAGES } from '../../../core/log/tables.ts';
import { type LabelledImages, loadMnist } from '../../mnist/idx.ts';
import { dataSha256, imagesOf } from '../../mnist/images.ts';
import { pngUrl } from '../plots/panel.ts';
import { type Html, html, type Section } from './html.ts';
import type { MnistFacts, ReportedConfig } from './mnist.ts';

const NONE = 255;
const TEST = 2;

interface Wrong {
  readonly image: number;
  readonly label: number;
  /** 255: no neuron answered. */
  readonly answer: number;
}

/** All wrong answers of the test, with their images where the data are at hand. */
export function wrongAnswers(run: string, facts: MnistFacts, config: ReportedConfig, data?: string): Section {
  const wrong: Wrong[] = [];
  for (const { columns: c, rows } of openLog(join(run, 'images.arrows'), { spec: IMAGES })) {
    for (let i = 0; i < rows; i++) {
      const [label, answer] = [c.label![i]!, c.prediction![i]!];
      if (c.phase![i] === TEST && answer !== label) wrong.push({ image: c.image![i]!, label, answer });
    }
  }
  const set = imagesAtHand(facts, config, data);
  const named = (answer: number): string => (answer === NONE ? 'none' : (facts.classNames?.[answer] ?? String(answer)));
  const body = html`<p>${wrong.length.toLocaleString('en')} wrong answers of ${config.test.toLocaleString('en')}. Each caption is class → answer, and the number of the image.${typeof set === 'string' ? ` ${set}` : ''}</p>
<p id="wrong-controls" class="controls" hidden>${choices(
    'wrong-class',
    'class',
    wrong.map((w) => w.label),
    named,
  )}${choices(
    'wrong-answer',
    'answer',
    wrong.map((w) => w.answer),
    named,
  )}<label>in order of <select id="wrong-order"><option value="image">image</option><option value="class answer image">class</option><option value="answer class image">answer</option></select></label><span id="wrong-told" role="status"></span></p>
<ul class="digits" id="wrong">${wrong.map((w) => item(w, set, named))}</ul>`;
  return { id: 'wrong-section', title: 'Wrong answers', body };
}

type Named = (answer: number) => string;

/** A choice among those that occur. */
function choices(id: string, label: string, values: readonly number[], named: Named): Html {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  return html`<label>${label} <select id="${id}"><option value="">any</option>${distinct.map((v) => html`<option value="${v}">${named(v)}</option>`)}</select></label>`;
}

function item({ image, label, answer }: Wrong, set: LabelledImages | string, named: Named): Html {
  const caption = `${named(label)} → ${named(answer)}`;
  const picture = typeof set === 'string' ? '' : html`<img alt="image ${image}" src="${digit(set, image)}">`;
  return html`<li data-image="${image}" data-class="${label}" data-answer="${answer}">${picture}${caption}<br><span class="hint">${image}</span></li>`;
}

function digit({ images, rows, columns }: LabelledImages, image: number): string {
  const size = rows * columns;
  const rgb = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++) rgb.fill(255 - images[image * size + i]!, 3 * i, 3 * i + 3);
  return pngUrl(rgb, columns, rows, 3);
}

/** The images tested, as they are, or a sentence why they cannot be shown. */
function imagesAtHand(facts: MnistFacts, config: ReportedConfig, data?: string): LabelledImages | string {
  try {
    const mnist = loadMnist(data);
    if (dataSha256(mnist) !== facts.dataSha256)
      return 'Their images are not shown: the data here are others than those of the run (--data).';
    return imagesOf(mnist, { ...config, preprocessing: 'none' }).test;
  } catch (error) {
    if (!(error instanceof UserError) || data !== undefined) throw error;
    return 'Their images are not shown, because the data are not here (--data).';
  }
}
