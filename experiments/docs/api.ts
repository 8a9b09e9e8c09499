import { type ExportedDeclaration, listPublicNames } from './declarations.ts';
import { MODEL_LINKS } from './models.ts';
import { formatTable, type GeneratedPage, getReferencePagePath, joinPageParts } from './page.ts';

/** Purpose of each entry point, in the order of the pages. A name that several entry points export is described on the first page. */
const ENTRIES: Readonly<Record<string, string>> = {
  './engine': 'networks, models, recorders and logs, without Node: for browsers and workers',
  '.': 'everything of `memspike/engine`, and files, runs, sweeps, fits and analyses in Node',
  './plots': 'pictures as SVG, PNG and PDF',
  './mnist': 'training on images without labels',
  './learn': 'training on images with labels',
  './extend': 'declaration of your own models',
  './contract': 'tests for your own models',
};

const moduleOf = (entry: string): string => entry.replace('.', 'memspike');
const pageOf = (entry: string): string => (entry === '.' ? 'memspike' : entry.slice(2));

/** Formats a declaration under its public name, without the words and paths that the compiler adds. */
const formatDeclaration = (name: string, text: string): string =>
  text
    .replaceAll(/^(?:export )?(?:declare )?/gm, '')
    .replaceAll(/^((?:abstract )?(?:class|const|function|interface|type)) [\w$]+/gm, `$1 ${name}`)
    .replaceAll(/^ {4}(?:#private;|private .*;)\n/gm, '')
    .replaceAll(/import\("[^"]*"\)\./g, '')
    .replaceAll(/<ArrayBufferLike>/g, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2));

const formatComment = (comment: string): string =>
  comment
    .replaceAll(/^\s*@(?:param|template) (\w+) /gm, '\n- `$1`: ')
    .replaceAll(/^\s*@(returns|throws) /gm, (_, tag: string) => `\n- ${tag} `)
    .replaceAll(/(`[^`]*`)|</g, (_, code?: string) => code ?? '&lt;');

/** Maximum length of a declaration on a page; the properties of longer ones, which are schemas, are not shown. */
const MAX_DECLARATION_LENGTH = 5000;

const shortenDeclaration = (text: string): string =>
  text.length <= MAX_DECLARATION_LENGTH ? text : `${text.slice(0, text.indexOf('{') + 1)} /* … */ }>;`;

const formatName = ([name, { declarationText: text, docstring: comment }]: [string, ExportedDeclaration]): string[] => [
  `## ${name}`,
  ...(comment === '' ? [] : [formatComment(comment)]),
  `\`\`\`ts\n${shortenDeclaration(formatDeclaration(name, text))}\n\`\`\``,
];

/** Lists links to names. @param targets page of each name, without anchor */
const listLinks = (targets: ReadonlyMap<string, string>, folder: string): string =>
  [...targets]
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, page]) => `[${name}](${folder}${page}.md#${name.toLowerCase()})`)
    .join(', ');

const SOURCE = 'the declarations of the package';

/** Creates the pages of the TypeScript API: an overview, and a page for each entry point of the package. */
export function createApiPages(): GeneratedPage[] {
  const api = listPublicNames();
  const describedOn = new Map<string, string>();
  const pages = Object.entries(ENTRIES).map(([entry, purpose]) => {
    const names = Object.entries(api[entry]!);
    const models = names.flatMap(([name]) => (MODEL_LINKS.has(name) ? `[${name}](../${MODEL_LINKS.get(name)})` : []));
    const others = names.filter(([name]) => !MODEL_LINKS.has(name));
    const elsewhere = new Map([...describedOn].filter(([name]) => name in api[entry]!));
    const own = others.filter(([name]) => !describedOn.has(name));
    for (const [name] of own) describedOn.set(name, pageOf(entry));
    const parts = [
      `# ${moduleOf(entry)}`,
      `\`import { … } from '${moduleOf(entry)}'\`: ${purpose}.`,
      ...(models.length > 0 ? [`Models: ${models.join(', ')}.`] : []),
      ...(elsewhere.size > 0 ? [`Names on other pages: ${listLinks(elsewhere, '')}.`] : []),
      ...own.flatMap(formatName),
    ];
    return {
      path: getReferencePagePath(`typescript-api/${pageOf(entry)}`),
      render: () => joinPageParts(SOURCE, parts),
    };
  });
  const rows = Object.entries(ENTRIES).map(([entry, purpose]) => [
    `[${moduleOf(entry)}](typescript-api/${pageOf(entry)}.md)`,
    purpose,
    String(Object.keys(api[entry]!).length),
  ]);
  const overview = [
    '# TypeScript API',
    'A program can describe all that a network file can. Each [model](models.md) is a TypeScript function; its argument is an object of parameters, with the same names as in a network file.',
    formatTable(['Entry point', 'Content', 'Names'], rows),
    '## All names',
    `${listLinks(describedOn, 'typescript-api/')}.`,
  ];
  return [{ path: getReferencePagePath('typescript-api'), render: () => joinPageParts(SOURCE, overview) }, ...pages];
}
