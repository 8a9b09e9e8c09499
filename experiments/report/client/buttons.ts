function saveFile(name: string, href: string): void {
  const link = document.createElement('a');
  link.download = name;
  link.href = href;
  link.click();
}

function addButton(picture: Element, label: string, onClick: () => void): void {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.addEventListener('click', onClick);
  const row = document.createElement('p');
  row.className = 'buttons';
  row.append(button);
  picture.after(row);
}

/** Adds buttons that save pictures and canvases. */
export function addButtons(): void {
  for (const image of document.querySelectorAll<HTMLImageElement>('figure img'))
    addButton(image, 'save SVG', () => saveFile(`${image.alt.replaceAll(/\W+/g, '-')}.svg`, image.src));
  for (const canvas of document.querySelectorAll('canvas'))
    addButton(canvas, 'save PNG', () => saveFile(`${canvas.id}.png`, canvas.toDataURL('image/png')));
}
