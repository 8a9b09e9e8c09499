import type { PageData, SpikeColumns } from '../../../../report/client/data.ts';
import { unpack, unpackSpikes } from '../../../../report/client/unpack.ts';
import { ReceptiveFields } from '../../parts/fields.tsx';
import { Raster } from '../../parts/raster.tsx';
import { Rows } from '../../parts/table.tsx';
import { LabError } from '../../workerClient.ts';

/** Element of a report section. */
type ReportPart =
  | { readonly text: string }
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly picture: string; readonly alt: string }
  | { readonly digits: readonly { readonly picture: string; readonly text: string }[] }
  | { readonly canvas: string };

/** Content of a page of `memspike report`: texts, tables and images; no script of the page runs. */
export interface DroppedReport {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly { readonly title: string; readonly parts: readonly ReportPart[] }[];
  readonly data: PageData;
  readonly levels: Uint8Array | undefined;
  readonly spikes: SpikeColumns | undefined;
}

const textOf = (element: Element | null): string => (element?.textContent ?? '').trim();

function readPart(element: Element): ReportPart {
  if (element instanceof HTMLTableElement) return { rows: [...element.rows].map((row) => [...row.cells].map(textOf)) };
  if (element.localName === 'dl') return { rows: [...element.children].map((row) => [...row.children].map(textOf)) };
  if (element.localName === 'ul')
    return {
      digits: [...element.children].map((item) => ({
        picture: item.querySelector('img')?.getAttribute('src') ?? '',
        text: textOf(item),
      })),
    };
  if (element.localName === 'img')
    return { picture: element.getAttribute('src') ?? '', alt: element.getAttribute('alt') ?? '' };
  return element.localName === 'canvas' ? { canvas: element.id } : { text: textOf(element) };
}

/**
 * Reads a page of `memspike report`.
 * @throws LabError for another or a damaged page
 */
export async function readReport(file: File): Promise<DroppedReport> {
  // The content security policy applies to parsed pages too, and would report each style on the console.
  const text = (await file.text()).replaceAll(/<style>[\s\S]*?<\/style>| style="[^"]*"/g, '');
  const page = new DOMParser().parseFromString(text, 'text/html');
  const embedded = page.getElementById('data')?.textContent;
  if (!embedded || page.querySelector('meta[name=generator]')?.getAttribute('content') !== 'memspike')
    throw new LabError(`${file.name} is not a report of memspike.`);
  try {
    const data = JSON.parse(embedded) as PageData;
    return {
      title: textOf(page.querySelector('h1')),
      subtitle: textOf(page.querySelector('header p')),
      sections: [...page.querySelectorAll('main > section')].map((section) => ({
        title: textOf(section.querySelector('h2')),
        parts: [...section.querySelectorAll('p:not(.controls), dl, table, ul.digits, figure img, canvas')].map(
          readPart,
        ),
      })),
      data,
      levels: data.fields && (await unpack('levels', page)),
      spikes: data.raster && (await unpackSpikes('spikes', page)),
    };
  } catch (error) {
    throw new LabError(`${file.name} is damaged: ${(error as Error).message}.`);
  }
}

function PartView({ part, report }: { readonly part: ReportPart; readonly report: DroppedReport }) {
  const { data, levels, spikes } = report;
  if ('picture' in part) return <img class="picture" src={part.picture} alt={part.alt} />;
  if ('digits' in part)
    return (
      <ul class="digits">
        {part.digits.map(({ picture, text }, i) => (
          <li key={i}>
            <img src={picture} alt="" />
            {text}
          </li>
        ))}
      </ul>
    );
  if ('text' in part) return <p class="hint">{part.text}</p>;
  if ('rows' in part)
    return (
      <div class="wide">
        <table>
          <Rows rows={part.rows} />
        </table>
      </div>
    );
  if (part.canvas === 'fields' && data.fields && levels) return <ReceptiveFields {...data.fields} levels={levels} />;
  if (part.canvas === 'raster' && data.raster && spikes)
    return <Raster label="Raster of the report" data={data.raster} spikes={spikes} />;
  return null;
}

/** Sections of a dropped report. */
export const DroppedReportView = ({ report }: { readonly report: DroppedReport }) => (
  <article aria-label={report.title} data-report>
    <h3>{report.title}</h3>
    <p class="hint">{report.subtitle}</p>
    {report.sections.map(({ title, parts }) => (
      <section key={title} aria-label={title}>
        <h4>{title}</h4>
        {parts.map((part, i) => (
          <PartView key={i} part={part} report={report} />
        ))}
      </section>
    ))}
  </article>
);
