export class Tooltip {
  readonly #element = document.createElement('div');

  constructor() {
    this.#element.className = 'tooltip';
    this.#element.setAttribute('role', 'status');
    this.#element.hidden = true;
    document.body.append(this.#element);
    addEventListener('keydown', (event) => event.key === 'Escape' && this.hide());
  }

  showTextAt(text: string, x: number, y: number): void {
    const element = this.#element;
    element.textContent = text;
    element.hidden = false;
    element.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - element.offsetWidth - 8))}px`;
    element.style.top = `${Math.max(4, Math.min(y + 12, innerHeight - element.offsetHeight - 8))}px`;
  }

  hide(): void {
    this.#element.hidden = true;
  }
}
