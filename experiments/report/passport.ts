import { describeCosts, listCostRows } from '../compare/passportCosts.ts';
import { listPassportFigures } from '../compare/passportPicture.ts';
import type { Passport } from '../compare/passportSchema.ts';
import { formatSignificantDigits } from '../look/digits.ts';
import { createTextSections, html, makeSection, renderDataTable, renderFactsTable, type Section } from './page.ts';
import { renderKeyFigures } from './runFacts.ts';

function renderMeasurement({ measurement }: Passport): Section[] {
  if (measurement === null) return [];
  const { model, verdict, reasons, parameters, command, inputs } = measurement;
  const rows = parameters.map(({ name, value, interval }) => [
    name,
    formatSignificantDigits(value),
    interval?.map((end) => (end === null ? 'open' : formatSignificantDigits(end))).join(' to ') ?? 'not fitted',
  ]);
  const files = inputs.map(({ file, sha256 }): [string, string] => [file, `SHA-256 ${sha256}`]);
  const verdictText = `Model ${model}, verdict ${verdict}: ${reasons.join('; ')}.`;
  const facts = renderFactsTable([['command', command], ...files]);
  return [
    makeSection(
      'measurement',
      'Measurement and fit',
      html`<p>${verdictText}</p>${renderDataTable([['parameter', 'value', '95 % interval'], ...rows])}${facts}`,
    ),
  ];
}

/** Renders the sections of a device passport; its `warnings` come first. */
export function renderPassport(passport: Passport): Section[] {
  const { warnings, flaws, assumed, missing, protocol, drawCount, sha256 } = passport;
  const figures = listPassportFigures(passport).map(([label, value]) => ({ label, value }));
  const costs = renderDataTable(listCostRows(passport));
  const { neurons, train, test, seeds } = protocol;
  const draws =
    drawCount > 0
      ? 'each seed has its own draw of the curve parameters from the bootstrap of the fit; noise and spread keep their fitted values'
      : 'all seeds have the same device parameters';
  const count = (value: number) => value.toLocaleString('en');
  const method = `MNIST, ${count(neurons)} neurons, ${count(train)} training images, ${count(test)} test images, ${seeds} seeds; ${draws}. Costs are differences of accuracy, paired by seed, with 95 % intervals: alone, from the ideal device; beside the others, of the device without the non-ideality. SHA-256 of the results: ${sha256}.`;
  const sources = assumed.map(({ parameter, value, why }) => [parameter, String(value), why]);
  return [
    ...createTextSections('warnings', 'Read first', warnings),
    makeSection('answer', 'Results', html`${renderKeyFigures(figures)}<p class="hint">○: from assumed values.</p>`),
    makeSection(
      'costs',
      'Cost of non-idealities',
      html`${flaws.length > 0 ? html`<p>${describeCosts(passport)}.</p>` : ''}${costs}<p class="hint">${method}</p>`,
    ),
    ...renderMeasurement(passport),
    ...(sources.length > 0
      ? [makeSection('assumed', 'Assumed', renderDataTable([['parameter', 'value', 'reason'], ...sources]))]
      : []),
    ...createTextSections('missing', 'Missing', missing),
  ];
}
