import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readJson, readRunJson, runConfigSchema } from '../logs/runJson.ts';
import type { SpikeSelection } from '../look/raster/spikes.ts';
import type { PageData } from './client/data.ts';
import { makeReceptiveFieldsSection, makeWrongAnswersSection, mnistConfigSchema, mnistFactsSchema } from './mnist.ts';
import * as page from './page.ts';
import { findResultsFile, renderResultsReport } from './results.ts';
import { collectKeyFigures, formatProvenance, renderConfiguration, renderKeyFigures } from './runFacts.ts';
import { drawWeightPictures, makeRasterSection, makeStatisticsSection } from './sections.ts';
import { renderSweepReport } from './sweep.ts';

/** Pictures that the page replaces by interactive views. */
const INTERACTIVE_PICTURES = ['raster.svg', 'spikes.raster.svg', 'receptive-fields.svg'];
const INTERACTIVE_MNIST_PICTURES = [...INTERACTIVE_PICTURES, 'weights.fields.svg'];
/** Candidates for the picture beside the key figures of the run; the first one that exists is shown. */
const MAIN_PICTURES = ['accuracy-over-training.svg', 'spikes.raster.svg', 'raster.svg', 'energy-scale.svg'];
const WEIGHTS_PICTURE_PATTERN = /^(weights|devices)\..*\.svg$/;

interface ReportOptions extends SpikeSelection {
  /** Directory of the data set, for showing wrongly classified images. */
  readonly data?: string | undefined;
}

export function renderReport(run: string, options: ReportOptions): page.Report {
  const file = findResultsFile(run);
  if (file !== undefined) return renderResultsReport(run, file);
  if (existsSync(join(run, 'sweep.json'))) return renderSweepReport(run);
  if (!existsSync(join(run, 'config.json')))
    throw new UserError(
      `${run} is not the directory of a run (it has no config.json) or of a sweep (it has no sweep.json).`,
    );
  const config = readJson(run, 'config.json', runConfigSchema);
  const facts = existsSync(join(run, 'run.json')) ? readRunJson(run) : null;
  const problems: string[] = facts === null ? [`${run} holds an unfinished run (it has no run.json)`] : [];
  const sections: page.Section[] = [];
  const data: { -readonly [K in keyof PageData]: PageData[K] } = {};
  const packed: Record<string, string> = {};
  const statistics: page.Section[] = [];
  const add = (id: string, title: string, body: page.Html) => sections.push(page.makeSection(id, title, body));
  if (facts !== null) {
    const main = MAIN_PICTURES.find((name) => existsSync(join(run, name)));
    const picture = main === undefined ? undefined : page.embedPictureFile(run, main);
    add('answer', 'Results', renderKeyFigures(collectKeyFigures(facts), picture));
  }
  sections.push(...page.createTextSections('warnings', 'Warnings', facts?.warnings ?? []));
  add('asked', 'Configuration', renderConfiguration(config));
  const mnist = facts !== null &&
    existsSync(join(run, 'neurons.arrows')) && {
      facts: readJson(run, 'run.json', mnistFactsSchema),
      config: readJson(run, 'config.json', mnistConfigSchema),
    };
  if (mnist) {
    const fields = makeReceptiveFieldsSection(run, mnist.facts, mnist.config);
    sections.push(fields.section);
    data.fields = fields.data;
    packed.levels = fields.packed;
  }
  const addOrReport = (addContent: () => void): void => {
    try {
      addContent();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
    }
  };
  if (existsSync(join(run, 'spikes.arrows')))
    addOrReport(() => {
      const raster = makeRasterSection(run, options);
      sections.push(raster.section);
      data.raster = raster.data;
      packed.spikes = raster.packed;
      if (raster.images !== null) packed.images = raster.images;
      if (!raster.isTruncated) statistics.push(makeStatisticsSection(run, options));
      raster.requireIntact();
    });
  const interactive = new Set(mnist ? INTERACTIVE_MNIST_PICTURES : INTERACTIVE_PICTURES);
  const pictures = page.embedPictureFiles(run, new Set([...interactive, MAIN_PICTURES[0]!]));
  if (!readdirSync(run).some((name) => WEIGHTS_PICTURE_PATTERN.test(name)))
    addOrReport(() => drawWeightPictures(run, interactive, (picture) => pictures.push(picture)));
  if (pictures.length > 0) add('pictures', 'Pictures', page.html`${pictures}`);
  if (mnist) sections.push(makeWrongAnswersSection(run, mnist.facts, mnist.config, options.data));
  sections.push(...statistics);
  sections.unshift(...page.createTextSections('notes', 'Not shown', problems));
  const files = facts === null ? { 'config.json': config } : { 'run.json': facts, 'config.json': config };
  const listed = Object.entries(files).map(([name, content]) => page.renderCollapsedJson(name, content));
  add('summary', 'Files', page.html`${listed}`);
  const { version, configSha256, seed } = (facts ?? {}) as Record<string, unknown>;
  const subtitle =
    facts === null
      ? 'unfinished'
      : `seed ${seed}, configuration ${configSha256}, memspike ${version}${formatProvenance(facts)}`;
  const title = `${basename(run)}: memspike run`;
  return { pageText: page.renderPage({ title, subtitle, sections, scriptData: data, packedData: packed }), problems };
}
