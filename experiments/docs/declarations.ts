import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync } from 'rolldown/utils';
import { resolvePackagePath } from '../shipped.ts';

/** Declaration that an entry point of the package exports, from the compiled .d.ts files. */
export interface ExportedDeclaration {
  /** `class`, `const`, `function` or `type`; `type` also if the value is not exported. */
  readonly kind: string;
  /** Declaration with comments of members; overloads follow each other. */
  readonly declarationText: string;
  /** Docstring without comment marks; empty if there is none. */
  readonly docstring: string;
}

interface Link {
  /** Name in the declaration file; undefined: all names of the file. */
  readonly name: string | undefined;
  /** Declaration file; undefined if this file declares the name. */
  readonly file: string | undefined;
  readonly isType: boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  ClassDeclaration: 'class',
  VariableDeclaration: 'const',
  TSDeclareFunction: 'function',
  TSInterfaceDeclaration: 'type',
  TSTypeAliasDeclaration: 'type',
};

/** Returns the text of a docstring without its marks. */
export const stripCommentMarks = (comment: string): string =>
  comment
    .replaceAll(/^[\s*]*\*|^\s+/gm, '')
    .replaceAll(/^ | $/gm, '')
    .trim();

class DeclarationFile {
  readonly #declared = new Map<string, ExportedDeclaration>();
  readonly #links = new Map<string, Link>();
  readonly #exportedNames: string[] = [];
  readonly #reexportedFiles: string[] = [];

  constructor(path: string) {
    const text = readFileSync(path, 'utf8');
    const { program, module, comments } = parseSync(path, text);
    const findFile = (specifier: string) => resolve(dirname(path), specifier.replace(/(\.d)?\.[jt]s$/, '.d.ts'));
    for (const statement of program.body) {
      const declaration = 'declaration' in statement ? statement.declaration : statement;
      const kind = KINDS[declaration?.type ?? ''];
      if (kind === undefined) continue;
      const { id, declarations } = declaration as { id?: unknown; declarations?: readonly { id: unknown }[] };
      const { name } = (id ?? declarations![0]!.id) as { name: string };
      const comment = comments.find(
        ({ end }) => end <= statement.start && text.slice(end, statement.start).trim() === '',
      );
      const earlier = this.#declared.get(name);
      const own = text.slice(statement.start, statement.end);
      this.#declared.set(name, {
        kind,
        declarationText: earlier ? `${earlier.declarationText}\n${own}` : own,
        docstring: earlier?.docstring || stripCommentMarks(comment?.value ?? ''),
      });
    }
    for (const { entries, moduleRequest } of module.staticImports)
      for (const { importName, localName, isType } of entries) {
        const file = findFile(moduleRequest.value);
        this.#links.set(localName.value, { name: importName.name ?? undefined, file, isType });
      }
    for (const { importName, localName, exportName, moduleRequest, isType } of module.staticExports.flatMap(
      (e) => e.entries,
    )) {
      const file = moduleRequest ? findFile(moduleRequest.value) : undefined;
      if (exportName.name === null) this.#reexportedFiles.push(file!);
      else {
        const name = importName.name ?? localName.name ?? undefined;
        if (name !== exportName.name || file !== undefined) this.#links.set(exportName.name, { name, file, isType });
        this.#exportedNames.push(exportName.name);
      }
    }
  }

  listExportedNames(): string[] {
    return [
      ...new Set([
        ...this.#exportedNames,
        ...this.#reexportedFiles.flatMap((path) => openFile(path).listExportedNames()),
      ]),
    ].sort();
  }

  findDeclaration(name: string): ExportedDeclaration | undefined {
    const link = this.#links.get(name);
    const found =
      link === undefined
        ? (this.#declared.get(name) ??
          this.#reexportedFiles.map((path) => openFile(path).findDeclaration(name)).find(Boolean))
        : (link.file === undefined ? this : openFile(link.file)).findDeclaration(link.name ?? name);
    return found && link?.isType ? { ...found, kind: 'type' } : found;
  }
}

const openFiles = new Map<string, DeclarationFile>();
function openFile(path: string): DeclarationFile {
  const file = openFiles.get(path) ?? new DeclarationFile(path);
  openFiles.set(path, file);
  return file;
}

/** Lists the public names of each entry point of the built package, in alphabetical order. */
export function listPublicNames(): Record<string, Record<string, ExportedDeclaration>> {
  const { exports } = JSON.parse(readFileSync(resolvePackagePath('package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const entries = Object.entries(exports).flatMap(([entry, target]) => {
    if (typeof target === 'string') return [];
    const file = openFile(join(resolvePackagePath('.'), target.types));
    const names = file.listExportedNames().map((name) => {
      const found = file.findDeclaration(name);
      if (found === undefined) throw new Error(`${entry} exports ${name}, which no declaration file declares.`);
      return [name, found] as const;
    });
    return [[entry, Object.fromEntries(names)] as const];
  });
  return Object.fromEntries(entries);
}
