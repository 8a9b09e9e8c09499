/** The public names of the package as the compiler's declarations tell them: kind and signature of each. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Exported {
  /** `class`, `const`, `function`; `type` where it is gone when the program runs. */
  readonly kind: string;
  readonly text: string;
}
/** For each entry of the package its exported names, ascending. */
export type Api = Readonly<Record<string, Readonly<Record<string, Exported>>>>;

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DECLARATION = /^(?:export )?(?:declare )?(?:abstract )?(class|const|function|interface|type) ([\w$]+)/;
const LIST = /^(?:export|import)( type)? \{([^}]*)\}(?: from ["']([^"']+)["'])?/;
const ALL = /^export (?:type )?\* from ["']([^"']+)["']/;

/** Statements of a declaration file, which begin at the first column, without comments. */
const statementsOf = (path: string): string[] =>
  readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split(/^(?=(?:export|import|declare|abstract|class|const|function|interface|type) )/m);

/** Without line breaks, and without the places of files, which may move. */
const flat = (text: string): string =>
  text
    .replace(/import\("[./][^"]*"\)\./g, '')
    .replace(/\s+/g, ' ')
    .trim();

const beside = (path: string, specifier: string): string | null =>
  specifier.startsWith('.') ? resolve(dirname(path), specifier.replace(/(\.d)?\.[jt]s$/, '.d.ts')) : null;

/** An item between the braces of an export or import; `from` is null for another package. */
interface Listed {
  readonly name: string;
  readonly from: string | null | undefined;
  readonly typeOnly: boolean;
}

class File {
  readonly #own = new Map<string, Exported>();
  readonly #imported = new Map<string, Listed>();
  readonly #listed = new Map<string, Listed>();
  readonly #all: string[] = [];
  readonly #exported: string[] = [];

  constructor(path: string) {
    for (const statement of statementsOf(path)) {
      const exported = statement.startsWith('export');
      const [, kind, name] = DECLARATION.exec(statement) ?? [];
      const [, allTypes, list, from] = LIST.exec(statement) ?? [];
      const [, everything] = ALL.exec(statement) ?? [];
      if (everything) this.#all.push(beside(path, everything)!);
      if (kind && name) {
        const text = [this.#own.get(name)?.text, flat(statement)].filter(Boolean).join(' '); // overloads
        this.#own.set(name, { kind: kind === 'interface' ? 'type' : kind, text });
        if (exported) this.#exported.push(name);
      }
      for (const item of list?.split(',') ?? []) {
        const [, oneType, original, renamed] = /^\s*(type )?([\w$]+)(?: as ([\w$]+))?\s*$/.exec(item) ?? [];
        if (!original) continue;
        const typeOnly = Boolean(allTypes ?? oneType);
        const listed = exported ? this.#listed : this.#imported;
        listed.set(renamed ?? original, { name: original, from: from && beside(path, from), typeOnly });
        if (exported) this.#exported.push(renamed ?? original);
      }
    }
  }

  names(): string[] {
    return [...new Set([...this.#exported, ...this.#all.flatMap((path) => fileOf(path).names())])].sort();
  }

  find(name: string): Exported | undefined {
    const found = this.#declared(name);
    return found && this.#listed.get(name)?.typeOnly ? { ...found, kind: 'type' } : found;
  }

  #declared(name: string): Exported | undefined {
    const exported = this.#listed.get(name);
    const listed = exported?.from === undefined ? this.#imported.get(exported?.name ?? name) : exported;
    if (listed?.from) return fileOf(listed.from).find(listed.name);
    if (listed?.from === null) return { kind: 'foreign', text: listed.name };
    const own = this.#own.get(exported?.name ?? name);
    if (own) return own;
    for (const path of this.#all) {
      const found = fileOf(path).names().includes(name) ? fileOf(path).find(name) : undefined;
      if (found) return found;
    }
    return undefined;
  }
}

const files = new Map<string, File>();
function fileOf(path: string): File {
  const file = files.get(path) ?? new File(path);
  files.set(path, file);
  return file;
}

/** Of the built package. */
export function publicApi(): Api {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.fromEntries(
    Object.entries(exports).flatMap(([entry, target]) => {
      if (typeof target === 'string') return [];
      const file = fileOf(join(ROOT, target.types));
      const found = file.names().map((name) => {
        const exported = file.find(name);
        if (exported === undefined) throw new Error(`${entry} exports ${name}, whose declaration was not found`);
        return [name, exported] as const;
      });
      return [[entry, Object.fromEntries(found)]];
    }),
  );
}
