const OUTCOME_MS = 1500;

type ShowOutcome = (text: string) => void;

function makeButton(label: string, onClick: (showOutcome: ShowOutcome) => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  const showOutcome = (text: string): void => {
    button.textContent = text;
    setTimeout(() => (button.textContent = label), OUTCOME_MS);
  };
  button.addEventListener('click', () => onClick(showOutcome));
  return button;
}

function saveFile(name: string, href: string): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = href;
  link.click();
}

/** Copies text. If the browser forbids copying, as it may on local pages, selects the text. */
async function copyText(text: string, element: Element, showOutcome: ShowOutcome): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showOutcome('copied');
  } catch {
    getSelection()?.selectAllChildren(element);
    showOutcome('selected: press Ctrl-C');
  }
}

const tableText = (table: HTMLTableElement): string =>
  [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent ?? '').join('\t')).join('\n');

function makeButtonRow(...buttons: HTMLButtonElement[]): HTMLElement {
  const row = document.createElement('p');
  row.className = 'buttons';
  row.append(...buttons);
  return row;
}

export function addSaveButtons(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>('figure img')) {
    const name = `${image.alt.replaceAll(/\W+/g, '-')}.svg`;
    image.after(makeButtonRow(makeButton('save SVG', () => saveFile(name, image.src))));
  }
  for (const canvas of document.querySelectorAll('canvas')) {
    const save = () => saveFile(`${canvas.id}.png`, canvas.toDataURL('image/png'));
    canvas.after(makeButtonRow(makeButton('save PNG', save)));
  }
  for (const table of document.querySelectorAll<HTMLTableElement>('table.data'))
    table.after(makeButtonRow(makeButton('copy table', (show) => copyText(tableText(table), table, show))));
  for (const file of document.querySelectorAll('details pre')) {
    const name = file.parentElement!.querySelector('summary')!.textContent!;
    const makeUrl = (): string => URL.createObjectURL(new Blob([file.textContent!], { type: 'application/json' }));
    file.before(
      makeButtonRow(
        makeButton('copy', (show) => copyText(file.textContent!, file, show)),
        makeButton(`save ${name}`, () => saveFile(name, makeUrl())),
      ),
    );
  }
}
