/**
 * `npm run docs:check`: what README and docs say is so. Links lead somewhere, commands have the options they are shown with,
 * code is code, every figure of README and every quoted output has a mark (docsFigures.ts), and what the marks run is printed now.
 * Pages of demonstrations that say `<!-- quick: … -->` are compared with a new run; `--demonstrations` repeats all of them (an hour).
 * `--no-figures` leaves the runs out; `--page PART` runs only what pages with PART in their path name.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseSync } from 'rolldown/utils';
import { parseAllDocuments } from 'yaml';
import { parseArguments } from '../../experiments/cli/arguments.ts';
import { COMMANDS } from '../../experiments/cli/commands.ts';
import { DEMONSTRATION_LOADERS } from '../../experiments/demonstrations/index.ts';
import { getDemonstrationFolder, recordedResultSchema } from '../../experiments/docs/demonstrations.ts';
import {
  computePictureHashes,
  listLiveExamples,
  readRecordedPictureHashes,
  runExampleInNode,
} from '../../experiments/liveExamples/pages.ts';
import { describeSliders } from '../../experiments/liveExamples/parameters.ts';
import { blocksOf, figuresOf, marksOf, type Page, unmarkedFigures, unmarkedOutputs } from './docsFigures.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const cli = join(root, 'dist/experiments/cli.js');
const { values: asked } = parseArgs({
  options: {
    figures: { type: 'boolean', default: true },
    page: { type: 'string', default: '' },
    demonstrations: { type: 'boolean', default: false },
  },
  allowNegative: true,
});

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

const GALLERY = 'docs/results/demonstrations';
/** Reference pages, which `npm run docs` writes: their blocks are equations and declarations. */
const REFERENCE = 'docs/reference/';
const faults: string[] = [];
const counts = { links: 0, commands: 0, code: 0, run: 0, declared: 0, cited: 0, outputs: 0, examples: 0 };

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

/** Words of a shell command; quotes taken off. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/(["'])(.*?)\1/g, '$2'));

/** The commands of memspike in a block: one a line, without comments, redirections and what comes before them. */
function* commandsOf({ language, code }: ReturnType<typeof blocksOf>[number]): Generator<string> {
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
  const called = (wanted: string | undefined) => COMMANDS.find((one) => one.name === wanted);
  const listing = called(name) ?? called(`${words[0]} ${words[1]}`) ?? called(words[0]);
  if (listing === undefined) return void faults.push(`${path}: memspike ${command}: there is no such command`);
  const rest = words.slice(name ? 1 : listing.name.split(' ').length);
  try {
    parseArguments(listing, await listing.load(), rest);
  } catch (error) {
    // Words in capitals stand for what the reader puts there.
    if (!/is "[A-Z_]+"/.test((error as Error).message))
      faults.push(`${path}: memspike ${command}: ${(error as Error).message}`);
  }
}

/** Throws the first syntax error of a block of code that is not valid in any of some kinds of file. */
function parseCode(code: string, ...fileNames: readonly string[]): void {
  const errors = fileNames.map((name) => parseSync(name, code).errors[0]);
  if (errors.every((error) => error !== undefined)) throw new SyntaxError(errors[0]!.message);
}

