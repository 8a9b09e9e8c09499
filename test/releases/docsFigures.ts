/**
 * Figures and quoted outputs of the pages, and the marks that say where each comes from:
 *   <!-- run: COMMAND && COMMAND; shows: VALUE | VALUE -->    docs:check runs the commands; the last one prints the values
 *   <!-- declared: SOURCE && SOURCE; says: VALUE | VALUE -->  values of long runs and limits, which docs:check does not run; a source is a
 *                                                             command of memspike, a script of package.json or a file of the project
 *   <!-- cited: WORK; says: VALUE | VALUE -->                 values of other works
 *   <!-- no output: WHAT IT IS -->                            the block above is no output of a command
 * VALUE may be `the block above`: each line of it.
 */
export interface Page {
  /** Path from the root of the project. */
  readonly path: string;
  readonly text: string;
}

export interface Mark {
  readonly kind: 'run' | 'declared' | 'cited';
  /** Commands, or other sources of the values. */
  readonly sources: readonly string[];
  readonly values: readonly string[];
}

const BLOCK = 'the block above';
const MARK = /<!-- (?:(run|declared|cited): ([\s\S]*?); (?:shows|says): ([\s\S]*?)|(no output): [\s\S]*?) -->/;
/** A fenced block, or an indented one after an empty line, and the mark that follows it. */
const BLOCKS = new RegExp(
  String.raw`(?:^\`\`\`(\w*)[^\n]*\n([\s\S]*?)^\`\`\`\n|(?<=\n\n)((?: {4}.*\n(?:\n+(?= {4}))?)+))(?:\n*(${MARK.source}))?`,
  'gm',
);
/** Programs that a block of commands starts with. */
const PROGRAMS = /^(?:\$ )?(?:memspike|npx|npm|node|alias|seq|pip|\.\/|docker|sbatch|for) /;

const trimmedLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

interface Block {
  readonly language: string;
  readonly code: string;
  readonly mark: string | undefined;
}

export const blocksOf = ({ text }: Page): Block[] =>
  [...text.matchAll(BLOCKS)].map(([, language = '', fenced, indented, mark]) => ({
    language,
    code: fenced ?? indented!.replaceAll(/^ {4}/gm, ''),
    mark,
  }));

/** Marks of a page with the lines of a block in place of `the block above`. */
export function marksOf(page: Page): Mark[] {
  const parsed = (mark: string, block?: string): Mark[] => {
    const [, kind, sources, values] = MARK.exec(mark)!;
    if (kind === undefined) return [];
    const named = values!.split(' | ').flatMap((value) => (value === BLOCK ? trimmedLines(block ?? value) : [value]));
    return [{ kind: kind as Mark['kind'], sources: sources!.split('&&').map((one) => one.trim()), values: named }];
  };
  const ofBlocks = blocksOf(page).flatMap(({ code, mark }) => (mark === undefined ? [] : parsed(mark, code)));
  const rest = page.text.replaceAll(BLOCKS, '');
  return [...ofBlocks, ...[...rest.matchAll(new RegExp(MARK.source, 'g'))].flatMap(([mark]) => parsed(mark))];
}

/** Blocks of a page that quote an output without a mark that says which command prints it. */
export const unmarkedOutputs = (page: Page): string[] =>
  blocksOf(page)
    .filter(({ language, code, mark }) => ['', 'text', 'console'].includes(language) && !isCommands(code) && !mark)
    .map(({ code }) => trimmedLines(code)[0]!);

const isCommands = (code: string): boolean => PROGRAMS.test(code.trimStart());

const UNITS = 'x as fast as|%|x|ps|ms|s|min|h|hours|MB|kB|GB|GiB|fJ|pJ|nJ|µJ|mJ|points|presets';
const NUMBER = String.raw`\d(?:[\d.,]*\d)?`;
/** A number with a unit, or a range of them. The level of an interval is no figure. */
const FIGURE = new RegExp(
  String.raw`(?<![\w.^-])${NUMBER}(?: (?:to|or|and) ${NUMBER})? ?(?:${UNITS})(?!\w)(?! interval)`,
  'g',
);

/** Figures of a page, as it prints them: numbers with a unit, cells of tables that begin with a number. */
export function figuresOf({ text }: Page): string[] {
  const visible = text.replaceAll(/<!--[\s\S]*?-->/g, '').replaceAll(/^```[\s\S]*?^```$/gm, '');
  return visible.split('\n').flatMap((line) => {
    const found = (part: string) => [...part.replaceAll(/`[^`]*`/g, '').matchAll(FIGURE)].map(([figure]) => figure);
    if (!line.startsWith('|')) return found(line);
    const [first, ...cells] = line.split('|').slice(1, -1);
    return [
      ...found(first!),
      ...cells.flatMap((cell) => {
        const plain = cell
          .replaceAll('*', '')
          .replace(/\[\w\]\s*$/, '')
          .trim();
        return /^(?:about )?\d/.test(plain) ? [plain] : found(cell);
      }),
    ];
  });
}

/** Figures of a page that no mark of it names. */
export function unmarkedFigures(page: Page): string[] {
  const known = new Set(marksOf(page).flatMap(({ values }) => values.flatMap((value) => [value, ...figuresIn(value)])));
  return figuresOf(page).filter((figure) => !known.has(figure));
}

const figuresIn = (value: string): string[] => [...value.matchAll(FIGURE)].map(([figure]) => figure);
