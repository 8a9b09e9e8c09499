/** The lab's page. */
import { render } from 'preact';
import { config } from 'zod/mini';
import { App } from './app.tsx';

config({ jitless: true });
render(<App />, document.getElementById('lab')!);
