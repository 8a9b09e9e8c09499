/** Script of the pages of the manual: search, and light or dark colours. */
import type { default as MiniSearch, SearchResult } from 'minisearch';
import { SEARCH_OPTIONS, type SearchDocument } from '../searchIndex.ts';

const MAX_RESULTS = 10;
const MANUAL_URL = new URL(document.documentElement.dataset.root!, location.href);

const find = <T extends Element>(selector: string): T => document.querySelector<T>(selector)!;
const search = find<HTMLElement>('#search');
const input = find<HTMLInputElement>('#search input');
const results = find<HTMLElement>('#search .results');
const message = find<HTMLElement>('#search [role="status"]');
const list = find<HTMLOListElement>('#search ol');

let loading: Promise<MiniSearch<SearchDocument>> | undefined;

async function loadIndex(): Promise<MiniSearch<SearchDocument>> {
  const [{ default: Search }, response] = await Promise.all([
    import('minisearch'),
    fetch(new URL('search.json', MANUAL_URL)),
  ]);
  if (!response.ok) throw new Error(response.statusText);
  return Search.loadJSON(await response.text(), SEARCH_OPTIONS);
}

function createResult({ id, page, heading }: SearchResult): HTMLLIElement {
  const link = document.createElement('a');
  link.href = new URL(id, MANUAL_URL).href;
  link.append(heading);
  if (heading !== page) link.append(Object.assign(document.createElement('small'), { textContent: page }));
  const item = document.createElement('li');
  item.append(link);
  return item;
}

async function showResults(): Promise<void> {
  const query = input.value.trim();
  results.hidden = query === '';
  if (query === '') return;
  try {
    const found = (await (loading ??= loadIndex())).search(query);
    if (query !== input.value.trim()) return; // the search text has changed, and a later call shows its results
    list.replaceChildren(...found.slice(0, MAX_RESULTS).map(createResult));
    message.textContent = found.length === 0 ? `Nothing found for "${query}".` : `${found.length} found`;
  } catch {
    loading = undefined;
    list.replaceChildren();
    message.textContent = 'The search index cannot be loaded. Open the manual with `memspike docs` or a web server.';
  }
}

function moveFocus(event: KeyboardEvent, step: number): void {
  const places = [input, ...list.querySelectorAll('a')];
  event.preventDefault();
  places[places.indexOf(document.activeElement as HTMLInputElement) + step]?.focus();
}

search.hidden = false;
input.addEventListener('input', showResults);
search.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') moveFocus(event, 1);
  if (event.key === 'ArrowUp') moveFocus(event, -1);
  if (event.key === 'Enter' && event.target === input) list.querySelector('a')?.click();
  if (event.key !== 'Escape') return;
  results.hidden = true;
  input.focus();
});
search.addEventListener('focusout', ({ relatedTarget }) => {
  if (!search.contains(relatedTarget as Node | null)) results.hidden = true;
});
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as Element).matches('input, textarea, select, [contenteditable]')) return;
  event.preventDefault();
  input.focus();
});

const THEMES = ['Automatic', 'Light', 'Dark'];
const themeButton = find<HTMLButtonElement>('#theme');

function setTheme(theme: string): void {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('memspike-theme', theme);
  themeButton.textContent = theme;
  themeButton.ariaLabel = `Colours: ${theme}`;
}

setTheme(document.documentElement.dataset.theme!);
themeButton.hidden = false;
themeButton.addEventListener('click', () => {
  const next = THEMES.indexOf(themeButton.textContent) + 1;
  setTheme(THEMES[next % THEMES.length]!);
});
