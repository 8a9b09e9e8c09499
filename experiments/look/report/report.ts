import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { configSchema, readJson, readRunJson } from '../../run/runJson.ts';
import type { SpikeSelection } from '../raster/spikes.ts';
import { answer, asked, figuresOf } from './answer.ts';
import type { PageData } from './client/data.ts';
import { everything } from './facts.ts';
import { figure, type Html, html, page, type Report, type Section } from './html.ts';
import { fieldsSection, mnistConfigSchema, mnistFactsSchema } from './mnist.ts';
import { rasterSection } from './raster.ts';
import { markOf, resultsReport } from './results.ts';
import { clientScript } from './script.ts';
import { statisticsSection } from './statistics.ts';
import { sweepReport } from './sweep.ts';
import { drawWeights } from './weights.ts';
import { wrongAnswers } from './wrongAnswers.ts';

/** Pictures that the page draws itself. */
const DRAWN: ReadonlySet<string> = new Set(['raster.svg', 'spikes.raster.svg', 'receptive-fields.svg']);
const DRAWN_OF_MNIST: ReadonlySet<string> = new Set([...DRAWN, 'weights.fields.svg']);

interface ReportOptions extends SpikeSelection {
  /** Directory with the IDX files, for the images of wrong answers. */
  readonly data?: string | undefined;
}

/**
 * One self-contained HTML page on a run directory: summary, raster, statistics, pictures, receptive fields, wrong answers,
 * configuration; or on the directory of a sweep.
 */
export function report(run: string, options: ReportOptions): Report {
  const mark = markOf(run);
  if (mark !== undefined) return resultsReport(run, mark);
  if (existsSync(join(run, 'sweep.json'))) return sweepReport(run);
  if (!existsSync(join(run, 'config.json')))
    throw new UserError(
      `${run} is neither the directory of a run (it has no config.json) nor of a sweep (no sweep.json).`,
    );
  const config = readJson(run, 'config.json', configSchema);
  const facts = existsSync(join(run, 'run.json')) ? readRunJson(run) : null;
  const problems: string[] = facts === null ? [`${run} holds an unfinished run (no run.json)`] : [];
  const sections: Section[] = [];
  const data: { -readonly [K in keyof PageData]: PageData[K] } = {};
  const packed: Record<string, string> = {};
  const statistics: Section[] = [];
  const warnings = facts?.warnings ?? [];
  if (facts !== null) sections.push({ id: 'answer', title: 'Result', body: answer(figuresOf(facts), leading(run)) });
  if (warnings.length > 0)
    sections.push({ id: 'warnings', title: 'Warnings', body: html`${warnings.map((w) => html`<p>${w}</p>`)}` });
  sections.push({ id: 'asked', title: 'What was asked', body: asked(config) });
  const mnist = facts !== null &&
    existsSync(join(run, 'neurons.arrows')) && {
      facts: readJson(run, 'run.json', mnistFactsSchema),
      config: readJson(run, 'config.json', mnistConfigSchema),
    };
  if (mnist) {
    const fields = fieldsSection(run, mnist.facts, mnist.config);
    sections.push(fields.section);
    data.fields = fields.data;
    packed.levels = fields.packed;
  }
  /** Does what it can; what a user can mend is told on the page and by the command. */
  const orTell = (show: () => void): void => {
    try {
      show();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
    }
  };
  if (existsSync(join(run, 'spikes.arrows')))
    orTell(() => {
      const raster = rasterSection(run, options);
      sections.push(raster.section);
      data.raster = raster.data;
      packed.spikes = raster.packed;
      if (raster.images !== null) packed.images = raster.images;
      if (!raster.shortened) statistics.push(statisticsSection(run, options));
      raster.requireWhole();
    });
  const left = mnist ? DRAWN_OF_MNIST : DRAWN;
  const pictures = picturesOf(run, new Set([...left, ...LEADING.slice(0, 1)]));
  if (!readdirSync(run).some(isOfWeights)) orTell(() => drawWeights(run, left, (picture) => pictures.push(picture)));
  if (pictures.length > 0) sections.push({ id: 'pictures', title: 'Pictures', body: html`${pictures}` });
  if (mnist) sections.push(wrongAnswers(run, mnist.facts, mnist.config, options.data));
  sections.push(...statistics);
  if (problems.length > 0)
    sections.unshift({ id: 'notes', title: 'Not shown', body: html`${problems.map((p) => html`<p>${p}</p>`)}` });
  sections.push({ id: 'summary', title: 'As it was written', body: everything(facts, config) });
  const { version, configSha256, seed } = (facts ?? {}) as Record<string, unknown>;
  const origin = facts === null ? 'unfinished' : `seed ${seed}, configuration ${configSha256}, memspike ${version}`;
  const title = `${basename(run)}: memspike run`;
  return { text: page({ title, subtitle: origin, sections, data, packed, script: clientScript() }), problems };
}

/** The picture beside the answer, the first of these that a run has. */
const LEADING = ['accuracy-over-training.svg', 'spikes.raster.svg', 'raster.svg', 'energy-scale.svg'] as const;
function leading(run: string): Html | undefined {
  const name = LEADING.find((one) => existsSync(join(run, one)));
  return name && figure(readFileSync(join(run, name), 'utf8'), name.replace('.svg', '').replaceAll('-', ' '));
}

/** A picture that `memspike weights` has drawn. */
const isOfWeights = (name: string): boolean => /^(weights|devices)\..*\.svg$/.test(name);

const picturesOf = (run: string, left: ReadonlySet<string>): Html[] =>
  readdirSync(run)
    .filter((name) => name.endsWith('.svg') && !left.has(name))
    .sort()
    .map((name) => figure(readFileSync(join(run, name), 'utf8'), name.replace('.svg', '').replaceAll('-', ' ')));
