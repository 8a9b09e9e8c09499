import type { PageData, SpikeColumns } from '../../../../look/report/client/data.ts';
import { unpack, unpackSpikes } from '../../../../look/report/client/unpack.ts';
import { Fields } from '../../parts/fields.tsx';
import { Raster } from '../../parts/raster.tsx';
import { Fault } from '../../remote.ts';

type Part =
  | { readonly text: string }
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly picture: string; readonly alt: string }
  | { readonly digits: readonly { readonly picture: string; readonly text: string }[] }
  | { readonly canvas: string };

/** What a page of `memspike report` holds. Text, tables and pictures are taken out of it; nothing in it is run. */
export interface Dropped {
  readonly title: string;
  readonly subtitle: string;
  readonly sections: readonly { readonly title: string; readonly parts: readonly Part[] }[];
  readonly data: PageData;
  readonly levels: Uint8Array | undefined;
  readonly spikes: SpikeColumns | undefined;
}

const textOf = (element: Element | null): string => (element?.textContent ?? '').trim();

function partOf(element: Element): Part {
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

/** Reads a page of `memspike report`. @throws Fault for what is none */
export async function readReport(file: File): Promise<Dropped> {
  // The policy of this page holds for what it parses, and would tell the console of each style.
  const text = (await file.text()).replaceAll(/<style>[\s\S]*?<\/style>| style="[^"]*"/g, '');
  const page = new DOMParser().parseFromString(text, 'text/html');
  const embedded = page.getElementById('data')?.textContent;
  if (!embedded || page.querySelector('meta[name=generator]')?.getAttribute('content') !== 'memspike')
    throw new Fault(`${file.name} is no report of memspike.`);
  try {
    const data = JSON.parse(embedded) as PageData;
    return {
      title: textOf(page.querySelector('h1')),
      subtitle: textOf(page.querySelector('header p')),
      sections: [...page.querySelectorAll('main > section')].map((section) => ({
        title: textOf(section.querySelector('h2')),
        parts: [...section.querySelectorAll('p:not(.controls), dl, table, ul.digits, figure img, canvas')].map(partOf),
      })),
      data,
      levels: data.fields && (await unpack('levels', page)),
      spikes: data.raster && (await unpackSpikes('spikes', page)),
    };
  } catch (error) {
    throw new Fault(`${file.name} is damaged: ${(error as Error).message}.`);
  }
}

function Shown({ part, of }: { readonly part: Part; readonly of: Dropped }) {
  const { data, levels, spikes } = of;
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
          <tbody>
            {part.rows.map(([name, ...cells], i) => (
              <tr key={i}>
                <th scope="row">{name}</th>
                {cells.map((cell, k) => (
                  <td key={k}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    );
  if (part.canvas === 'fields' && data.fields && levels) return <Fields {...data.fields} levels={levels} />;
  if (part.canvas === 'raster' && data.raster && spikes)
    return <Raster label="Raster of the report" data={data.raster} spikes={spikes} />;
  return null;
}

/** A report that was dropped. */
export const Report = ({ of }: { readonly of: Dropped }) => (
  <article aria-label={of.title} data-report>
    <h3>{of.title}</h3>
    <p class="hint">{of.subtitle}</p>
    {of.sections.map(({ title, parts }) => (
      <section key={title} aria-label={title}>
        <h4>{title}</h4>
        {parts.map((part, i) => (
          <Shown key={i} part={part} of={of} />
        ))}
      </section>
    ))}
  </article>
);
