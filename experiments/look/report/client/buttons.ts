/** Buttons that copy what stands beside them or save it as a file; without the script there are none. */
const SAID_MS = 1500;

function button(words: string, act: (said: (text: string) => void) => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  const said = (text: string): void => {
    made.textContent = text;
    setTimeout(() => (made.textContent = words), SAID_MS);
  };
  made.addEventListener('click', () => act(said));
  return made;
}

function save(name: string, href: string): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = href;
  link.click();
}

/** Copies; where a browser forbids it, as of a file it may, the text is selected for the keys. */
async function copy(text: string, element: Element, said: (text: string) => void): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    said('copied');
  } catch {
    getSelection()?.selectAllChildren(element);
    said('selected: press Ctrl-C');
  }
}

const cellsOf = (row: HTMLTableRowElement): string[] => [...row.cells].map((cell) => cell.textContent ?? '');
const textOf = (table: HTMLTableElement): string => [...table.rows].map((row) => cellsOf(row).join('\t')).join('\n');

function row(...buttons: HTMLButtonElement[]): HTMLElement {
  const made = document.createElement('p');
  made.className = 'buttons';
  made.append(...buttons);
  return made;
}

/** Pictures can be saved, tables and files copied, canvases saved as PNG. */
export function addButtons(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>('figure img'))
    image.after(row(button('save SVG', () => save(`${image.alt.replaceAll(/\W+/g, '-')}.svg`, image.src))));
  for (const canvas of document.querySelectorAll('canvas'))
    canvas.after(row(button('save PNG', () => save(`${canvas.id}.png`, canvas.toDataURL('image/png')))));
  for (const table of document.querySelectorAll<HTMLTableElement>('table.data'))
    table.after(row(button('copy table', (said) => copy(textOf(table), table, said))));
  for (const file of document.querySelectorAll('details pre')) {
    const name = file.parentElement!.querySelector('summary')!.textContent!;
    const href = (): string => URL.createObjectURL(new Blob([file.textContent!], { type: 'application/json' }));
    file.before(
      row(
        button('copy', (said) => copy(file.textContent!, file, said)),
        button(`save ${name}`, () => save(name, href())),
      ),
    );
  }
}
