/** Live examples in the pages of the manual: recorded picture, controls and code as HTML. */
import { cpSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseLiveFence } from '../../liveExamples/fence.ts';
import { listCopyFormats } from '../../liveExamples/formatExampleCopy.ts';
import { RECORDED_PICTURES_FOLDER, readRecordedPictureHashes } from '../../liveExamples/pages.ts';
import { describeSliders, type ExampleParameter } from '../../liveExamples/parameters.ts';
import { html } from '../../report/page.ts';
import { formatLabUrlFragment } from '../page/labAddress.ts';
import type { ExampleFigureData } from '../page/live.ts';

/**
 * Returns the HTML of a live example. Styles and scripts must be files, because the page forbids inline styles and
 * scripts.
 */
export type RenderExample = (fence: {
  /** Info string of the fence: language, `live` and attributes. */
  readonly infoString: string;
  readonly source: string;
  /** Page and line of the fence, such as docs/guide/neurons.md:12. */
  readonly fenceLocation: string;
  /** Highlighted source as HTML. */
  readonly codeHtml: string;
}) => string;

/** First clause of a description, as the label of a slider. */
const formatLabel = ({ description, path }: ExampleParameter): string =>
  `${description.split(/[;:]| \(/)[0]}, ${path.split('.').at(-1)}`;

const renderSlider = (slider: ExampleParameter) => {
  const { path, low, high, unit, initialValue, isInteger } = slider;
  return html`<label><span>${formatLabel(slider)}</span><input type="range" name="${path}" min="${low}" max="${high}" step="${isInteger ? 1 : 'any'}" value="${initialValue}" data-unit="${unit}" disabled><output>${initialValue} ${unit}</output></label>`;
};

/**
 * Copies the recorded pictures into the site and returns the function that renders an example.
 * @param root directory of the project
 * @param directory directory of the manual
 */
export function createExampleRenderer(root: string, directory: string): RenderExample {
  cpSync(join(root, RECORDED_PICTURES_FOLDER), join(directory, 'images/live'), { recursive: true });
  const recorded = readRecordedPictureHashes();
  return ({ infoString: info, source, fenceLocation: where, codeHtml }) => {
    const example = parseLiveFence(info, source, where);
    const hashes = recorded[example.id];
    if (hashes === undefined) throw new Error(`${where}: ${example.id} has no recorded picture; run npm run docs.`);
    const data: ExampleFigureData = { example, ...hashes };
    const name = `${example.id}.svg`;
    const svg = readFileSync(join(root, RECORDED_PICTURES_FOLDER, name), 'utf8');
    const [width, height, title] = ['width', 'height', 'aria-label'].map(
      (key) => new RegExp(` ${key}="([^"]*)"`).exec(svg)![1]!,
    );
    const toRoot = '../'.repeat(where.split('/').length - 2);
    const labState = formatLabUrlFragment(example, {});
    return html`<figure class="live-example" id="example-${example.id}" data-example="${JSON.stringify(data)}">
${{ html: codeHtml }}<img src="${posix.join(toRoot, 'images/live', name)}" width="${width}" height="${height}" alt="${{ html: title }}" loading="lazy">
${describeSliders(example).map(renderSlider)}
<div class="actions"><button class="run" disabled>Run</button>
${labState === undefined ? html`` : html`<a class="lab" href="${toRoot}../index.html${labState}">Open in the lab</a>`}
<span>Copy as ${listCopyFormats(example).map((format) => html`<button data-copy="${format}" disabled>${format}</button> `)}</span></div>
<output class="status"></output>
</figure>
`.html;
  };
}
