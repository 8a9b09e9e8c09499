import { Composer, type CST, type Document, isScalar, Lexer, type Node, Parser, visit } from 'yaml';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';

const MAX_DEPTH = 64;
const MAX_ALIASES = 1000;
/** Maximum size of YAML text; the YAML parser takes up to 15 µs per token and 150 bytes per character. JSON text has no limit. */
const MAX_CHARACTERS = 8 * 2 ** 20;
const MAX_TOKENS = 300_000;

type Refuse = (offset: number, fault: string) => never;

const describeDuplicate = (key: string) => `the key ${show(key)} appears twice in one mapping`;
const TOO_DEEP = `more than ${MAX_DEPTH} levels of nesting`;
const PROTO_MESSAGE = 'the key "__proto__" is not allowed';

/** Rejects repeated keys, `__proto__` and deep nesting, which `JSON.parse` would accept. */
function checkJson(text: string, refuse: Refuse) {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') {
      if (open.push(new Set()) > MAX_DEPTH) refuse(i, TOO_DEEP);
    } else if (c === '}' || c === ']') {
      open.pop();
    } else if (c === '"') {
      const start = i;
      do i = text.indexOf('"', i + 1);
      while (isEscaped(text, i));
      let next = i + 1;
      while (' \n\r\t'.includes(text[next] ?? ',')) next++;
      if (text[next] !== ':') continue;
      const key: string = JSON.parse(text.slice(start, i + 1));
      if (key === '__proto__') refuse(start, PROTO_MESSAGE);
      if (open.at(-1)?.has(key)) refuse(start, describeDuplicate(key));
      open.at(-1)?.add(key);
    }
  }
}

function isEscaped(text: string, quote: number) {
  let backslashes = 0;
  while (text[quote - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** True if nesting is too deep for the parser and the composer of the YAML library, which are recursive. */
const isTooDeep = ({ stack }: Parser) =>
  stack.length > MAX_DEPTH && stack.filter((token) => 'items' in token).length > MAX_DEPTH;

function checkYaml(document: Document.Parsed, refuse: Refuse) {
  const anchors = new Set<string>();
  let aliases = 0;
  const addAnchor = (node: Node) => node && 'anchor' in node && node.anchor && anchors.add(node.anchor);
  visit(document, {
    Value: (_, node) => void addAnchor(node),
    Map: (_, node) => {
      addAnchor(node);
      const keys = new Set<unknown>();
      for (const { key } of node.items) {
        if (!isScalar(key)) continue;
        if (key.value === '__proto__') refuse(key.range?.[0] ?? 0, PROTO_MESSAGE);
        if (keys.has(key.value)) refuse(key.range?.[0] ?? 0, describeDuplicate(String(key.value)));
        keys.add(key.value);
      }
    },
    Alias: (_, node, path) => {
      const offset = node.range?.[0] ?? 0;
      if (!anchors.has(node.source))
        refuse(offset, `the alias *${node.source} has no anchor &${node.source} before it`);
      if (path.some((parent) => 'anchor' in parent && parent.anchor === node.source)) {
        refuse(offset, `the alias *${node.source} is inside the value of its anchor`);
      }
      if (++aliases > MAX_ALIASES) refuse(offset, `more than ${MAX_ALIASES} aliases`);
    },
  });
}

/** Splits YAML into tokens; undefined if parsing would take too long. */
function tokenizeYaml(text: string, refuse: Refuse): CST.Token[] | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) return undefined;
    const { offset } = parser;
    tokens.push(...parser.next(lexeme));
    if (isTooDeep(parser)) refuse(offset, TOO_DEEP);
  }
  return [...tokens, ...parser.end()];
}

function parseYaml(text: string, tokens: readonly CST.Token[], refuse: Refuse): unknown {
  const options = {
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false,
    merge: true,
    resolveKnownTags: false,
  } as const;
  const documents = [...new Composer(options).compose([...tokens], true, text.length)];
  const [document, second] = documents as Document.Parsed[];
  if (document === undefined) return null;
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) refuse(fault.pos[0], fault.message);
  if (second) refuse(second.range[0], 'a second document begins, but a file may have only one');
  checkYaml(document, refuse);
  return document.toJS();
}

function tryJson(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { fault: String(error) }; // the text may be YAML, and the YAML parser reports the position of an error
  }
}

/** Formats a library's message as part of a sentence, without control characters. */
const shortenMessage = (message: string) => (message.split('\n')[0] ?? '').slice(0, 160).replace(/\p{C}/gu, '?');
const formatFault = (message: string) => `${message.charAt(0).toLowerCase()}${shortenMessage(message.slice(1))}.`;

const refuseIn =
  (text: string, where: string): Refuse =>
  (offset, fault) => {
    const lines = text.slice(0, offset).split('\n');
    const column = lines.at(-1)!.length + 1;
    throw new UserError(`${where}:${lines.length}:${column}: ${formatFault(fault)}`);
  };

export function parseJson(text: string, where: string): unknown {
  const json = tryJson(text);
  if ('fault' in json) throw new UserError(`${where} is damaged: it is not JSON.`);
  checkJson(text, refuseIn(text, where));
  return json.value;
}

/** Parses YAML 1.2 with merge keys, or JSON, which is faster. @param where source name in errors: `where:line:column: fault` */
export function parseConfig(text: string, where: string): unknown {
  const refuse = refuseIn(text, where);
  const json = tryJson(text);
  if ('value' in json) {
    checkJson(text, refuse);
    return json.value;
  }
  const tokens = tokenizeYaml(text, refuse);
  if (tokens === undefined) {
    throw new UserError(
      `${where} is not JSON (${shortenMessage(json.fault)}) and too large for YAML: write large data as JSON.`,
    );
  }
  try {
    return parseYaml(text, tokens, refuse);
  } catch (error) {
    // Errors that the YAML library throws: too many aliases or comments, merge of a non-mapping.
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(`${where}: cannot be read as YAML: ${formatFault(error.message)}`);
  }
}
