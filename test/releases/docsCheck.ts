/**
 * `npm run docs:check`: what README and docs say is so. Links lead somewhere, commands have the options they are shown with,
 * code is code, and figures that follow a mark `<!-- run: COMMAND && COMMAND; shows: TEXT -->` are what these commands print now.
 * After `<!-- figures: memspike demo NAME --out demo -->` the table of a page is that of the demonstration, row by row. Figures that
 * take longer than a minute carry no mark; their commands stand beside them. `--no-figures` leaves the runs out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { parseAllDocuments } from 'yaml';
import { readArguments } from '../../experiments/cli/arguments.ts';
import { COMMANDS } from '../../experiments/cli/commands.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'dist/experiments/cli.js');
const { values: asked } = parseArgs({ options: { figures: { type: 'boolean', default: true } }, allowNegative: true });

interface Page {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

const pages: Page[] = ['README.md', ...under('docs'), ...under('.github')].map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}));
function under(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `${folder}/${file}`);
}

const faults: string[] = [];
const counts = { links: 0, commands: 0, code: 0, figures: 0 };

/** How GitHub names a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
const anchors = new Map(
  pages.map(({ path, text }) => [
    path,
    new Set([...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading!))),
  ]),
);
function withoutCode(text: string): string {
  return text
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, '_'));
}

function checkLinks({ path, text }: Page): void {
  for (const [, target] of withoutCode(text).matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue;
    counts.links++;
    const [file, anchor] = target!.split('#') as [string, string?];
    const to = file === '' ? path : relative(root, resolve(root, dirname(path), file));
    if (!existsSync(join(root, to))) faults.push(`${path}: the link ${target} leads to nothing`);
    else if (anchor && anchors.has(to) && !anchors.get(to)!.has(anchor))
      faults.push(`${path}: ${to} has no heading for the link ${target}`);
  }
}

interface Block {
  readonly language: string;
  readonly code: string;
}

function* blocksOf({ text }: Page): Generator<Block> {
  for (const [, language, code] of text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm))
    yield { language: language!, code: code! };
  for (const [code] of text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/(?:^ {4}.*\n?)+/gm))
    yield { language: '', code: code.replaceAll(/^ {4}/gm, '') };
}

/** Words of a shell command; quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/(["'])(.*?)\1/g, '$2'));

/** The commands of memspike in a block: one a line, without comments, redirections and what comes before them. */
function* commandsOf({ language, code }: Block): Generator<string> {
  if (!['', 'sh', 'bash', 'console', 'shell'].includes(language)) return;
  const lines = code.replaceAll(/\\\n\s*/g, ' ').split('\n');
  for (const line of lines)
    for (const part of line.replace(/\s#\s.*$/, '').split(/&&|;| \| /)) {
      const [, command] = /^\s*(?:\$ |npx )*memspike (.+)$/.exec(part.replace(/\s*\d?>.*$/, '')) ?? [];
      if (command !== undefined) yield command.trim();
    }
}

async function checkCommand(path: string, command: string): Promise<void> {
  if (/…|\.\.\.|\[|\$|^--|^help/.test(command)) return; // a sketch of many, or with a variable of the shell
  counts.commands++;
  const words = wordsOf(command);
  const name = words[0] === 'demo' && !COMMANDS.some((one) => one.name === `demo ${words[1]}`) ? 'demo run' : undefined;
  const listing =
    COMMANDS.find((one) => one.name === (name ?? words[0])) ??
    COMMANDS.find((one) => one.name === `${words[0]} ${words[1]}`);
  if (listing === undefined) return void faults.push(`${path}: memspike ${command}: there is no such command`);
  const rest = words.slice(name ? 1 : listing.name.split(' ').length);
  try {
    readArguments(listing, (await listing.load()).default, rest);
  } catch (error) {
    // Words in capitals stand for what the reader puts there.
    if (!/is "[A-Z_]+"/.test((error as Error).message))
      faults.push(`${path}: memspike ${command}: ${(error as Error).message}`);
  }
}

function checkCode(path: string, { language, code }: Block): void {
  const readers: Readonly<Record<string, () => void>> = {
    ts: () => void transformSync(code, { loader: 'ts' }),
    js: () => void transformSync(code, { loader: 'js' }),
    json: () => void JSON.parse(code),
    yaml: () => {
      for (const document of parseAllDocuments(code)) if (document.errors.length > 0) throw document.errors[0];
    },
    python: () => {
      const { status, stderr, error } = spawnSync('python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
        input: code,
        encoding: 'utf8',
      });
      if (error === undefined && status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
    },
  };
  const read = readers[language];
  if (read === undefined) return;
  counts.code++;
  try {
    read();
  } catch (error) {
    faults.push(
      `${path}: a block of ${language} is none: ${(error as Error).message.split('\n')[0]} in ${code.slice(0, 60).replaceAll('\n', ' ')}…`,
    );
  }
}

/** Runs what the marks of a page say, in a folder of its own with the examples at hand. */
function checkFigures({ path, text }: Page): void {
  for (const [, commands, shown] of text.matchAll(/<!-- run: ([\s\S]*?); shows: ([\s\S]*?) -->/g)) {
    counts.figures++;
    const visible = text.replaceAll(/<!--[\s\S]*?-->/g, '');
    if (!visible.includes(shown!)) faults.push(`${path}: the page does not say "${shown}", which its mark names`);
    const folder = mkdtempSync(join(tmpdir(), 'memspike-docs-'));
    try {
      let said = '';
      for (const command of commands!.split('&&')) {
        const words = wordsOf(command.trim()).map((word) =>
          word.startsWith('experiments/') ? join(root, word) : word,
        );
        if (words.shift() !== 'memspike') throw new Error(`${path}: ${command} is no command of memspike`);
        const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words], {
          cwd: folder,
          encoding: 'utf8',
          maxBuffer: 1e8,
        });
        if (status !== 0)
          faults.push(`${path}: ${command.trim()} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
        said = stdout;
      }
      const holds = said.includes(shown!);
      console.log(`${holds ? 'ok  ' : 'FAIL'} ${path}: ${commands} shows ${shown}`);
      if (!holds) faults.push(`${path}: ${commands} does not show "${shown}" but ${said.trim().slice(0, 300)}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Rows `| name | mean | sd | unit |` of a page against what the demonstration finds, to the digits that the page has. */
function checkDemonstration({ path, text }: Page): void {
  for (const [, command] of text.matchAll(/<!-- figures: memspike (demo \S+ --out demo) -->/g)) {
    const folder = mkdtempSync(join(tmpdir(), 'memspike-docs-'));
    try {
      const { status, stderr } = spawnSync(process.execPath, [cli, ...wordsOf(command!), '--progress', 'none'], {
        ...{ cwd: folder, encoding: 'utf8' },
      });
      if (status !== 0) return void faults.push(`${path}: ${command} ended with ${status}: ${stderr.trim()}`);
      const { figures } = JSON.parse(readFileSync(join(folder, 'demo/run.json'), 'utf8')) as {
        readonly figures: Readonly<Record<string, { readonly mean: number; readonly sd: number | null }>>;
      };
      const rows = new Map(
        [...text.matchAll(/^\| ([^|]+?) \| ([^|]*?) \| ([^|]*?) \| [^|]* \|$/gm)].map(([, name, ...cells]) => [
          name!,
          cells,
        ]),
      );
      const before = faults.length;
      for (const [name, { mean, sd }] of Object.entries(figures)) {
        const cells = rows.get(name);
        if (cells === undefined) {
          faults.push(`${path}: ${command} finds "${name}", which has no row`);
          continue;
        }
        [mean, sd].forEach((value, i) => {
          const said = cells[i]!.trim();
          if (said === '' && value === null) return;
          counts.figures++;
          if (value === null || Number(said) !== Number(value.toPrecision(4)))
            faults.push(`${path}: ${name} is ${said} there, but ${command} finds ${value}`);
        });
      }
      console.log(`${faults.length === before ? 'ok  ' : 'FAIL'} ${path}: ${command}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

for (const page of pages) {
  checkLinks(page);
  for (const block of blocksOf(page)) {
    checkCode(page.path, block);
    for (const command of commandsOf(block)) await checkCommand(page.path, command);
  }
}
if (asked.figures)
  for (const page of pages) {
    checkFigures(page);
    checkDemonstration(page);
  }
for (const fault of faults) console.log(`FAIL ${fault}`);
const { links, commands, code, figures } = counts;
console.log(
  `${pages.length} pages: ${links} links, ${commands} commands, ${code} blocks of code, ${figures} figures; ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