function checkCode(path: string, { language, code }: ReturnType<typeof blocksOf>[number]): void {
  const readers: Readonly<Record<string, () => void>> = {
    ts: () => parseCode(code, 'block.ts', ...(path.startsWith(REFERENCE) ? ['block.d.ts'] : [])),
    js: () => parseCode(code, 'block.js'),
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

/** Checks that figures of README and quoted outputs have marks, that the page prints what marks name, and that sources exist. */
async function checkMarks(page: Page): Promise<void> {
  const { path, text } = page;
  const visible = text.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll('**', '');
  for (const { kind, sources, values } of marksOf(page)) {
    counts[kind] += values.length;
    for (const value of values)
      if (!visible.includes(value)) faults.push(`${path}: the page does not say "${value}", which its mark names`);
    for (const source of kind === 'cited' ? [] : sources) {
      const command = /^memspike (.+)$/.exec(source)?.[1];
      if (command !== undefined) await checkCommand(path, command);
      else if (kind === 'run' || !isSource(source))
        faults.push(`${path}: a mark names ${source}, which does not exist`);
    }
  }
  if (path.startsWith(REFERENCE)) return;
  for (const output of unmarkedOutputs(page))
    faults.push(`${path}: no mark says which command prints the block that begins with "${output}"`);
  counts.outputs += blocksOf(page).filter(({ mark }) => mark !== undefined).length;
  if (path !== 'README.md') return;
  const unmarked = unmarkedFigures(page);
  for (const figure of unmarked) faults.push(`${path}: no mark says where "${figure}" comes from`);
  console.log(`${path}: ${figuresOf(page).length} figures, ${unmarked.length} of them without a mark`);
}

/** True for a file of the project and for a script of package.json. */
function isSource(source: string): boolean {
  const script = /^npm (?:run )?(\S+)/.exec(source)?.[1];
  return existsSync(join(root, source)) || (script !== undefined && script in SCRIPTS);
}
const { scripts: SCRIPTS } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** The commands of a tutorial find its files in their folder. */
const TUTORIALS = 'docs/tutorials';
/** Standard output of the last of some commands, run in a folder of their own with the examples at hand; each chain runs once. */
const outputs = new Map<string, string>();
function outputOf(path: string, commands: readonly string[]): string {
  const key = commands.join(' && ');
  const known = outputs.get(key);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'memspike-docs-'));
  try {
    if (dirname(path) === TUTORIALS) cpSync(join(root, TUTORIALS, 'files'), folder, { recursive: true });
    let said = '';
    for (const command of commands) {
      const words = wordsOf(command).map((word) => (/^(experiments|docs)\//.test(word) ? join(root, word) : word));
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...words.slice(1)], {
        cwd: folder,
        encoding: 'utf8',
        maxBuffer: 1e8,
      });
      if (status !== 0) faults.push(`${path}: ${command} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
      said = stdout;
    }
    outputs.set(key, said);
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs what the marks of a page name and looks for their values in what is printed. */
function checkFigures(page: Page): void {
  for (const { sources, values } of marksOf(page).filter(({ kind }) => kind === 'run')) {
    const said = outputOf(page.path, sources);
    const missing = values.filter((value) => !said.includes(value));
    console.log(
      `${missing.length === 0 ? 'ok  ' : 'FAIL'} ${page.path}: ${sources.join(' && ')} shows ${values.join(' | ')}`,
    );
    for (const value of missing)
      faults.push(`${page.path}: ${sources.join(' && ')} does not show "${value}" but ${said.trim().slice(0, 300)}`);
  }
}

/** Recorded figures of the demonstration of a page against those of a new run. */
function checkDemonstration({ path, text }: Page): void {
  const name = basename(path, '.md');
  const isQuick = text.includes('<!-- quick: docs:check repeats this demonstration -->');
  if (!(name in DEMONSTRATION_LOADERS) || dirname(path) !== GALLERY || !(isQuick || asked.demonstrations)) return;
  const file = join(getDemonstrationFolder(name), 'results.json');
  const { commandLine, figures: recorded } = recordedResultSchema.parse(
    JSON.parse(readFileSync(join(root, file), 'utf8')),
  );
  const folder = mkdtempSync(join(tmpdir(), 'memspike-docs-'));
  try {
    const words = [...wordsOf(commandLine).slice(1), '--out', 'demo', '--progress', 'none'];
    const { status, stderr } = spawnSync(process.execPath, [cli, ...words], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) return void faults.push(`${path}: ${commandLine} ended with ${status}: ${stderr.trim()}`);
    const { figures } = recordedResultSchema.parse(JSON.parse(readFileSync(join(folder, 'demo/run.json'), 'utf8')));
    counts.run += Object.keys(figures).length;
    const isSame = JSON.stringify(figures) === JSON.stringify(recorded);
    console.log(`${isSame ? 'ok  ' : 'FAIL'} ${path}: ${commandLine}`);
    if (!isSame) faults.push(`${file} is not what ${commandLine} finds; record the figures again`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Live examples: labels and ranges of their sliders, and their numbers in Node against the recorded hashes. */
async function checkExamples(): Promise<void> {
  const recorded = readRecordedPictureHashes();
  for (const example of listLiveExamples().filter(({ where }) => where.includes(asked.page)))
    try {
      describeSliders(example);
      const now = asked.figures && (await computePictureHashes(example, await runExampleInNode(example, {})));
      if (now && JSON.stringify(now) !== JSON.stringify(recorded[example.id]))
        faults.push(`${example.where}: ${example.id} is not as recorded; run npm run docs and look at the picture`);
      counts.examples++;
    } catch (error) {
      faults.push((error as Error).message);
    }
}

for (const page of pages) {
  checkLinks(page);
  await checkMarks(page);
  for (const block of blocksOf(page)) {
    checkCode(page.path, block);
    for (const command of commandsOf(block)) await checkCommand(page.path, command);
  }
}
if (asked.figures)
  for (const page of pages.filter(({ path }) => path.includes(asked.page))) {
    checkFigures(page);
    checkDemonstration(page);
  }
await checkExamples();
for (const fault of faults) console.log(`FAIL ${fault}`);
const { links, commands, code, run, declared, cited, outputs: marked, examples } = counts;
console.log(
  `${pages.length} pages: ${links} links, ${commands} commands, ${code} blocks of code, ${marked} blocks with a mark, ${examples} live examples; figures and lines of output: ${run} ${asked.figures ? 'run' : 'left out'}, ${declared} declared, ${cited} cited; ${faults.length} faults`,
);
process.exit(faults.length === 0 ? 0 : 1);
