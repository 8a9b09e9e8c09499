/** The editor, in a file of its own: it is loaded when the room is opened. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { Mistake } from '../../../worker/network.ts';

export interface Editor {
  replace(text: string): void;
  /** Marks the line of a mistake, or none. */
  mark(mistake: Mistake | null): void;
  end(): void;
}

const LOOK = EditorView.theme({
  '&': { fontSize: '13px', maxHeight: '60vh', color: 'var(--ink)', backgroundColor: 'var(--ground)' },
  '.cm-scroller': { overflow: 'auto', fontFamily: "'DejaVu Sans Mono', Consolas, monospace" },
  '.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--muted)', borderRight: '1px solid var(--rule)' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--card)', color: 'var(--ink)', border: '1px solid var(--rule)' },
});

/** In a shadow tree, where the editor's styles are adopted sheets: the page's policy takes no style elements. */
export function editor(parent: HTMLElement, text: string, onChange: (text: string) => void): Editor {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: 'open' });
  const view = new EditorView({
    parent: root as unknown as HTMLElement,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        yaml(),
        LOOK,
        lintGutter(),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': 'Network file; Escape, then Tab leaves it', tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    replace: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark(mistake) {
      const { doc } = view.state;
      const line = mistake && doc.line(Math.min(Math.max(1, mistake.line), doc.lines));
      const found: Diagnostic[] =
        mistake && line ? [{ from: line.from, to: line.to, severity: 'error', message: mistake.text }] : [];
      view.dispatch(setDiagnostics(view.state, found));
    },
    end: () => view.destroy(),
  };
}
