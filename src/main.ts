import { Kept } from './lab/kept.ts';
import { PageLab } from './workers/page-lab.ts';

const kept = new Kept(() => localStorage, navigator.locks);
const lab = new PageLab({ document, navigator }, kept);
// The adapter is opened while the page is made. What goes wrong is told where the page asks for the same.
lab.environment().catch(() => undefined);

const [{ searchInWorker }] = await Promise.all([
  import('./workers/search-client.ts'),
  import('./ui/sb-app.ts'),
]);
const app = document.querySelector('sb-app');
if (app) {
  app.kept = kept;
  app.search = searchInWorker;
  app.lab = lab;
}
